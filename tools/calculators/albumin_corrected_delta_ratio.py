"""Delta ratio from the albumin-corrected anion gap: (corrected gap - 12) / (24 - bicarbonate).

Sources: Figge J et al. Crit Care Med 1998;26:1807-1810, doi:10.1097/00003246-199811000-00019; Rastegar A. J Am Soc
Nephrol 2007;18:2429-2431, doi:10.1681/ASN.2006121408.
"""

from __future__ import annotations

from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, quantity
from bedside.tools.calculators.albumin_corrected_anion_gap import SOURCE, corrected_gap
from bedside.tools.calculators.delta_gap import NORMAL_GAP
from bedside.tools.calculators.delta_ratio import no_acidosis, ratio_bands
from bedside.tools.equation import Equation
from bedside.tools.registry import register


@register
class AlbuminCorrectedDeltaRatio(Equation):
    """Albumin-corrected delta ratio; see the module for the rule and its source."""

    inputs = (quantity("sodium"), quantity("chloride"), quantity("bicarbonate"), quantity("albumin"))
    card = score_card(
        "albumin_corrected_delta_ratio",
        "Albumin-corrected delta ratio",
        "Is this acidosis pure or mixed, with the albumin taken into account?",
        inputs,
        SOURCE,
        population="any age, with a raised anion gap",
        topics=(
            "albumin corrected delta ratio",
            "albumin-corrected delta ratio",
            "corrected delta ratio",
        ),
        limits=("Without a raised gap it means nothing.",),
    )
    link = SOURCE.link
    minimum_age = 0
    digits = 2
    bands = ratio_bands()

    def solve(self, v: Values) -> float:
        """The ratio, without unit."""
        return (corrected_gap(v) - NORMAL_GAP) / (24 - v.need("bicarbonate"))

    def contradiction(self, values: Values) -> str:
        """No fall of bicarbonate."""
        return no_acidosis(values)
