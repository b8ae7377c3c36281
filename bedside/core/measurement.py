"""A number that a tool measured on a Study, with how far it may be off."""

from __future__ import annotations

from bedside.core.base import Frozen


class Measurement(Frozen):
    """One measured number.

    Attributes:
        label: what was measured, as its mask is labelled: ``left lung``; "" for the whole Study.
        name: the quantity: ``volume``, ``area``, ``ratio``, ``diameter``, ``probability``.
        value: in `unit`.
        unit: UCUM: ``mm3``, ``mL``, ``mm2``, ``1``.
        low: the least that repeated measurement of the same Study gave; None where it was measured once.
        high: the most.
    """

    label: str
    name: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
