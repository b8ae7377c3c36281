"""Sodium corrected for glucose: sodium + 0.024 x (glucose - 100), in mmol/L with glucose in mg/dL.

The factor 2.4 mmol/L for each 100 mg/dL is Hillier's; Katz's 1.6 is given beside it.

Sources: Hillier TA et al. Am J Med 1999;106:399-403, doi:10.1016/S0002-9343(99)00055-8; Katz MA. N Engl J Med
1973;289:843-844, doi:10.1056/NEJM197310182891607; grades from Spasovski G et al. 2014, doi:10.1530/EJE-13-1020.
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
        "Hillier TA, Abbott RD, Barrett EJ. Hyponatremia: evaluating the correction factor for "
        "hyperglycemia. Am J Med 1999;106:399-403"
    ),
    "10.1016/S0002-9343(99)00055-8",
)
KATZ = paper(
    "Katz MA. Hyperglycemia-induced hyponatremia. N Engl J Med 1973;289:843-844", "10.1056/NEJM197310182891607"
)
EUROPEAN = paper(
    (
        "Spasovski G, et al. Clinical practice guideline on diagnosis and treatment of "
        "hyponatraemia. Eur J Endocrinol 2014;170:G1-47"
    ),
    "10.1530/EJE-13-1020",
)


@register
class CorrectedSodium(Equation):
    """Sodium corrected for glucose; see the module for the rule and its source."""

    inputs = (quantity("sodium"), quantity("glucose"))
    card = score_card(
        "corrected_sodium",
        "Sodium corrected for glucose",
        "What would the sodium be with a normal glucose?",
        inputs,
        SOURCE,
        population="any age, with raised glucose",
        topics=(
            "corrected sodium",
            "sodium correction",
            "sodium corrected",
            "hyperglycaemia sodium",
        ),
        limits=(
            "Meaningful where glucose is raised.",
            "The two published factors differ most above 400 mg/dL (22 mmol/L).",
        ),
    )
    link = SOURCE.link
    minimum_age = 0
    unit = "mmol/L"
    bands = (
        EUROPEAN.below(124.9, "A sodium below 125 mmol/L is profound hyponatraemia (Spasovski 2014)."),
        EUROPEAN.band(125, 129.9, "A sodium of 125 to 129 mmol/L is moderate hyponatraemia (Spasovski 2014)."),
        EUROPEAN.band(130, 134.9, "A sodium of 130 to 135 mmol/L is mild hyponatraemia (Spasovski 2014)."),
    )

    def solve(self, v: Values) -> float:
        """Corrected sodium in mmol/L, by Hillier."""
        return v.need("sodium") + 0.024 * (v.in_unit("glucose", "mg/dL") - 100)

    def parts(self, v: Values) -> tuple[Finding, ...]:
        """The same by Katz."""
        value = half_up(v.need("sodium") + 0.016 * (v.in_unit("glucose", "mg/dL") - 100), 1)
        words = f"By Katz's factor the corrected sodium is {show(value, 'mmol/L')}."
        return (
            Finding(statement=words, value=value, unit="mmol/L", part="Katz", citation=KATZ.citation, link=KATZ.link),
        )
