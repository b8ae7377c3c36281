"""QT corrected by Bazett: QT / square root of RR, RR = 60 / heart rate in seconds.

Sources: Bazett HC. Heart 1920;7:353-370, reprinted in Ann Noninvasive Electrocardiol 1997;2:177-194,
doi:10.1111/j.1542-474X.1997.tb00325.x; limits as in `corrected_qt`, which gives all formulas beside each other.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculators.corrected_qt import OneCorrection, bazett
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Bazett HC. An analysis of the time-relations of electrocardiograms. Heart 1920;7:353-370"
        " (Ann Noninvasive Electrocardiol 1997;2:177-194)"
    ),
    "10.1111/j.1542-474X.1997.tb00325.x",
)


@register
class QtcBazett(OneCorrection):
    """Corrected QT (Bazett); see the module for the rule and its source."""

    card = score_card(
        "qtc_bazett",
        "Corrected QT (Bazett)",
        "What is the QT corrected by Bazett's formula?",
        OneCorrection.inputs,
        SOURCE,
        population="any age; limits for adults",
        topics=(
            "bazett",
            "qtc bazett",
        ),
        limits=(("It overcorrects when the heart is fast and undercorrects when it is slow: see `corrected_qt`."),),
    )
    link = SOURCE.link
    formula = staticmethod(bazett)
