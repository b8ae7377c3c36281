"""Adjusted body weight: ideal weight (Devine) + 0.4 x (actual - ideal), in kg.

Sources: Bauer LA et al. Eur J Clin Pharmacol 1983;24:643-647, doi:10.1007/BF00542214; ideal weight from Devine BJ.
Drug Intell Clin Pharm 1974;8:650-655, reviewed by Pai MP, Paloucek FP. Ann Pharmacother 2000;34:1066-1069,
doi:10.1345/aph.19381.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, quantity, sex
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Bauer LA, et al. Influence of weight on aminoglycoside pharmacokinetics in normal weight"
        " and morbidly obese patients. Eur J Clin Pharmacol 1983;24:643-647"
    ),
    "10.1007/BF00542214",
)
SOURCE_IDEAL = paper(
    (
        "Devine BJ. Gentamicin therapy. Drug Intell Clin Pharm 1974;8:650-655; reviewed by Pai "
        "MP, Paloucek FP. Ann Pharmacother 2000;34:1066-1069"
    ),
    "10.1345/aph.19381",
)
CM_PER_INCH = 2.54


def devine(height: float, female: bool) -> float:
    """Ideal weight in kg, from cm."""
    return (45.5 if female else 50) + 2.3 * (height / CM_PER_INCH - 60)


def adjusted(weight: float, height: float, female: bool) -> float:
    """Adjusted weight in kg, from kg and cm."""
    ideal = devine(height, female)
    return ideal + 0.4 * (weight - ideal)


@register
class AdjustedBodyWeight(Equation):
    """Adjusted body weight; see the module for the rule and its source."""

    inputs = (quantity("weight"), quantity("height"), sex())
    card = score_card(
        "adjusted_body_weight",
        "Adjusted body weight",
        "What weight should doses be based on in an obese patient?",
        inputs,
        SOURCE,
        population="adults heavier than their ideal weight",
        topics=(
            "adjusted body weight",
            "abw",
            "dosing weight",
        ),
        limits=("Meant for patients heavier than their ideal weight; in others use the actual one.",),
    )
    link = SOURCE.link
    unit = "kg"

    def solve(self, v: Values) -> float:
        """Adjusted weight in kg."""
        return adjusted(v.need("weight"), v.need("height"), v.word("sex") == "female")
