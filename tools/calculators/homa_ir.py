"""HOMA-IR: insulin resistance from fasting glucose and insulin: insulin (uIU/mL) x glucose (mg/dL) / 405.

Source: Matthews DR et al. Diabetologia 1985;28:412-419, doi:10.1007/BF00280883 (normal subjects have about 1).
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, quantity
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Matthews DR, et al. Homeostasis model assessment: insulin resistance and beta-cell "
        "function from fasting plasma glucose and insulin concentrations in man. Diabetologia "
        "1985;28:412-419"
    ),
    "10.1007/BF00280883",
)


@register
class HomaIr(Equation):
    """HOMA-IR; see the module for the rule and its source."""

    inputs = (quantity("glucose"), quantity("insulin"))
    card = score_card(
        "homa_ir",
        "HOMA-IR",
        "How resistant to insulin is this patient?",
        inputs,
        SOURCE,
        population="adults, fasting, without insulin treatment",
        topics=(
            "homa-ir",
            "homa ir",
            "homa",
            "insulin resistance",
        ),
        limits=(
            "Fasting samples only, and not on insulin.",
            "No limit holds for every assay and population.",
        ),
    )
    link = SOURCE.link
    digits = 2

    def solve(self, v: Values) -> float:
        """The index, without unit."""
        return v.need("insulin") * v.in_unit("glucose", "mg/dL") / 405
