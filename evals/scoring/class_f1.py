"""F1 over classes, weighted by how often each is right; no answer is a wrong answer and stays in."""

from __future__ import annotations

from collections.abc import Sequence

NONE = "none"


def weighted_f1(said: Sequence[str], right: Sequence[str]) -> float:
    """The mean of every class's F1, weighted by its number of cases.

    Args:
        said: the class of each answer; `NONE` where there is none, which is never right.
        right: the right class of each; both in the same order.
    """
    if not right:
        return 0.0
    total = 0.0
    for name in dict.fromkeys(right):
        hits = sum(s == r == name for s, r in zip(said, right, strict=True))
        wanted, given = sum(r == name for r in right), sum(s == name for s in said)
        total += wanted * (2 * hits / (wanted + given))
    return total / len(right)
