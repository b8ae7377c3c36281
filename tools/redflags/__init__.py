"""Deterministic rules that put an emergency first."""
