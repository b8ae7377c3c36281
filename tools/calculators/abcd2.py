"""ABCD2: stroke within two days of a transient ischaemic attack.

Age 60 or more 1; pressure 140 systolic or 90 diastolic or more 1; weakness of one side 2, else disturbed speech 1;
duration 60 minutes or more 2, 10 to 59 one; diabetes 1. 0 to 7.

Source: Johnston SC et al. Lancet 2007;369:283-292, doi:10.1016/S0140-6736(07)60150-0.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, age, finding, quantity
from bedside.tools.criteria import computed, history, rungs
from bedside.tools.point_score import PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    (
        "Johnston SC, et al. Validation and refinement of scores to predict very early stroke "
        "risk after transient ischaemic attack. Lancet 2007;369:283-292"
    ),
    "10.1016/S0140-6736(07)60150-0",
)


def _pressure(values: Values) -> float | None:
    systolic, diastolic = values.number("systolic_bp"), values.number("diastolic_bp")
    if (systolic or 0) >= 140 or (diastolic or 0) >= 90:
        return 1
    return None if systolic is None or diastolic is None else 0


def _features(values: Values) -> float | None:
    weak, speech = values.flag("one_sided_weakness"), values.flag("speech_disturbance")
    if weak:
        return 2
    return None if weak is None or speech is None else float(speech)


@register
class Abcd2(PointScore):
    """ABCD2 score; see the module for the rule and its source."""

    criteria = (
        rungs(age(), ((60, 1),)),
        computed("blood pressure", (quantity("systolic_bp"), quantity("diastolic_bp")), (0, 1), _pressure),
        computed("features", (finding("one_sided_weakness"), finding("speech_disturbance")), (0, 1, 2), _features),
        rungs(quantity("symptom_minutes"), ((10, 1), (60, 2))),
        history("diabetes"),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "abcd2",
        "ABCD2 score",
        "What is the risk of stroke in the days after this TIA?",
        inputs,
        SOURCE,
        population="adults with a transient ischaemic attack",
        topics=(
            "abcd2",
            "abcd 2",
            "abcd score",
        ),
        limits=(
            "NICE NG128 (2019) advises against using it to decide who is seen first.",
            "It does not see carotid stenosis or atrial fibrillation.",
        ),
    )
    link = SOURCE.link
    bands = (
        SOURCE.band(0, 3, "An ABCD2 of 0 to 3 had a stroke within two days in 1.0 % (Johnston 2007)."),
        SOURCE.band(4, 5, "An ABCD2 of 4 or 5 had a stroke within two days in 4.1 % (Johnston 2007)."),
        SOURCE.band(6, 7, "An ABCD2 of 6 or 7 had a stroke within two days in 8.1 % (Johnston 2007)."),
    )
