"""Maintenance fluid by weight: 4 mL/kg/h for the first 10 kg, 2 for the next 10, and 1 for each kg above 20.

Source: Holliday MA, Segar WE. Pediatrics 1957;19:823-832, doi:10.1542/peds.19.5.823; isotonic fluid as in Feld LG et
al. American Academy of Pediatrics 2018, doi:10.1542/peds.2018-3083.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, quantity
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    ("Holliday MA, Segar WE. The maintenance need for water in parenteral fluid therapy. Pediatrics 1957;19:823-832"),
    "10.1542/peds.19.5.823",
)


@register
class MaintenanceFluids(Equation):
    """Maintenance fluids (4-2-1 rule); see the module for the rule and its source."""

    inputs = (quantity("weight"),)
    card = score_card(
        "holliday_segar",
        "Maintenance fluids (4-2-1 rule)",
        "How much maintenance fluid does this weight need?",
        inputs,
        SOURCE,
        population="children over 28 days and adults without losses, heart or renal failure",
        topics=(
            "maintenance fluid",
            "maintenance fluids",
            "holliday-segar",
            "4-2-1 rule",
        ),
        limits=(
            "Without losses, fever, heart or renal failure; not for neonates.",
            "Isotonic fluid is advised for children from 28 days (AAP 2018).",
            "Adults seldom need more than 100 to 120 mL/h.",
        ),
    )
    link = SOURCE.link
    minimum_age = 0
    unit = "mL/h"

    def solve(self, v: Values) -> float:
        """Fluid in mL/h."""
        weight = v.need("weight")
        return 4 * min(weight, 10) + 2 * min(max(weight - 10, 0), 10) + max(weight - 20, 0)
