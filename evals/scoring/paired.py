"""Two systems over the same cases: the difference of their means, the cases of one pair drawn together."""

from __future__ import annotations

from collections.abc import Sequence

from bedside.evals.stats import Estimate, bootstrap


def paired_difference(one: Sequence[float], other: Sequence[float]) -> Estimate:
    """Mean of `one` less mean of `other` with a bootstrap interval over cases; both in the same order of cases."""
    return bootstrap([a - b for a, b in zip(one, other, strict=True)])
