"""Delta gap: how far the anion gap lies above 12 mmol/L.

Source: Wrenn K. Ann Emerg Med 1990;19:1310-1313, doi:10.1016/S0196-0644(05)82292-9.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, quantity
from bedside.tools.calculators.anion_gap import gap_of
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    ("Wrenn K. The delta gap: an approach to mixed acid-base disorders. Ann Emerg Med 1990;19:1310-1313"),
    "10.1016/S0196-0644(05)82292-9",
)
NORMAL_GAP = 12.0


@register
class DeltaGap(Equation):
    """Delta gap; see the module for the rule and its source."""

    inputs = (quantity("sodium"), quantity("chloride"), quantity("bicarbonate"))
    card = score_card(
        "delta_gap",
        "Delta gap",
        "How far is the anion gap raised?",
        inputs,
        SOURCE,
        population="any age, with metabolic acidosis",
        topics=("delta gap",),
        limits=("The normal gap of 12 mmol/L differs between laboratories.",),
    )
    link = SOURCE.link
    minimum_age = 0
    unit = "mmol/L"

    def solve(self, v: Values) -> float:
        """Delta gap in mmol/L."""
        return gap_of(v) - NORMAL_GAP
