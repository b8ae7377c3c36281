"""Two systems over the same cases: the difference of a mark with its interval, and a permutation test of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from bedside.evals.stats import Estimate, bootstrap

_SEED, _DRAWN, _EXACT = 20261128, 9999, 12


class Difference(NamedTuple):
    """One less the other: the mean difference, and the two-sided p of the permutation test; None where not asked."""

    estimate: Estimate
    p: float | None = None


def paired_difference(one: Sequence[float], other: Sequence[float]) -> Estimate:
    """Mean of `one` less mean of `other` with a bootstrap interval over cases; both in the same order of cases."""
    return bootstrap([a - b for a, b in zip(one, other, strict=True)])


def compared(one: Sequence[float], other: Sequence[float], *, test: bool = False) -> Difference:
    """The difference, and where `test` is asked for how likely one as large is when nothing differs."""
    return Difference(paired_difference(one, other), permutation_p(one, other) if test else None)


def permutation_p(one: Sequence[float], other: Sequence[float]) -> float:
    """The two-sided p of the sum of paired differences when which system is which is swapped at random in each case.

    Every swap is tried where at most twelve cases differ, else 9,999 are drawn and the one seen is counted with them
    (Phipson 2010, doi:10.2202/1544-6115.1585). Shares are tested by McNemar's exact test elsewhere.
    """
    import numpy as np

    gaps = np.asarray([a - b for a, b in zip(one, other, strict=True) if a != b], dtype=np.float64)
    if not len(gaps):
        return 1.0
    seen = abs(float(gaps.sum())) - 1e-9
    if len(gaps) <= _EXACT:
        signs = np.asarray(list(product((1.0, -1.0), repeat=len(gaps))))
        return float((np.abs(signs @ gaps) >= seen).mean())
    signs = np.random.default_rng(_SEED).choice((1.0, -1.0), (_DRAWN, len(gaps)))
    return float(((np.abs(signs @ gaps) >= seen).sum() + 1) / (_DRAWN + 1))
