"""The weight that gives a wanted body mass index: index x (height in m)^2, in kg.

Source: the definition of the index in WHO Technical Report Series 894, 2000, https://iris.who.int/handle/10665/42330.
"""

from __future__ import annotations

from bedside.tools.bands import Publication
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, quantity
from bedside.tools.calculators.bmi_bsa import WHO
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = Publication(WHO, "https://iris.who.int/handle/10665/42330")


@register
class TargetWeight(Equation):
    """Target weight; see the module for the rule and its source."""

    inputs = (quantity("target_bmi"), quantity("height"))
    card = score_card(
        "target_weight",
        "Target weight",
        "What weight gives the wanted body mass index?",
        inputs,
        SOURCE,
        population="adults",
        topics=(
            "target weight",
            "target bmi",
            "target body mass index",
        ),
        limits=("Body mass index does not tell fat from muscle or fluid.",),
    )
    link = SOURCE.link
    unit = "kg"

    def solve(self, v: Values) -> float:
        """Weight in kg."""
        return v.need("target_bmi") * (v.need("height") / 100) ** 2
