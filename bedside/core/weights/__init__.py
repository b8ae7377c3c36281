"""The one registry of model weights, and how each is had."""
