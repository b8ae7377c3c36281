"""GRACE score: death in hospital after an acute coronary syndrome.

Points by Killip class (0, 20, 39, 59), systolic pressure (58 to 0), heart rate (0 to 46), age (0 to 100), creatinine
(1 to 28), cardiac arrest at admission 39, ST deviation 28, raised cardiac markers 14.

Sources: Granger CB et al. Arch Intern Med 2003;163:2345-2353, doi:10.1001/archinte.163.19.2345; groups from Hamm CW
et al. ESC 2011, doi:10.1093/eurheartj/ehr236.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import age, quantity
from bedside.tools.criteria import flag, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Granger CB, et al. Predictors of hospital mortality in the Global Registry of Acute "
        "Coronary Events. Arch Intern Med 2003;163:2345-2353"
    ),
    "10.1001/archinte.163.19.2345",
)
ESC = paper(
    (
        "Hamm CW, et al. ESC guidelines for acute coronary syndromes without persistent "
        "ST-segment elevation. Eur Heart J 2011;32:2999-3054"
    ),
    "10.1093/eurheartj/ehr236",
)


@register
class Grace(PointScore):
    """GRACE score; see the module for the rule and its source."""

    criteria = (
        rungs(quantity("killip"), ((1, 0), (2, 20), (3, 39), (4, 59))),
        rungs(quantity("systolic_bp"), ((80, 53), (100, 43), (120, 34), (140, 24), (160, 10), (200, 0)), below=58),
        rungs(quantity("heart_rate"), ((50, 3), (70, 9), (90, 15), (110, 24), (150, 38), (200, 46))),
        rungs(age(), ((30, 8), (40, 25), (50, 41), (60, 58), (70, 75), (80, 91), (90, 100))),
        rungs(
            quantity("creatinine"), ((0.4, 4), (0.8, 7), (1.2, 10), (1.6, 13), (2, 21), (4, 28)), below=1, unit="mg/dL"
        ),
        flag("cardiac_arrest_at_admission", 39),
        flag("st_deviation", 28),
        flag("raised_markers", 14),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "grace",
        "GRACE score",
        "What is the risk of death in hospital after this acute coronary syndrome?",
        inputs,
        SOURCE,
        population="adults with an acute coronary syndrome",
        topics=(
            "grace score",
            "grace risk",
            "global registry of acute coronary events",
        ),
        limits=("This is the score of 2003 for death in hospital; GRACE 2.0 uses other curves.",),
    )
    link = SOURCE.link
    bands = (
        ESC.band(0, 108, "A GRACE score of 108 or less is low risk (death in hospital below 1 %, ESC 2011)."),
        ESC.band(109, 140, "A GRACE score of 109 to 140 is intermediate risk (1 to 3 %, ESC 2011)."),
        ESC.band(141, 400, "A GRACE score above 140 is high risk (above 3 %, ESC 2011)."),
    )
