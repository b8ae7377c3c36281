"""The figures of a ranking against values worked out by hand."""

from __future__ import annotations

import math

import pytest

from bedside.evals.ranking_metrics import (
    auroc,
    balanced_accuracy,
    best_threshold,
    gain,
    ndcg,
    paired_bootstrap,
    recall,
    reciprocal_rank_at,
)


def test_grades_gain_two_to_the_grade_less_one() -> None:
    assert [gain(grade) for grade in (1, 2, 3, 4)] == [0, 1, 3, 7]


def test_ndcg_is_that_worked_out_by_hand() -> None:
    grades = {10: 4, 11: 2, 12: 1}
    # Ranked 11, an unjudged row, 10: 1/log2(2) + 0 + 7/log2(4) = 4.5 of 7/log2(2) + 1/log2(3).
    assert ndcg([11, 99, 10], grades) == pytest.approx(4.5 / (7 + 1 / math.log2(3)))
    assert ndcg([10, 11], grades) == pytest.approx(1)


def test_rows_after_the_tenth_gain_nothing() -> None:
    assert ndcg([*range(100, 110), 10], {10: 4}) == 0
    assert reciprocal_rank_at([*range(100, 110), 10], {10}) == 0
    assert recall([*range(100, 110), 10], {10}) == 0


def test_a_question_where_nothing_can_be_gained_has_no_figure() -> None:
    assert math.isnan(ndcg([1], {1: 1}))
    assert math.isnan(recall([1], set()))


def test_the_first_good_row_gives_the_reciprocal_rank() -> None:
    assert reciprocal_rank_at([5, 6, 7, 8], {7, 8}) == pytest.approx(1 / 3)


def test_recall_is_a_share_of_the_good_rows() -> None:
    assert recall([5, 6, 7], {7, 8, 9, 5}) == 0.5


def test_the_area_counts_pairs_and_halves_ties() -> None:
    # 0.9 beats both; 0.5 ties one and beats one: (2 + 1.5) / 4.
    assert auroc([0.9, 0.5], [0.5, 0.1]) == pytest.approx(3.5 / 4)
    assert math.isnan(auroc([], [1.0]))


def test_the_threshold_is_the_lowest_that_separates_best() -> None:
    assert best_threshold([0.8, 0.6, 0.9], [0.1, 0.3, 0.7]) == 0.6
    assert balanced_accuracy([0.8, 0.6, 0.9], [0.1, 0.3, 0.7], 0.6) == pytest.approx((1 + 2 / 3) / 2)


def test_the_interval_of_a_paired_figure_holds_its_value_and_is_the_same_each_time() -> None:
    first, second = [0.9, 0.8, 0.4, 0.7, 0.6], [0.1, 0.5, 0.3, 0.2, 0.65]
    found = paired_bootstrap(first, second, auroc)
    assert found.low <= found.value <= found.high and found.n == 5
    assert found == paired_bootstrap(first, second, auroc)
