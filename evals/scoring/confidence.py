"""What confidence is worth: accuracy by how much is answered, and calibration. No answer is never covered."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bedside.evals.patients.actions import Action, Choose, Diagnose
from bedside.evals.stats import NOTHING, Estimate

_SEED, _RESAMPLES, _BINS = 20261128, 1000, 10


class Sure(NamedTuple):
    """One case: how sure the doctor was (None: no answer, or none given), and whether it was right."""

    confidence: float | None
    right: bool


class Point(NamedTuple):
    """One threshold: answers at or above it are given; the share of cases answered, and of those the share right."""

    threshold: float
    coverage: float
    accuracy: float


def confidence_of(final: Action | None) -> float | None:
    """The doctor's own, of the first diagnosis or the chosen option."""
    if isinstance(final, Diagnose):
        return final.ranked[0].confidence
    return final.confidence if isinstance(final, Choose) else None


def curve(cases: Sequence[Sure]) -> tuple[Point, ...]:
    """A point for each confidence that occurs, the highest first; equal ones are answered together."""
    given = sorted(((c.confidence, c.right) for c in cases if c.confidence is not None), reverse=True)
    out, right = [], 0
    for n, (confidence, hit) in enumerate(given, 1):
        right += hit
        if n == len(given) or given[n][0] != confidence:
            out.append(Point(confidence, n / len(cases), right / n))
    return tuple(out)


def area(cases: Sequence[Sure]) -> float:
    """The mean accuracy over every coverage from 0 to 1 (1: all right answers come first and everything is right).

    Between two points answers of equal confidence come in no order, so accuracy goes from one to the other in a
    straight line of right answers; coverage that is never reached counts as wrong answers.
    """
    total, before = 0.0, (0.0, 0.0)
    for point in (*curve(cases), Point(-math.inf, 1.0, 0.0)):
        right = point.accuracy * point.coverage if point.threshold > -math.inf else before[1]
        total += _between(*before, point.coverage, right)
        before = (point.coverage, right)
    return total


def accuracy_at(cases: Sequence[Sure], coverage: float) -> float:
    """Accuracy of the surest answers, as many as make this share of all cases; what is not answered is wrong."""
    before = (0.0, 0.0)
    for point in curve(cases):
        here = (point.coverage, point.accuracy * point.coverage)
        if here[0] >= coverage:
            share = (coverage - before[0]) / (here[0] - before[0])
            return (before[1] + share * (here[1] - before[1])) / coverage
        before = here
    return before[1] / coverage


def calibration_error(cases: Sequence[Sure]) -> float:
    """The expected calibration error over ten bins of equal width (Guo 2017, arXiv:1706.04599), of answered cases."""
    given = [(c.confidence, c.right) for c in cases if c.confidence is not None]
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in given:
        bins.setdefault(min(int(confidence * _BINS), _BINS - 1), []).append((confidence, right))
    gaps = (abs(sum(c for c, _ in rows) - sum(r for _, r in rows)) for rows in bins.values())
    return sum(gaps) / len(given) if given else math.nan


def estimated(cases: Sequence[Sure], figure: Callable[[Sequence[Sure]], float]) -> Estimate:
    """A figure with its percentile bootstrap interval over cases."""
    import numpy as np

    if not cases:
        return NOTHING
    drawn = np.random.default_rng(_SEED).integers(0, len(cases), (_RESAMPLES, len(cases)))
    values = [figure([cases[i] for i in row]) for row in drawn]
    low, high = np.nanpercentile(values, [2.5, 97.5]) if not np.isnan(values).all() else (math.nan, math.nan)
    return Estimate(value=figure(cases), low=float(low), high=float(high), n=len(cases))


def _between(start: float, right: float, end: float, right_then: float) -> float:
    """The integral of accuracy over coverage between two points, right answers growing in a straight line.

    Accuracy is (a + b x) / x there, whose integral is a ln(end / start) + b (end - start).
    """
    if end <= start:
        return 0.0
    slope = (right_then - right) / (end - start)
    base = right - slope * start
    return slope * (end - start) + (base * math.log(end / start) if start > 0 else 0.0)
