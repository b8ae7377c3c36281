"""QT corrected by Hodges: QT + 1.75 x (heart rate - 60), QT in ms.

Sources: Hodges M et al. J Am Coll Cardiol 1983;1:694; compared by Luo S et al. J Electrocardiol 2004;37(Suppl):81-90,
doi:10.1016/j.jelectrocard.2004.08.030; limits as in `corrected_qt`.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculators.corrected_qt import OneCorrection, hodges
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Hodges M, et al. Bazett's QT correction reviewed. J Am Coll Cardiol 1983;1:694; compared"
        " by Luo S, et al. J Electrocardiol 2004;37(Suppl):81-90"
    ),
    "10.1016/j.jelectrocard.2004.08.030",
)


@register
class QtcHodges(OneCorrection):
    """Corrected QT (Hodges); see the module for the rule and its source."""

    card = score_card(
        "qtc_hodges",
        "Corrected QT (Hodges)",
        "What is the QT corrected by Hodges' formula?",
        OneCorrection.inputs,
        SOURCE,
        population="any age; limits for adults",
        topics=(
            "hodges",
            "qtc hodges",
        ),
        limits=("Measured in adults in sinus rhythm; unreliable in atrial fibrillation.",),
    )
    link = SOURCE.link
    formula = staticmethod(hodges)
