"""Body surface area by Mosteller: square root of (height in cm x weight in kg / 3600), in m2.

Source: Mosteller RD. N Engl J Med 1987;317:1098, doi:10.1056/NEJM198710223171717. `bmi_bsa` gives Du Bois beside it.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, quantity
from bedside.tools.calculators.bmi_bsa import mosteller
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    "Mosteller RD. Simplified calculation of body-surface area. N Engl J Med 1987;317:1098",
    "10.1056/NEJM198710223171717",
)


@register
class BodySurfaceArea(Equation):
    """Body surface area (Mosteller); see the module for the rule and its source."""

    inputs = (quantity("weight"), quantity("height"))
    card = score_card(
        "body_surface_area",
        "Body surface area (Mosteller)",
        "What is the body surface area, for a dose?",
        inputs,
        SOURCE,
        population="any age",
        topics=("mosteller formula",),
        limits=("Formulas differ by a few per cent, most in the very heavy and in infants.",),
    )
    link = SOURCE.link
    minimum_age = 0
    unit = "m2"
    digits = 2

    def solve(self, v: Values) -> float:
        """Surface in m2."""
        return mosteller(v.need("weight"), v.need("height"))
