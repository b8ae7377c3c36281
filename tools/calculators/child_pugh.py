"""Child-Pugh score: how severe cirrhosis is.

Bilirubin below 2 mg/dL 1 point, 2 to 3 two, above 3 three; albumin above 3.5 g/dL 1, 2.8 to 3.5 two, below 2.8 three;
INR below 1.7 1, 1.7 to 2.3 two, above 2.3 three; ascites absent, slight, moderate 1 to 3; encephalopathy absent,
grade 1-2, grade 3-4 1 to 3. Class A 5 to 6, B 7 to 9, C 10 to 15.

Source: Pugh RN et al. Br J Surg 1973;60:646-649, doi:10.1002/bjs.1800600817 (INR in the place of the prothrombin
time).
"""

from __future__ import annotations

from bedside.tools.bands import paper
from bedside.tools.calculator import score_card
from bedside.tools.calculator_inputs import InputSpec, Values, quantity
from bedside.tools.criteria import by_word, computed
from bedside.tools.point_score import Criterion, PointScore, inputs_of
from bedside.tools.registry import register

SOURCE = paper(
    ("Pugh RN, et al. Transection of the oesophagus for bleeding oesophageal varices. Br J Surg 1973;60:646-649"),
    "10.1002/bjs.1800600817",
)


def _between(spec: InputSpec, low: float, high: float, unit: str, upward: bool) -> Criterion:
    """1 to 3 points below, within and above two limits, both of which are within."""

    def points(values: Values) -> float | None:
        if spec.name not in values:
            return None
        number = values.in_unit(spec.name, unit) if unit else values.need(spec.name)
        rank = 1 if number < low else 2 if number <= high else 3
        return rank if upward else 4 - rank

    return computed(spec.label, (spec,), (1, 2, 3), points)


@register
class ChildPugh(PointScore):
    """Child-Pugh score; see the module for the rule and its source."""

    criteria = (
        _between(quantity("bilirubin"), 2, 3, "mg/dL", True),
        _between(quantity("albumin"), 2.8, 3.5, "g/dL", False),
        _between(quantity("inr"), 1.7, 2.3, "", True),
        by_word("ascites_grade", (1, 2, 3)),
        by_word("encephalopathy", (1, 2, 3)),
    )
    inputs = inputs_of(criteria)
    card = score_card(
        "child_pugh",
        "Child-Pugh score",
        "How severe is this patient's cirrhosis?",
        inputs,
        SOURCE,
        population="adults with cirrhosis",
        topics=(
            "child-pugh",
            "child pugh",
            "child-turcotte-pugh",
            "cirrhosis severity",
        ),
        limits=(
            "Ascites and encephalopathy are judgements.",
            "In cholestatic disease the bilirubin limits are higher.",
        ),
    )
    link = SOURCE.link
    bands = (
        SOURCE.band(5, 6, "A Child-Pugh score of 5 or 6 is class A: compensated disease."),
        SOURCE.band(7, 9, "A Child-Pugh score of 7 to 9 is class B: significant impairment of function."),
        SOURCE.band(10, 15, "A Child-Pugh score of 10 to 15 is class C: decompensated disease."),
    )
