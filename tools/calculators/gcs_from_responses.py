"""Glasgow Coma Scale from its three responses.

Eyes: none 1, to pain 2, to voice 3, spontaneous 4. Verbal: none 1, sounds 2, words 3, confused 4, oriented 5. Motor:
none 1, extension 2, abnormal flexion 3, withdrawal 4, localises 5, obeys 6. 3 to 15. A response that cannot be tested
leaves the sum open: it is reported as not testable, and never filled in.

Source: Teasdale G, Jennett B. Lancet 1974;304:81-84, doi:10.1016/S0140-6736(74)91639-0; groups from Teasdale G et al.
Lancet Neurol 2014;13:844-854, doi:10.1016/S1474-4422(14)70120-6.
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import Values, category
from bedside.tools.criteria import computed
from bedside.tools.point_score import Criterion, PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    ("Teasdale G, Jennett B. Assessment of coma and impaired consciousness: a practical scale. Lancet 1974;304:81-84"),
    "10.1016/S0140-6736(74)91639-0",
)
LATER = paper(
    ("Teasdale G, et al. The Glasgow Coma Scale at 40 years: standing the test of time. Lancet Neurol 2014;13:844-854"),
    "10.1016/S1474-4422(14)70120-6",
)


def _response(name: str) -> Criterion:
    spec = category(name)
    worth = {word: n for n, word in enumerate(spec.options[:-1], start=1)}

    def points(values: Values) -> float | None:
        return worth.get(values.word(name))

    return computed(spec.label, (spec,), tuple(worth.values()), points)


@register
class GlasgowComaScale(PointScore):
    """Glasgow Coma Scale from its responses; see the module for the rule and its source."""

    criteria = (_response("eye_response"), _response("verbal_response"), _response("motor_response"))
    inputs = inputs_of(criteria)
    card = score_card(
        "gcs_from_responses",
        "Glasgow Coma Scale from its responses",
        "What is the level of consciousness, from the three responses?",
        inputs,
        SOURCE,
        population="patients from 5 years; younger children need the paediatric scale",
        topics=(
            "glasgow coma",
            "eye verbal motor",
            "best motor response",
            "e4v5m6",
        ),
        limits=("Drugs, intubation and swelling of the eyes hide responses: say what could not be tested.",),
    )
    link = SOURCE.link
    minimum_age = 5
    bands = (
        LATER.band(3, 8, "A Glasgow Coma Scale of 8 or less is a severe impairment (Teasdale 2014)."),
        LATER.band(9, 12, "A Glasgow Coma Scale of 9 to 12 is a moderate impairment (Teasdale 2014)."),
        LATER.band(13, 15, "A Glasgow Coma Scale of 13 to 15 is a mild impairment or none (Teasdale 2014)."),
    )
