"""Bedside calculators: one score or equation a file."""
