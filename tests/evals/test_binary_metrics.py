"""AUC, sensitivity, specificity and calibration on cases whose figures are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bedside.evals.binary_metrics import area, by_person, calibration_error, sensitivity_at, specificity_at

SCORES = np.array([0.9, 0.8, 0.4, 0.7, 0.3, 0.1])
ILL = np.array([True, True, True, False, False, False])


def test_the_area_is_the_share_of_pairs_in_order_ties_half() -> None:
    assert area(SCORES, ILL) == pytest.approx(8 / 9)
    assert area(np.array([0.5, 0.5]), np.array([True, False])) == 0.5
    assert math.isnan(area(SCORES, np.ones(6, dtype=bool)))


def test_the_threshold_itself_counts_as_called() -> None:
    assert sensitivity_at(0.8)(SCORES, ILL) == pytest.approx(2 / 3)
    assert specificity_at(0.7)(SCORES, ILL) == pytest.approx(2 / 3)


def test_scores_that_are_the_frequencies_have_no_calibration_error() -> None:
    ill = np.arange(1000) % 10 < 3
    assert calibration_error(np.full(1000, 0.3), ill) == pytest.approx(0)
    assert calibration_error(np.full(1000, 0.8), ill) == pytest.approx(0.5)
    assert calibration_error(np.array([1.0, 0.0]), np.array([True, False])) == 0


def test_films_of_one_person_make_the_interval_no_narrower() -> None:
    rng = np.random.default_rng(0)
    ill = rng.random(60) < 0.5
    scores = np.clip(ill * 0.3 + rng.random(60) * 0.7, 0, 1)
    persons = [str(n) for n in range(60)]
    once = by_person(scores, ill, persons, area)
    again = by_person(np.tile(scores, 5), np.tile(ill, 5), persons * 5, area)
    assert (again.value, again.low, again.high) == pytest.approx((once.value, once.low, once.high))
    assert (once.n, again.n) == (60, 300) and once.low < once.value < once.high
    assert math.isnan(by_person(np.array([]), np.array([], dtype=bool), [], area).value)
