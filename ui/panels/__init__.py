"""Panels of the web chat, one file each."""
