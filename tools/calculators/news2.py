"""NEWS2: early warning of acute illness in adults.

Breathing rate 8 or less 3, 9-11 one, 12-20 none, 21-24 two, 25 or more 3. Saturation, scale 1: 91 % or less 3, 92-93
two, 94-95 one, 96 or more none. Scale 2, where a target of 88 to 92 % is prescribed for hypercapnic failure: 83 or
less 3, 84-85 two, 86-87 one, 88-92 or any on air none, on oxygen 93-94 one, 95-96 two, 97 or more 3. Oxygen 2.
Systolic pressure 90 or less 3, 91-100 two, 101-110 one, 111-219 none, 220 or more 3. Pulse 40 or less 3, 41-50 one,
51-90 none, 91-110 one, 111-130 two, 131 or more 3. Confusion, or response to voice, pain or nothing 3. Temperature
35.0 or less 3, 35.1-36.0 one, 36.1-38.0 none, 38.1-39.0 one, 39.1 or more two. Scale 1 is used unless scale 2 is
recorded.

Source: Royal College of Physicians. National Early Warning Score (NEWS) 2, 2017,
https://www.rcp.ac.uk/improving-care/resources/national-early-warning-score-news-2/.
"""

from __future__ import annotations

from bedside.tools.bands import Publication
from bedside.tools.calculator import Population, score_card
from bedside.tools.calculator_inputs import Values, finding, optional, quantity
from bedside.tools.criteria import any_of, computed, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = Publication(
    (
        "Royal College of Physicians. National Early Warning Score (NEWS) 2: standardising the "
        "assessment of acute-illness severity in the NHS, 2017"
    ),
    "https://www.rcp.ac.uk/improving-care/resources/national-early-warning-score-news-2/",
)


def _saturation(values: Values) -> float | None:
    level, oxygen = values.number("oxygen_saturation"), values.flag("supplemental_oxygen")
    if level is None:
        return None
    if not values.flag("hypercapnic_target"):
        return 3 if level <= 91 else 2 if level <= 93 else 1 if level <= 95 else 0
    if level <= 92:
        return 3 if level <= 83 else 2 if level <= 85 else 1 if level <= 87 else 0
    if oxygen is None:
        return None
    return 0 if not oxygen else 1 if level <= 94 else 2 if level <= 96 else 3


def _oxygen(values: Values) -> float | None:
    given = values.flag("supplemental_oxygen")
    return None if given is None else 2 * given


# One criterion reads the saturation, its scale and oxygen, since scale 2 depends on oxygen.
def _saturation_and_oxygen(values: Values) -> float | None:
    saturation, oxygen = _saturation(values), _oxygen(values)
    return None if saturation is None or oxygen is None else saturation + oxygen


@register
class News2(PointScore):
    """NEWS2; see the module for the rule and its source."""

    criteria = (
        rungs(quantity("respiratory_rate"), ((9, 1), (12, 0), (21, 2), (25, 3)), below=3),
        computed(
            "oxygen saturation",
            (quantity("oxygen_saturation"), finding("supplemental_oxygen"), optional(finding("hypercapnic_target"))),
            (0, 1, 2, 3, 4, 5),
            _saturation_and_oxygen,
        ),
        rungs(quantity("systolic_bp"), ((91, 2), (101, 1), (111, 0), (220, 3)), below=3),
        rungs(quantity("heart_rate"), ((41, 1), (51, 0), (91, 1), (111, 2), (131, 3)), below=3),
        any_of("new confusion or reduced response", (finding("confusion"), optional(finding("not_alert"))), 3),
        rungs(quantity("temperature"), ((35.1, 1), (36.1, 0), (38.1, 1), (39.1, 2)), below=3),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "news2",
        "NEWS2",
        "How acutely ill is this adult, by vital signs?",
        inputs,
        SOURCE,
        population="patients of 16 years or more, not pregnant",
        topics=(
            "news2",
            "news 2",
            "national early warning",
            "early warning score",
        ),
        limits=(
            "Not in pregnancy or under 16.",
            "A single parameter of 3 calls for urgent review whatever the sum.",
            "It does not replace concern.",
        ),
    )
    link = SOURCE.link
    minimum_age = 16
    population = (
        Population(
            spec=finding("pregnancy", "pregnancy", "NEWS2 is not for pregnancy."),
            must_be=False,
            why="NEWS2 was not made for pregnancy and this patient is pregnant.",
            do="Use a maternity early warning score.",
        ),
    )
    bands = (
        SOURCE.band(
            0,
            4,
            (
                "A NEWS2 of 0 to 4 is low clinical risk; a single parameter of 3 is low to medium and "
                "needs an urgent ward review (RCP 2017)."
            ),
        ),
        SOURCE.band(5, 6, "A NEWS2 of 5 or 6 is medium clinical risk: urgent response (RCP 2017)."),
        SOURCE.band(7, 20, "A NEWS2 of 7 or more is high clinical risk: emergency response (RCP 2017)."),
    )
