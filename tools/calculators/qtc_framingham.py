"""QT corrected by the Framingham study: QT + 154 x (1 - RR), QT in ms and RR = 60 / heart rate in seconds.

Source: Sagie A et al. Am J Cardiol 1992;70:797-801, doi:10.1016/0002-9149(92)90562-D; limits as in `corrected_qt`.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculators.corrected_qt import OneCorrection, framingham
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Sagie A, et al. An improved method for adjusting the QT interval for heart rate (the "
        "Framingham Heart Study). Am J Cardiol 1992;70:797-801"
    ),
    "10.1016/0002-9149(92)90562-D",
)


@register
class QtcFramingham(OneCorrection):
    """Corrected QT (Framingham); see the module for the rule and its source."""

    card = score_card(
        "qtc_framingham",
        "Corrected QT (Framingham)",
        "What is the QT corrected by the Framingham formula?",
        OneCorrection.inputs,
        SOURCE,
        population="any age; limits for adults",
        topics=(
            "qtc framingham",
            "framingham qtc",
            "framingham formula for corrected qt",
        ),
        limits=("Measured in adults in sinus rhythm; unreliable in atrial fibrillation.",),
    )
    link = SOURCE.link
    formula = staticmethod(framingham)
