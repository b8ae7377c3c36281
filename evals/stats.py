"""Intervals: a bootstrap for means, Wilson's for proportions. Seeds are fixed, so that a run can be repeated."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bedside.core.base import Frozen

_SEED = 20261123
_RESAMPLES = 2000


class Estimate(Frozen):
    """A mean with its 95 % interval and the number of cases behind it; all None-free: no case gives nan."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f}, n={self.n})"


NOTHING = Estimate(value=math.nan, low=math.nan, high=math.nan, n=0)


def bootstrap(values: Sequence[float]) -> Estimate:
    """The mean of `values` with a percentile bootstrap interval over cases (Efron 1979)."""
    import numpy as np

    if not values:
        return NOTHING
    data = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(_SEED).integers(0, len(data), (_RESAMPLES, len(data)))
    means = data[draws].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Estimate(value=float(data.mean()), low=float(low), high=float(high), n=len(data))


def proportion(hits: int, n: int) -> Estimate:
    """A share with Wilson's interval (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
    if n == 0:
        return NOTHING
    z = 1.959964
    p = hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Estimate(value=p, low=max(0.0, middle - half), high=min(1.0, middle + half), n=n)


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value at or above `share` of sorted values (nearest rank)."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
