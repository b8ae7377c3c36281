"""The gate that knows what it sees: what a picture appears to be, by its pixels, and whether an expert may read it."""

from bedside.tools.gate.admit import admit, refuse, run_gated
from bedside.tools.gate.sight import with_appearance

__all__ = ["admit", "refuse", "run_gated", "with_appearance"]
