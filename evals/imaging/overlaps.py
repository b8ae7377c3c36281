"""What the segmenters' parts have in common: Dice by structure over persons, areas against their range, seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bedside.evals.binary_metrics import by_person
from bedside.evals.registry import Score
from bedside.evals.stats import Estimate


def mean_of(values: Sequence[float], persons: Sequence[str]) -> Estimate:
    """The mean over cases with its 95 % bootstrap interval over persons: all cases of a person are drawn together."""
    numbers = np.asarray(values, dtype=np.float64)
    return by_person(numbers, np.ones(len(numbers), dtype=np.bool_), persons, lambda drawn, _: float(drawn.mean()))


def dice_scores(system: str, overlaps: Mapping[str, Sequence[float]], persons: Sequence[str]) -> list[Score]:
    """One score a structure: the mean Dice over held-out cases."""
    return [
        Score(metric=f"Dice of the {name}", system=system, estimate=mean_of(values, persons))
        for name, values in overlaps.items()
    ]


def mean_labels(labels: Sequence[NDArray[np.uint8]], classes: int) -> NDArray[np.uint8]:
    """The most frequent label of each voxel over cases of one grid: the baseline that looks at no image."""
    stack = np.stack(labels)
    return np.asarray(np.stack([(stack == label).mean(axis=0) for label in range(classes)]).argmax(axis=0), np.uint8)


def spread(rows: Sequence[int], limit: int | None) -> list[int]:
    """All rows, or `limit` of them at equal steps."""
    if limit is None or limit >= len(rows):
        return list(rows)
    return [rows[int(place)] for place in np.linspace(0, len(rows) - 1, max(0, limit))]
