"""Apgar score of a newborn: colour, heart rate, reflex response, tone and breathing, 0 to 2 each.

Sources: Apgar V. Curr Res Anesth Analg 1953;32:260-267; groups from the American Academy of Pediatrics and ACOG.
Pediatrics 2015;136:819-822, doi:10.1542/peds.2015-2651.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.criteria import item
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    ("American Academy of Pediatrics, ACOG. The Apgar score. Pediatrics 2015;136:819-822 (after Apgar V, 1953)"),
    "10.1542/peds.2015-2651",
)
ITEMS = ("colour", "heart_rate", "reflex", "tone", "breathing")


@register
class Apgar(PointScore):
    """Apgar score; see the module for the rule and its source."""

    criteria = tuple(item(f"apgar_{name}") for name in ITEMS)
    inputs = inputs_of(criteria)
    card = score_card(
        "apgar",
        "Apgar score",
        "How is this newborn in the first minutes?",
        inputs,
        SOURCE,
        population="newborns in the first 20 minutes of life",
        topics=("apgar",),
        limits=("It does not decide whether to resuscitate, and does not foretell outcome by itself.",),
    )
    link = SOURCE.link
    minimum_age = 0
    maximum_age = 0.1
    bands = (
        SOURCE.band(0, 3, "An Apgar score of 0 to 3 is low (AAP/ACOG 2015)."),
        SOURCE.band(4, 6, "An Apgar score of 4 to 6 is moderately abnormal (AAP/ACOG 2015)."),
        SOURCE.band(7, 10, "An Apgar score of 7 to 10 is reassuring (AAP/ACOG 2015)."),
    )
