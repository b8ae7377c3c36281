"""Fractional excretion of urea: 100 x (urine urea x creatinine) / (urea x urine creatinine), in %.

Source: Carvounis CP et al. Kidney Int 2002;62:2223-2229, doi:10.1046/j.1523-1755.2002.00683.x (35 % or less is
prerenal, also on diuretics).
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, quantity
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Carvounis CP, Nisar S, Guro-Razuman S. Significance of the fractional excretion of urea "
        "in the differential diagnosis of acute renal failure. Kidney Int 2002;62:2223-2229"
    ),
    "10.1046/j.1523-1755.2002.00683.x",
)


@register
class FractionalExcretionUrea(Equation):
    """Fractional excretion of urea; see the module for the rule and its source."""

    inputs = (quantity("urine_urea"), quantity("urea"), quantity("urine_creatinine"), quantity("creatinine"))
    card = score_card(
        "fractional_excretion_urea",
        "Fractional excretion of urea",
        "Is this kidney injury before the kidney, in a patient on diuretics?",
        inputs,
        SOURCE,
        population="patients with kidney injury",
        topics=(
            "fractional excretion of urea",
            "feurea",
            "fe urea",
        ),
        limits=("Sepsis, high protein intake and osmotic diuresis change it.",),
    )
    link = SOURCE.link
    minimum_age = 0
    unit = "%"
    bands = (
        SOURCE.below(35, "A fractional excretion of urea of 35 % or less suggests a prerenal cause (Carvounis 2002)."),
        SOURCE.from_(
            35.1, "A fractional excretion of urea above 35 % speaks against a prerenal cause (Carvounis 2002)."
        ),
    )

    def solve(self, v: Values) -> float:
        """Per cent."""
        return 100 * v.need("urine_urea") * v.need("creatinine") / (v.need("urea") * v.need("urine_creatinine"))
