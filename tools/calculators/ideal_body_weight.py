"""Ideal body weight by Devine: 50 kg for men and 45.5 kg for women, and 2.3 kg for each inch of height above 60.

Sources: Devine BJ. Drug Intell Clin Pharm 1974;8:650-655; reviewed by Pai MP, Paloucek FP. Ann Pharmacother
2000;34:1066-1069, doi:10.1345/aph.19381.
"""

from __future__ import annotations

from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, quantity, sex
from bedside.tools.calculators.adjusted_body_weight import SOURCE_IDEAL as SOURCE
from bedside.tools.calculators.adjusted_body_weight import devine
from bedside.tools.equation import Equation
from bedside.tools.registry import register


@register
class IdealBodyWeight(Equation):
    """Ideal body weight (Devine); see the module for the rule and its source."""

    inputs = (quantity("height"), sex())
    card = score_card(
        "ideal_body_weight",
        "Ideal body weight (Devine)",
        "What is the ideal body weight for dosing?",
        inputs,
        SOURCE,
        population="adults",
        topics=(
            "ideal body weight",
            "ibw",
            "devine",
        ),
        limits=(("It was made from a rule of thumb, not from a study; below 152 cm (60 in) it is an extrapolation."),),
    )
    link = SOURCE.link
    unit = "kg"

    def solve(self, v: Values) -> float:
        """Ideal weight in kg."""
        return devine(v.need("height"), v.word("sex") == "female")
