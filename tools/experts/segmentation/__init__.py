"""What the segmenters share: their network, its weights, how it is trained and run, and how masks are compared."""
