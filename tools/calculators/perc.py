"""PERC rule: who, at a low probability before any test, needs no test for pulmonary embolism.

One each: age 50 or more; pulse 100 or more; saturation on air below 95 %; swelling of one leg; haemoptysis; surgery
or trauma within 4 weeks; previous DVT or PE; oestrogen or hormone use. None met is negative.

Source: Kline JA et al. J Thromb Haemost 2004;2:1247-1255, doi:10.1111/j.1538-7836.2004.00790.x.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import age, quantity
from bedside.tools.criteria import flag, history, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Kline JA, et al. Clinical criteria to prevent unnecessary diagnostic testing in "
        "emergency department patients with suspected pulmonary embolism. J Thromb Haemost "
        "2004;2:1247-1255"
    ),
    "10.1111/j.1538-7836.2004.00790.x",
)


@register
class Perc(PointScore):
    """PERC rule; see the module for the rule and its source."""

    criteria = (
        rungs(age(), ((50, 1),)),
        rungs(quantity("heart_rate"), ((100, 1),)),
        rungs(quantity("oxygen_saturation"), ((95, 0),), below=1),
        flag("one_leg_swelling"),
        flag("haemoptysis"),
        flag("surgery_or_trauma_4_weeks"),
        history("previous_vte"),
        flag("hormone_use"),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "perc",
        "PERC rule",
        "Can pulmonary embolism be ruled out without any test?",
        inputs,
        SOURCE,
        population="adults in whom the clinician's own estimate of pulmonary embolism is low (below 15 %)",
        topics=(
            "perc",
            "perc rule",
            "pulmonary embolism rule-out",
            "rule-out criteria",
        ),
        limits=(
            "Only where the clinician's own estimate is low.",
            "Not in pregnancy.",
        ),
    )
    link = SOURCE.link
    bands = (
        SOURCE.band(
            0,
            0,
            (
                "No PERC criterion is met: at a low probability before testing, pulmonary embolism is "
                "ruled out (below 2 %, Kline 2004)."
            ),
        ),
        SOURCE.band(
            1, 8, ("One or more PERC criteria are met: the rule does not exclude pulmonary embolism (Kline 2004).")
        ),
    )
