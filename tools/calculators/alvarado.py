"""Alvarado score: acute appendicitis.

One point each: pain that migrates; anorexia; nausea or vomiting; rebound pain; temperature 37.3 C or more; left
shift. Two each: tenderness in the right lower quadrant; white cells above 10 x 10^9/L. 0 to 10.

Source: Alvarado A. Ann Emerg Med 1986;15:557-564, doi:10.1016/S0196-0644(86)80993-3.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import quantity
from bedside.tools.criteria import flag, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    ("Alvarado A. A practical score for the early diagnosis of acute appendicitis. Ann Emerg Med 1986;15:557-564"),
    "10.1016/S0196-0644(86)80993-3",
)


@register
class Alvarado(PointScore):
    """Alvarado score; see the module for the rule and its source."""

    criteria = (
        flag("pain_migration"),
        flag("anorexia"),
        flag("nausea_or_vomiting"),
        flag("right_lower_tenderness", 2),
        flag("rebound_pain"),
        rungs(quantity("temperature"), ((37.3, 1),)),
        rungs(quantity("white_cells"), ((10, 2),), over=True),
        flag("left_shift"),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "alvarado",
        "Alvarado score",
        "How likely is acute appendicitis?",
        inputs,
        SOURCE,
        population="patients from 4 years with pain in the right lower quadrant",
        topics=(
            "alvarado",
            "mantrels",
            "appendicitis score",
        ),
        limits=("In women of child-bearing age and in young children it overestimates.",),
    )
    link = SOURCE.link
    minimum_age = 4
    bands = (
        SOURCE.band(0, 4, "An Alvarado score of 0 to 4 makes appendicitis unlikely (Alvarado 1986)."),
        SOURCE.band(5, 6, "An Alvarado score of 5 or 6 is compatible with appendicitis: observe (Alvarado 1986)."),
        SOURCE.band(7, 8, "An Alvarado score of 7 or 8 makes appendicitis probable (Alvarado 1986)."),
        SOURCE.band(9, 10, "An Alvarado score of 9 or 10 makes appendicitis very probable (Alvarado 1986)."),
    )
