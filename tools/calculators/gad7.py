"""GAD-7: severity of anxiety, seven items of 0 to 3 over the last two weeks.

Source: Spitzer RL et al. Arch Intern Med 2006;166:1092-1097, doi:10.1001/archinte.166.10.1092.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.criteria import item
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Spitzer RL, et al. A brief measure for assessing generalized anxiety disorder: the "
        "GAD-7. Arch Intern Med 2006;166:1092-1097"
    ),
    "10.1001/archinte.166.10.1092",
)


@register
class Gad7(PointScore):
    """GAD-7; see the module for the rule and its source."""

    criteria = tuple(item(f"gad7_{n}") for n in range(1, 8))
    inputs = inputs_of(criteria)
    card = score_card(
        "gad7",
        "GAD-7",
        "How severe are the symptoms of anxiety?",
        inputs,
        SOURCE,
        population="adults who answer the questionnaire",
        topics=(
            "gad-7",
            "gad7",
            "gad 7",
            "generalised anxiety scale",
        ),
        limits=("It measures symptoms; a diagnosis needs an interview.",),
    )
    link = SOURCE.link
    most_asked = 3
    bands = (
        SOURCE.band(0, 4, "A GAD-7 of 0 to 4 is minimal anxiety (Spitzer 2006)."),
        SOURCE.band(5, 9, "A GAD-7 of 5 to 9 is mild anxiety (Spitzer 2006)."),
        SOURCE.band(10, 14, "A GAD-7 of 10 to 14 is moderate anxiety (Spitzer 2006)."),
        SOURCE.band(15, 21, "A GAD-7 of 15 to 21 is severe anxiety (Spitzer 2006)."),
    )
