"""Free water deficit: total body water x (sodium / 140 - 1), in litres.

Body water as a share of weight: 0.6 for children and men, 0.5 for women and men from 65, 0.45 for women from 65.

Source: Adrogue HJ, Madias NE. N Engl J Med 2000;342:1493-1499, doi:10.1056/NEJM200005183422006.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, age, quantity, sex
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper("Adrogue HJ, Madias NE. Hypernatremia. N Engl J Med 2000;342:1493-1499", "10.1056/NEJM200005183422006")


def water_share(years: float, female: bool) -> float:
    """Body water as a share of weight, by age in years and sex."""
    if years < 18:
        return 0.6
    return {(False, False): 0.6, (True, False): 0.5, (False, True): 0.5, (True, True): 0.45}[(female, years >= 65)]


@register
class FreeWaterDeficit(Equation):
    """Free water deficit; see the module for the rule and its source."""

    inputs = (quantity("sodium"), quantity("weight"), age(), sex())
    card = score_card(
        "free_water_deficit",
        "Free water deficit",
        "How much water does this patient with a high sodium lack?",
        inputs,
        SOURCE,
        population="patients with hypernatraemia",
        topics=(
            "free water deficit",
            "water deficit",
            "hypernatraemia",
            "hypernatremia",
        ),
        limits=(
            "Meaningful above a sodium of 140 mmol/L; ongoing losses come on top.",
            "It says nothing of how fast to correct.",
        ),
    )
    link = SOURCE.link
    minimum_age = 0
    unit = "L"
    digits = 2

    def solve(self, v: Values) -> float:
        """Deficit in litres; negative where the sodium is below 140 mmol/L."""
        return water_share(v.need("age"), v.word("sex") == "female") * v.need("weight") * (v.need("sodium") / 140 - 1)
