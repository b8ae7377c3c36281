"""Confidence, F1, shares and paired tests, against figures worked by hand."""

from __future__ import annotations

import math

import pytest

from bedside.evals.patients.actions import Abstain, Choose, Diagnose, Named
from bedside.evals.scoring.by_questions import by_budget, right_within
from bedside.evals.scoring.class_f1 import NONE, weighted_f1
from bedside.evals.scoring.confidence import (
    Sure,
    accuracy_at,
    area,
    calibration_error,
    confidence_of,
    curve,
    estimated,
)
from bedside.evals.scoring.outcome import FIRST
from bedside.evals.scoring.paired import compared, paired_difference, permutation_p
from bedside.evals.scoring.ratios import ratio

# Four cases: the two surest right, the next wrong, and one without an answer.
CASES = [Sure(0.6, False), Sure(0.9, True), Sure(None, False), Sure(0.8, True)]


def test_the_curve_has_a_point_for_each_confidence() -> None:
    assert [(p.threshold, p.coverage, p.accuracy) for p in curve(CASES)] == [
        (0.9, 0.25, 1.0),
        (0.8, 0.5, 1.0),
        (0.6, 0.75, pytest.approx(2 / 3)),
    ]


def test_equal_confidences_are_answered_together() -> None:
    same = [Sure(0.5, True), Sure(0.5, False)]
    assert [(p.coverage, p.accuracy) for p in curve(same)] == [(1.0, 0.5)]
    assert area(same) == pytest.approx(0.5)
    assert accuracy_at(same, 0.5) == pytest.approx(0.5)


def test_the_area_as_worked_by_hand() -> None:
    # Accuracy is 1 up to a coverage of .5; then the right answers stay .5, so accuracy is .5 / x and its integral from
    # .5 to 1 is .5 ln 2.
    assert area(CASES) == pytest.approx(0.5 + 0.5 * math.log(2))
    assert area([Sure(0.9, True), Sure(0.2, True)]) == pytest.approx(1)
    assert area([Sure(0.9, False), Sure(None, True)]) == 0


def test_no_answer_is_wrong_at_full_coverage() -> None:
    assert accuracy_at(CASES, 0.5) == pytest.approx(1)
    assert accuracy_at(CASES, 1.0) == pytest.approx(0.5)
    assert accuracy_at([Sure(None, False)], 0.5) == 0


def test_the_calibration_error_as_worked_by_hand() -> None:
    # Bin .9: one case, .95 sure, right: .05. Bin .6: two cases, .65 sure in the mean, half right: .15 of two.
    cases = [Sure(0.95, True), Sure(0.6, True), Sure(0.7 - 1e-9, False), Sure(None, False)]
    assert calibration_error(cases) == pytest.approx((0.05 + 2 * 0.15) / 3)
    assert math.isnan(calibration_error([Sure(None, False)]))


def test_a_sure_doctor_that_is_always_wrong_has_the_largest_error() -> None:
    assert estimated([Sure(1.0, False)] * 3, calibration_error).value == 1


def test_confidence_is_the_first_diagnosis_s_or_the_chosen_letter_s() -> None:
    assert confidence_of(Diagnose(ranked=(Named(name="Gout", confidence=0.7), Named(name="Sepsis")))) == 0.7
    assert confidence_of(Choose(letter="B", probabilities={"A": 0.2, "B": 0.8})) == 0.8
    assert confidence_of(Choose(letter="B")) is None
    assert confidence_of(Abstain(why="too little")) is None
    assert confidence_of(None) is None


def test_weighted_f1_counts_no_answer_as_wrong() -> None:
    # yes: right 3, said 2, hits 2: F1 .8; no: right 1, said 1, hits 1: F1 1; weighted (3 * .8 + 1) / 4 = .85.
    assert weighted_f1(["yes", "yes", NONE, "no"], ["yes", "yes", "yes", "no"]) == pytest.approx(0.85)
    assert weighted_f1([NONE, NONE], ["yes", "no"]) == 0
    assert weighted_f1([], []) == 0


def test_a_share_is_of_the_sums_and_not_the_mean_of_shares() -> None:
    estimate = ratio([1, 0, 3], [1, 0, 9])
    assert estimate.value == pytest.approx(0.4)
    assert estimate.n == 2
    assert estimate.low <= 0.4 <= estimate.high
    assert math.isnan(ratio([0, 0], [0, 0]).value)


def test_accuracy_against_questions() -> None:
    marks = [
        {FIRST: 1.0, "questions asked": 3.0, "tests asked for": 1.0},
        {FIRST: 1.0, "questions asked": 8.0, "tests asked for": 4.0},
        {FIRST: 0.0, "questions asked": 1.0, "tests asked for": 0.0},
        {"questions asked": 0.0, "tests asked for": 0.0},
    ]
    assert [right_within(marks, n).value for n in (0, 4, 5, 12)] == [0, 0.25, 0.25, 0.5]
    assert {n: e.value for n, e in by_budget({10: marks, 5: marks[:1]}).items()} == {5: 1.0, 10: 0.5}


def test_a_paired_difference_is_of_the_same_cases() -> None:
    estimate = paired_difference([1, 1, 0, 1], [0, 1, 0, 0])
    assert (estimate.value, estimate.n) == (0.5, 4)
    with pytest.raises(ValueError, match="argument"):
        paired_difference([1, 1], [1])


def test_the_permutation_test_as_worked_by_hand() -> None:
    # Three cases differ, all the same way: 2 of the 8 swaps are as far out.
    assert permutation_p([1, 1, 1, 0], [0, 0, 0, 0]) == 0.25
    # Two one way and one the other: the sum is 1, and no swap comes nearer to 0.
    assert permutation_p([1, 1, 0], [0, 0, 1]) == 1
    assert permutation_p([1, 0], [1, 0]) == 1


def test_many_cases_are_drawn_and_the_same_each_time() -> None:
    one, other = [1.0] * 30 + [0.0] * 10, [0.0] * 30 + [0.0] * 10
    assert permutation_p(one, other) == pytest.approx(0.0001)
    assert permutation_p(one, other) == permutation_p(other, one)


def test_p_is_given_where_it_is_asked_for() -> None:
    assert compared([1, 1], [0, 1]).p is None
    assert compared([1, 1], [0, 1], test=True).p == 1
