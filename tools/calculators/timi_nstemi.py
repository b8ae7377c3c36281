"""TIMI risk score for unstable angina and infarction without ST elevation: events within 14 days.

One point each: age 65 or more; three or more risk factors; known stenosis of 50 % or more; aspirin in the last 7
days; two or more anginas in 24 hours; ST deviation; raised cardiac markers.

Source: Antman EM et al. JAMA 2000;284:835-842, doi:10.1001/jama.284.7.835.
"""

from __future__ import annotations

from bedside.tools.bands import Band, paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import age
from bedside.tools.criteria import flag, history, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    ("Antman EM, et al. The TIMI risk score for unstable angina/non-ST elevation MI. JAMA 2000;284:835-842"),
    "10.1001/jama.284.7.835",
)


def _band(low: float, high: float, share: str) -> Band:
    score = f"{low:g}" if low == high else f"{low:g} or {high:g}"
    return SOURCE.band(
        low,
        high,
        (
            f"A TIMI score of {score} had death, infarction or urgent revascularisation within 14 days"
            f" in {share} % (Antman 2000)."
        ),
    )


@register
class TimiNstemi(PointScore):
    """TIMI risk score (UA/NSTEMI); see the module for the rule and its source."""

    criteria = (
        rungs(age(), ((65, 1),)),
        flag("three_risk_factors"),
        history("known_stenosis"),
        flag("aspirin_7_days"),
        flag("two_anginas"),
        flag("st_deviation"),
        flag("raised_markers"),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "timi_nstemi",
        "TIMI risk score (UA/NSTEMI)",
        "What is the risk of events within 14 days of unstable angina or NSTEMI?",
        inputs,
        SOURCE,
        population="adults with unstable angina or infarction without ST elevation",
        topics=(
            "timi",
            "timi score",
            "timi risk",
        ),
        limits=("Not for ST elevation, which has a TIMI score of its own.",),
    )
    link = SOURCE.link
    bands = (
        _band(0, 1, "4.7"),
        _band(2, 2, "8.3"),
        _band(3, 3, "13.2"),
        _band(4, 4, "19.9"),
        _band(5, 5, "26.2"),
        _band(6, 7, "40.9"),
    )
