"""The one safe door for every file."""
