"""Delta gap from the albumin-corrected anion gap: corrected gap - 12, in mmol/L.

Sources: Figge J et al. Crit Care Med 1998;26:1807-1810, doi:10.1097/00003246-199811000-00019; Wrenn K. Ann Emerg Med
1990;19:1310-1313, doi:10.1016/S0196-0644(05)82292-9.
"""

from __future__ import annotations

from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, quantity
from bedside.tools.calculators.albumin_corrected_anion_gap import SOURCE, corrected_gap
from bedside.tools.calculators.delta_gap import NORMAL_GAP
from bedside.tools.equation import Equation
from bedside.tools.registry import register


@register
class AlbuminCorrectedDeltaGap(Equation):
    """Albumin-corrected delta gap; see the module for the rule and its source."""

    inputs = (quantity("sodium"), quantity("chloride"), quantity("bicarbonate"), quantity("albumin"))
    card = score_card(
        "albumin_corrected_delta_gap",
        "Albumin-corrected delta gap",
        "How far is the corrected anion gap raised?",
        inputs,
        SOURCE,
        population="any age, with metabolic acidosis",
        topics=(
            "albumin corrected delta gap",
            "albumin-corrected delta gap",
            "corrected delta gap",
        ),
        limits=("The normal gap of 12 mmol/L differs between laboratories.",),
    )
    link = SOURCE.link
    minimum_age = 0
    unit = "mmol/L"
    digits = 2

    def solve(self, v: Values) -> float:
        """Corrected delta gap in mmol/L."""
        return corrected_gap(v) - NORMAL_GAP
