"""Bishop score: how ripe the cervix is for induction of labour.

Dilation closed 0, 1-2 cm one, 3-4 two, 5 or more three; effacement below 40 % 0, 40-50 one, 60-70 two, 80 or more
three; station -3 0, -2 one, -1 or 0 two, +1 or more three; consistency firm, medium, soft 0 to 2; position posterior,
middle, anterior 0 to 2. 0 to 13.

Sources: Bishop EH. Obstet Gynecol 1964;24:266-268; groups from ACOG Practice Bulletin 107, Obstet Gynecol
2009;114:386-397, doi:10.1097/AOG.0b013e3181b48ef5.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import quantity
from bedside.tools.criteria import by_word, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    ("ACOG Practice Bulletin 107: induction of labor. Obstet Gynecol 2009;114:386-397 (score of Bishop EH, 1964)"),
    "10.1097/AOG.0b013e3181b48ef5",
)


@register
class Bishop(PointScore):
    """Bishop score; see the module for the rule and its source."""

    criteria = (
        rungs(quantity("cervical_dilation"), ((1, 1), (3, 2), (5, 3))),
        rungs(quantity("cervical_effacement"), ((40, 1), (60, 2), (80, 3))),
        rungs(quantity("fetal_station"), ((-2, 1), (-1, 2), (1, 3))),
        by_word("cervical_consistency", (0, 1, 2)),
        by_word("cervical_position", (0, 1, 2)),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "bishop",
        "Bishop score",
        "How ripe is the cervix for induction of labour?",
        inputs,
        SOURCE,
        population="pregnant patients at term",
        topics=(
            "bishop score",
            "bishop",
            "cervical ripeness",
            "cervix ripe",
        ),
        limits=("It depends on who examines.",),
    )
    link = SOURCE.link
    minimum_age = 10
    only_sex = "female"
    bands = (
        SOURCE.band(
            0,
            6,
            ("A Bishop score of 6 or less is an unfavourable cervix: ripening is usual before induction (ACOG 2009)."),
        ),
        SOURCE.band(7, 8, "A Bishop score of 7 or 8 is between the two groups of ACOG 2009."),
        SOURCE.band(
            9,
            13,
            (
                "A Bishop score above 8 makes vaginal birth after induction as likely as after "
                "spontaneous labour (ACOG 2009)."
            ),
        ),
    )
