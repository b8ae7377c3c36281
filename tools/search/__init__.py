"""Searches: one source a file."""
