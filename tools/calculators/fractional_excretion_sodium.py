"""Fractional excretion of sodium: 100 x (urine sodium x creatinine) / (sodium x urine creatinine), in %.

Source: Miller TR et al. Ann Intern Med 1978;89:47-50, doi:10.7326/0003-4819-89-1-47.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, quantity
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Miller TR, et al. Urinary diagnostic indices in acute renal failure: a prospective "
        "study. Ann Intern Med 1978;89:47-50"
    ),
    "10.7326/0003-4819-89-1-47",
)


@register
class FractionalExcretionSodium(Equation):
    """Fractional excretion of sodium; see the module for the rule and its source."""

    inputs = (quantity("urine_sodium"), quantity("sodium"), quantity("urine_creatinine"), quantity("creatinine"))
    card = score_card(
        "fractional_excretion_sodium",
        "Fractional excretion of sodium",
        "Is this kidney injury before the kidney or in it?",
        inputs,
        SOURCE,
        population="patients with oliguric kidney injury, without diuretics",
        topics=(
            "fractional excretion of sodium",
            "fena",
            "fe na",
        ),
        limits=(
            "Diuretics, chronic kidney disease and contrast change it.",
            "Below 1 % is also seen in glomerulonephritis and early obstruction.",
        ),
    )
    link = SOURCE.link
    minimum_age = 0
    unit = "%"
    digits = 2
    bands = (
        SOURCE.below(0.99, "A fractional excretion of sodium below 1 % suggests a prerenal cause (Miller 1978)."),
        SOURCE.from_(
            1,
            ("A fractional excretion of sodium of 1 % or more suggests tubular necrosis or obstruction (Miller 1978)."),
        ),
    )

    def solve(self, v: Values) -> float:
        """Per cent."""
        return 100 * v.need("urine_sodium") * v.need("creatinine") / (v.need("sodium") * v.need("urine_creatinine"))
