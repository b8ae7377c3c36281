"""Intervals of known values."""

from __future__ import annotations

import math

import pytest

from bedside.evals.stats import bootstrap, proportion


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        # Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_a_share_has_the_published_wilson_interval(hits: int, n: int, low: float, high: float) -> None:
    found = proportion(hits, n)
    assert (found.value, found.n) == (hits / n, n)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_a_share_never_leaves_nought_to_one() -> None:
    assert proportion(20, 20).high == pytest.approx(1.0)
    assert proportion(0, 1).low == 0.0


def test_no_case_gives_nan_and_not_an_error() -> None:
    assert math.isnan(proportion(0, 0).value)
    assert math.isnan(bootstrap([]).value)


def test_a_bootstrap_has_the_mean_and_is_the_same_every_time() -> None:
    values = [0.0, 1.0, 1.0, 0.0, 1.0, 0.5]
    found = bootstrap(values)
    assert found == bootstrap(values)
    assert found.value == pytest.approx(sum(values) / 6)
    assert found.low < found.value < found.high


def test_a_bootstrap_of_equal_values_has_no_width() -> None:
    found = bootstrap([0.25] * 9)
    assert (found.low, found.value, found.high, found.n) == (0.25, 0.25, 0.25, 9)


def test_a_bootstrap_of_a_normal_sample_is_near_the_textbook_interval() -> None:
    import numpy as np

    values = np.random.default_rng(1).normal(10, 2, 400)
    half = 1.96 * values.std(ddof=1) / math.sqrt(400)
    found = bootstrap(values.tolist())
    assert found.low == pytest.approx(values.mean() - half, abs=0.05)
    assert found.high == pytest.approx(values.mean() + half, abs=0.05)
