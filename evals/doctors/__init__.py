"""Doctors that evaluations compare: Bedside, the core model alone, another model's server, and a human."""
