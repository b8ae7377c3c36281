"""The lines of a point score."""

from __future__ import annotations

import pytest
from support.facts import facts

from bedside.tools.calculator_inputs import finding, optional, quantity, read_inputs
from bedside.tools.criteria import any_of, by_word, computed, history, item, rungs
from bedside.tools.point_score import Criterion, Points, inputs_of


def decided(criterion: Criterion, **known: float | str | bool) -> Points | None:
    return criterion.decide(read_inputs(criterion.specs, facts(**known)))


@pytest.mark.parametrize(("value", "points"), [(5, 2), (6, 2), (9.9, 2), (10, 1), (14, 1), (15, 0)])
def test_the_highest_rung_that_is_reached_gives_the_points(value: float, points: float) -> None:
    found = decided(rungs(quantity("gcs"), ((3, 2), (10, 1), (15, 0)), below=4), gcs=value)
    assert found is not None and found.points == points


def test_a_rung_can_be_one_to_be_passed_and_in_another_unit() -> None:
    line = rungs(quantity("creatinine"), ((2, 1),), unit="mg/dL", over=True)
    assert [getattr(decided(line, creatinine=c), "points", None) for c in (176.84, 177.8)] == [0, 1]
    assert "1 to" not in line.label and line.specs[0].contributes == "It scores 0 to 1."


def test_any_of_several_findings_is_enough_and_an_optional_one_may_be_silent() -> None:
    line = any_of("one of two", (finding("bedridden"), finding("surgery_12_weeks")), 2)
    assert decided(line, bedridden=True) == Points(points=2, words="bedridden for three days or more [2 points]")
    assert decided(line, bedridden=False) is None
    assert getattr(decided(line, bedridden=False, surgery_12_weeks=False), "points", None) == 0
    soft = any_of("x", (finding("confusion"), optional(finding("not_alert"))), 3)
    assert getattr(decided(soft, confusion=False), "points", None) == 0


def test_a_grade_scores_by_its_word_and_another_word_is_no_grade() -> None:
    line = by_word("ascites_grade", (1, 2, 3))
    assert getattr(decided(line, ascites_grade="Slight"), "points", None) == 2
    assert decided(line, ascites_grade="enormous") is None


def test_an_item_scores_itself_and_a_history_may_be_silent() -> None:
    assert getattr(decided(item("phq9_2"), phq9_2=3), "points", None) == 3
    assert history("dementia").specs[0].comorbidity


def test_a_rule_over_several_inputs_lists_them() -> None:
    line = computed("urine", (quantity("urine_output"),), (0, 3), lambda v: 3 if v.need("urine_output") < 500 else 0)
    assert [spec.name for spec in inputs_of((line, item("phq9_1")))] == ["urine_output", "phq9_1"]
