"""How well scores tell ill from well: AUC, sensitivity, specificity, calibration; intervals over persons, not films."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bedside.evals.stats import Estimate

Figure = Callable[[NDArray[np.float64], NDArray[np.bool_]], float]
_SEED = 20261123
_RESAMPLES = 1000
_BINS = 10


def area(scores: NDArray[np.float64], ill: NDArray[np.bool_]) -> float:
    """The area under the ROC curve, ties half (Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747)."""
    if not ill.any() or ill.all():
        return math.nan
    well = np.sort(scores[~ill])
    below = np.searchsorted(well, scores[ill], side="left") + np.searchsorted(well, scores[ill], side="right")
    return float(below.mean() / 2 / len(well))


def sensitivity_at(threshold: float) -> Figure:
    """The share of the ill at or above the threshold."""
    return lambda scores, ill: float((scores[ill] >= threshold).mean()) if ill.any() else math.nan


def specificity_at(threshold: float) -> Figure:
    """The share of the well below the threshold."""
    return lambda scores, ill: float((scores[~ill] < threshold).mean()) if not ill.all() else math.nan


def calibration_error(scores: NDArray[np.float64], ill: NDArray[np.bool_]) -> float:
    """The expected calibration error over ten bins of equal width (Guo et al. 2017, arXiv:1706.04599)."""
    place = np.minimum((scores * _BINS).astype(np.int64), _BINS - 1)
    gaps = [
        abs(float(scores[place == b].mean()) - float(ill[place == b].mean())) * float((place == b).mean())
        for b in range(_BINS)
        if (place == b).any()
    ]
    return float(sum(gaps))


def by_person(scores: NDArray[np.float64], ill: NDArray[np.bool_], persons: Sequence[str], figure: Figure) -> Estimate:
    """A figure with its percentile interval over persons: all films of a person are drawn together.

    Args:
        scores: of N films, 0 to 1.
        ill: the truth of each.
        persons: whose film each is.
        figure: of scores and truth.

    Returns:
        The figure, its 95 % interval and N; nan where it is not defined.
    """
    if not len(scores):
        return Estimate(value=math.nan, low=math.nan, high=math.nan, n=0)
    names = sorted(set(persons))
    place = {name: index for index, name in enumerate(names)}
    rows: list[list[int]] = [[] for _ in names]
    for row, person in enumerate(persons):
        rows[place[person]].append(row)
    generator = np.random.default_rng(_SEED)
    values = []
    for _ in range(_RESAMPLES):
        drawn = np.asarray([row for p in generator.integers(0, len(names), len(names)) for row in rows[p]])
        values.append(figure(scores[drawn], ill[drawn]))
    low, high = np.nanpercentile(values, [2.5, 97.5]) if not np.isnan(values).all() else (math.nan, math.nan)
    return Estimate(value=figure(scores, ill), low=float(low), high=float(high), n=len(scores))
