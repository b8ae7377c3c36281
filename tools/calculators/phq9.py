"""PHQ-9: severity of depression, nine items of 0 to 3 over the last two weeks.

Source: Kroenke K, Spitzer RL, Williams JB. J Gen Intern Med 2001;16:606-613,
doi:10.1046/j.1525-1497.2001.016009606.x.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values
from bedside.tools.criteria import item
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Kroenke K, Spitzer RL, Williams JB. The PHQ-9: validity of a brief depression severity "
        "measure. J Gen Intern Med 2001;16:606-613"
    ),
    "10.1046/j.1525-1497.2001.016009606.x",
)


@register
class Phq9(PointScore):
    """PHQ-9; see the module for the rule and its source."""

    criteria = tuple(item(f"phq9_{n}") for n in range(1, 10))
    inputs = inputs_of(criteria)
    card = score_card(
        "phq9",
        "PHQ-9",
        "How severe are the symptoms of depression?",
        inputs,
        SOURCE,
        population="adults who answer the questionnaire",
        topics=(
            "phq-9",
            "phq9",
            "phq 9",
            "patient health questionnaire",
        ),
        limits=(
            "It measures symptoms; a diagnosis needs an interview.",
            "Any answer above 0 to item 9 needs an assessment of suicide risk whatever the sum.",
        ),
    )
    link = SOURCE.link
    most_asked = 3
    bands = (
        SOURCE.band(0, 4, "A PHQ-9 of 0 to 4 is minimal depression or none (Kroenke 2001)."),
        SOURCE.band(5, 9, "A PHQ-9 of 5 to 9 is mild depression (Kroenke 2001)."),
        SOURCE.band(10, 14, "A PHQ-9 of 10 to 14 is moderate depression (Kroenke 2001)."),
        SOURCE.band(15, 19, "A PHQ-9 of 15 to 19 is moderately severe depression (Kroenke 2001)."),
        SOURCE.band(20, 27, "A PHQ-9 of 20 to 27 is severe depression (Kroenke 2001)."),
    )

    def cautions(self, values: Values) -> tuple[str, ...]:
        """Thoughts of self-harm."""
        return ("Item 9 is above 0: assess the risk of suicide now.",) if (values.number("phq9_9") or 0) > 0 else ()
