"""Parkland formula: fluid for a burn in 24 hours, 4 mL x weight in kg x burnt surface in %, half of it in the first 8
hours.

Source: Baxter CR, Shires T. Ann N Y Acad Sci 1968;150:874-894, doi:10.1111/j.1749-6632.1968.tb14738.x.
"""

from __future__ import annotations

from bedside.core.units import show
from bedside.tools.bands import paper
from bedside.tools.calculator import Finding, half_up, score_card
from bedside.tools.calculator_inputs import Values, quantity
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Baxter CR, Shires T. Physiological response to crystalloid resuscitation of severe "
        "burns. Ann N Y Acad Sci 1968;150:874-894"
    ),
    "10.1111/j.1749-6632.1968.tb14738.x",
)


@register
class Parkland(Equation):
    """Parkland formula; see the module for the rule and its source."""

    inputs = (quantity("weight"), quantity("burn_area"))
    card = score_card(
        "parkland",
        "Parkland formula",
        "How much fluid does this burn need in 24 hours?",
        inputs,
        SOURCE,
        population="adults with deep or partial burns of 20 % or more",
        topics=(
            "parkland",
            "burn fluid",
            "burns resuscitation",
            "fluid for burns",
        ),
        limits=(
            "A start, to be changed by urine output.",
            "Superficial (first degree) burns do not count.",
            "The time runs from the burn, not from arrival.",
        ),
    )
    link = SOURCE.link
    unit = "mL"
    digits = 0

    def solve(self, v: Values) -> float:
        """Ringer's lactate in mL over 24 hours."""
        return 4 * v.need("weight") * v.need("burn_area")

    def parts(self, v: Values) -> tuple[Finding, ...]:
        """The half of the first 8 hours."""
        half = half_up(self.solve(v) / 2)
        words_ = (
            f"Half of it, {show(half, 'mL')}, is for the first 8 hours after the burn, which is "
            f"{show(half_up(half / 8), 'mL/h')}."
        )
        return (Finding(statement=words_, value=half, unit="mL", part="first 8 hours"),)

    def cautions(self, v: Values) -> tuple[str, ...]:
        """A burn too small for the formula."""
        return ("Below 20 % of the surface an adult seldom needs it.",) if v.need("burn_area") < 20 else ()
