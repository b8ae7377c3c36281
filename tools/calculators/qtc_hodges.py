"""QT corrected by Hodges: QT + 1.75 x (heart rate - 60), QT in ms.

Sources: Hodges M et al. J Am Coll Cardiol 1983;1:694; compared by Luo S et al. J Electrocardiol 2004;37(Suppl):81-90,
doi:10.1016/j.jelectrocard.2004.08.030; limits as in `corrected_qt`.
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
        "Hodges M, et al. Bazett's QT correction reviewed. J Am Coll Cardiol 1983;1:694; compared"
        " by Luo S, et al. J Electrocardiol 2004;37(Suppl):81-90"
    ),
    "10.1016/j.jelectrocard.2004.08.030",
)


@register
class QtcHodges(Equation):
    """Corrected QT (Hodges); see the module for the rule and its source."""

    inputs = (QT, RATE)
    card = score_card(
        "qtc_hodges",
        "Corrected QT (Hodges)",
        "What is the QT corrected by Hodges' formula?",
        inputs,
        SOURCE,
        population="any age; limits for adults",
        topics=(
            "hodges",
            "qtc hodges",
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
        return v.need("qt_interval") + 1.75 * (v.need("heart_rate") - 60)
