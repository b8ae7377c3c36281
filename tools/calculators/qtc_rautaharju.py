"""QT corrected by Rautaharju: QT x (120 + heart rate) / 180, QT in ms.

Source: Rautaharju PM, Mason JW, Akiyama T. Int J Cardiol 2014;174:535-540, doi:10.1016/j.ijcard.2014.04.133; limits
as in `corrected_qt`.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculators.corrected_qt import OneCorrection, rautaharju
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Rautaharju PM, Mason JW, Akiyama T. New age- and sex-specific criteria for QT "
        "prolongation based on rate correction formulas. Int J Cardiol 2014;174:535-540"
    ),
    "10.1016/j.ijcard.2014.04.133",
)


@register
class QtcRautaharju(OneCorrection):
    """Corrected QT (Rautaharju); see the module for the rule and its source."""

    card = score_card(
        "qtc_rautaharju",
        "Corrected QT (Rautaharju)",
        "What is the QT corrected by Rautaharju's formula?",
        OneCorrection.inputs,
        SOURCE,
        population="any age; limits for adults",
        topics=(
            "rautaharju",
            "qtc rautaharju",
        ),
        limits=("Measured in adults in sinus rhythm; unreliable in atrial fibrillation.",),
    )
    link = SOURCE.link
    formula = staticmethod(rautaharju)
