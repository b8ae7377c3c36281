"""What the network tells apart, in the order of its outputs."""

CLASSES = ("normal", "bacterial", "viral")
