"""Expert models: one model a file."""
