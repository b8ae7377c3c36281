"""QT corrected by the Framingham study: QT + 154 x (1 - RR), QT in ms and RR = 60 / heart rate in seconds.

Source: Sagie A et al. Am J Cardiol 1992;70:797-801, doi:10.1016/0002-9149(92)90562-D; limits as in `corrected_qt`.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values
from bedside.tools.calculators.corrected_qt import QT, RATE, qt_bands
from bedside.tools.equation import Equation
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Sagie A, et al. An improved method for adjusting the QT interval for heart rate (the "
        "Framingham Heart Study). Am J Cardiol 1992;70:797-801"
    ),
    "10.1016/0002-9149(92)90562-D",
)


@register
class QtcFramingham(Equation):
    """Corrected QT (Framingham); see the module for the rule and its source."""

    inputs = (QT, RATE)
    card = score_card(
        "qtc_framingham",
        "Corrected QT (Framingham)",
        "What is the QT corrected by the Framingham formula?",
        inputs,
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
    minimum_age = 0
    unit = "ms"
    digits = 0
    adults_only_bands = True
    bands = qt_bands()

    def solve(self, v: Values) -> float:
        """Corrected QT in ms."""
        return v.need("qt_interval") + 154 * (1 - 60 / v.need("heart_rate"))
