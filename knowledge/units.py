"""Conversion between units by dimension, with pint: what the tables of units in the terminology do not list.

The tables know how a laboratory writes a unit; pint knows that a count per microlitre is a count per litre, and with a
molar mass that mg/dL is mmol/L. Molar masses in g/mol are from the PubChem records of the substances.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

# Canonical UCUM units, and spellings, that pint writes otherwise.
_PINT = {
    "Cel": "degC", "umol/L": "micromol/L", "mm[Hg]": "mmHg", "/min": "1/min", "10*9/L": "1e9/L", "a": "year",
    "d": "day", "mo": "month", "m[IU]/L": "1/L", "{score}": "", "{INR}": "", "[pH]": "", "mL/min/{1.73_m2}": "mL/min",
    "kg/m2": "kg/m^2",
}  # fmt: skip
_SPELLINGS = (
    (re.compile(r"[µμ]"), "u"),
    (re.compile(r"\bmm ?hg\b", re.I), "mmHg"),
    (re.compile(r"\blbs\b", re.I), "lb"),
    (re.compile(r"\bmcg\b", re.I), "ug"),
    (re.compile(r"\bmsecs?\b", re.I), "ms"),
    (re.compile(r"\bdegrees? (?:celsius|centigrade)\b", re.I), "degC"),
    (re.compile(r"\bdegrees? fahrenheit\b", re.I), "degF"),
    (re.compile(r"^/"), "1/"),
)
MOLAR_MASS = {
    "creatinine": 113.12, "urine_creatinine": 113.12, "bilirubin": 584.7, "glucose": 180.16, "urea": 60.06,
    "calcium": 40.08, "magnesium": 24.305, "total_cholesterol": 386.65, "hdl": 386.65, "ldl": 386.65,
    "triglycerides": 885.4,
}  # fmt: skip


def by_dimension(name: str, value: float, unit: str, canonical: str) -> float | None:
    """`value` in `unit` as a value in `canonical`; None where pint does not know the unit or the two do not fit.

    Args:
        name: canonical name of the finding, for its molar mass.
        value: the number as written.
        unit: the unit as written.
        canonical: UCUM unit to turn it into.
    """
    from pint import PintError

    registry = _registry()
    mass = MOLAR_MASS.get(name)
    context = ("chemistry",) if mass else ()
    options = {"mw": registry.Quantity(mass, "g/mol")} if mass else {}
    try:
        given = registry.Quantity(value, registry.Unit(_spelled(unit)))
        turned = given.to(registry.parse_expression(_PINT.get(canonical, canonical)).units, *context, **options)
        scale = registry.parse_expression(_PINT.get(canonical, canonical))
        size = float(scale.magnitude) if hasattr(scale, "magnitude") else 1.0
    except (PintError, ValueError, TypeError, AttributeError, SyntaxError, AssertionError):
        return None
    return round(float(turned.magnitude) / size, 4)


def _spelled(unit: str) -> str:
    for pattern, plain in _SPELLINGS:
        unit = pattern.sub(plain, unit)
    return _PINT.get(unit, unit)


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint

    return pint.UnitRegistry()
