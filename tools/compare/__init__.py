"""Comparison of a Study with an earlier one: aligned, measured, and shown side by side."""
