"""UCUM units and numbers as they are written at the bedside."""

from __future__ import annotations

_WORDS = {
    "1": "",
    "a": "years",
    "mo": "months",
    "d": "days",
    "Cel": "°C",
    "umol/L": "µmol/L",
    "mm[Hg]": "mmHg",
    "mL/min/{1.73_m2}": "mL/min/1.73 m²",
    "kg/m2": "kg/m²",
    "m2": "m²",
    "mm2": "mm²",
    "mm3": "mm³",
    "10*9/L": "×10⁹/L",
    "ug/L": "µg/L",
    "[pH]": "",
    "{INR}": "",
    "{score}": "",
}


def unit_words(unit: str) -> str:
    """The unit in print form: "mmHg" for ``mm[Hg]``, "" for a bare score."""
    return _WORDS.get(unit, unit)


def show(value: float, unit: str = "") -> str:
    """A number as people write it, with its unit in print form."""
    return f"{value:.6g} {unit_words(unit)}".rstrip()
