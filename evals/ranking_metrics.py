"""How good a ranking is: nDCG, reciprocal rank, recall; and how well a score tells answerable from not."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from bedside.evals.stats import Estimate

GOOD = 3  # the grade from which an answer counts as good (1 incorrect, 2 related, 3 incomplete, 4 excellent)
_SEED = 20261123
_RESAMPLES = 1000


def gain(grade: int) -> float:
    """2^(grade - 1) - 1: nothing for grade 1, which an unjudged answer has too."""
    return float(2 ** (grade - 1) - 1)


def ndcg(ranked: Sequence[int], grades: Mapping[int, int], k: int = 10) -> float:
    """nDCG at `k` (Jarvelin and Kekalainen 2002, doi:10.1145/582415.582418); nan where nothing can be gained.

    Args:
        ranked: rows, best first.
        grades: the grade of each judged row.
        k: how many rows count.
    """
    ideal = _discounted(sorted((gain(g) for g in grades.values()), reverse=True)[:k])
    return _discounted([gain(grades.get(row, 1)) for row in ranked[:k]]) / ideal if ideal else math.nan


def reciprocal_rank_at(ranked: Sequence[int], good: set[int], k: int = 10) -> float:
    """One over the rank of the first good row among the first `k`, else 0."""
    return next((1.0 / rank for rank, row in enumerate(ranked[:k], start=1) if row in good), 0.0)


def recall(ranked: Sequence[int], good: set[int], k: int = 10) -> float:
    """The share of the good rows among the first `k`; nan where there is no good row."""
    return len(good.intersection(ranked[:k])) / len(good) if good else math.nan


def auroc(answerable: Sequence[float], others: Sequence[float]) -> float:
    """How often an answerable question's score is above another's, ties half (doi:10.1148/radiology.143.1.7063747)."""
    import numpy as np

    if not answerable or not others:
        return math.nan
    order = np.sort(np.asarray(others, dtype=np.float64))
    below = np.searchsorted(order, answerable, side="left") + np.searchsorted(order, answerable, side="right")
    return float(below.mean() / 2 / len(order))


def balanced_accuracy(answerable: Sequence[float], others: Sequence[float], threshold: float) -> float:
    """The mean of two shares: answerable questions at or above the threshold, and others below it."""
    kept = sum(score >= threshold for score in answerable) / len(answerable)
    return (kept + sum(score < threshold for score in others) / len(others)) / 2


def best_threshold(answerable: Sequence[float], others: Sequence[float]) -> float:
    """The score with the greatest balanced accuracy, the lowest of equals."""
    candidates = sorted({*answerable, *others})
    return max(candidates, key=lambda t: (balanced_accuracy(answerable, others, t), -t))


def paired_bootstrap(
    answerable: Sequence[float], others: Sequence[float], figure: Callable[[Sequence[float], Sequence[float]], float]
) -> Estimate:
    """A figure of two scores a question, with its percentile interval over questions."""
    import numpy as np

    first, second = np.asarray(answerable), np.asarray(others)
    n = len(first)
    draws = np.random.default_rng(_SEED).integers(0, n, (_RESAMPLES, n))
    values = [figure(first[rows].tolist(), second[rows].tolist()) for rows in draws]
    low, high = np.percentile(values, [2.5, 97.5])
    return Estimate(value=figure(answerable, others), low=float(low), high=float(high), n=n)


def _discounted(gains: Sequence[float]) -> float:
    return sum(g / math.log2(rank + 1) for rank, g in enumerate(gains, start=1))
