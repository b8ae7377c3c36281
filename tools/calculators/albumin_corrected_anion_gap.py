"""Anion gap corrected for albumin: gap + 2.5 x (4 - albumin), in mmol/L with albumin in g/dL.

Source: Figge J et al. Crit Care Med 1998;26:1807-1810, doi:10.1097/00003246-199811000-00019.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, quantity
from bedside.tools.calculators.anion_gap import corrected, gap_of
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    "Figge J, et al. Anion gap and hypoalbuminemia. Crit Care Med 1998;26:1807-1810", "10.1097/00003246-199811000-00019"
)


def corrected_gap(v: Values) -> float:
    """Corrected gap in mmol/L, not rounded."""
    return corrected(gap_of(v), v.need("albumin"))


@register
class AlbuminCorrectedAnionGap(Equation):
    """Albumin-corrected anion gap; see the module for the rule and its source."""

    inputs = (quantity("sodium"), quantity("chloride"), quantity("bicarbonate"), quantity("albumin"))
    card = score_card(
        "albumin_corrected_anion_gap",
        "Albumin-corrected anion gap",
        "Is there a gap that a low albumin hides?",
        inputs,
        SOURCE,
        population="any age",
        topics=(
            "albumin corrected anion gap",
            "albumin-corrected anion gap",
            "corrected anion gap",
        ),
        limits=("Normal ranges differ between laboratories; potassium is left out.",),
    )
    link = SOURCE.link
    minimum_age = 0
    unit = "mmol/L"
    digits = 2

    def solve(self, v: Values) -> float:
        """Corrected gap in mmol/L."""
        return corrected_gap(v)
