"""Kidney function as labels ask for it: eGFR by CKD-EPI 2021 and creatinine clearance by Cockcroft and Gault.

A stated value comes before a computed one. Labels were written with the actual body weight, which is used. Where no
weight is known eGFR stands in for clearance, and says so: the two differ most in the old, the thin and the very heavy.

Sources: Inker LA et al. N Engl J Med 2021;385:1737-1749, doi:10.1056/NEJMoa2102953. Cockcroft DW, Gault MH. Nephron
1976;16:31-41, doi:10.1159/000180580.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bedside.core.case import Fact
from bedside.tools.calculators.ckd_epi_2021 import UMOL_PER_MG_DL, egfr
from bedside.tools.calculators.cockcroft_gault import cockcroft

_ADULT = 18


class Kidney(NamedTuple):
    """A kidney function: the value, in words with its unit, the facts behind it, and what to know of it."""

    value: float
    words: str
    facts: tuple[Fact, ...]
    note: str = ""


def filtration(known: Mapping[str, Fact], female: bool | None, pregnant: bool) -> Kidney | None:
    """eGFR in mL/min/1.73 m2; None where it is neither stated nor can be computed."""
    if (stated := known.get("egfr")) is not None:
        value = _number(stated)
        return Kidney(value, f"eGFR {value:g} mL/min/1.73 m²", (stated,))
    creatinine, age = known.get("creatinine"), known.get("age")
    if creatinine is None or age is None or female is None or pregnant or _number(age) < _ADULT:
        return None
    value = egfr(_number(creatinine), _number(age), female)
    return Kidney(value, f"eGFR {value:.0f} mL/min/1.73 m² (CKD-EPI 2021)", (creatinine, age))


def clearance(known: Mapping[str, Fact], female: bool | None, estimated: Kidney | None) -> Kidney | None:
    """Creatinine clearance in mL/min, or eGFR in its place."""
    if (stated := known.get("creatinine_clearance")) is not None:
        value = _number(stated)
        return Kidney(value, f"creatinine clearance {value:g} mL/min", (stated,))
    creatinine, age, weight = known.get("creatinine"), known.get("age"), known.get("weight")
    if creatinine and age and weight and female is not None and _number(age) >= _ADULT:
        value = cockcroft(_number(age), _number(weight), _number(creatinine) / UMOL_PER_MG_DL, female)
        words = f"creatinine clearance {value:.0f} mL/min (Cockcroft-Gault)"
        return Kidney(value, words, (creatinine, age, weight))
    if estimated is None:
        return None
    note = "eGFR stands in for the creatinine clearance that the label goes by: give weight, age, sex and creatinine."
    return estimated._replace(note=note)


def _number(fact: Fact) -> float:
    return float(fact.value) if isinstance(fact.value, int | float) else 0.0
