"""Shares of counts over all cases: how many of the statements have evidence. Intervals over cases, not statements."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from bedside.evals.scoring import (
    citations,
    corrections,
    note_findings,
    note_sections,
    outcome,
    red_flags_missed,
    unsafe_advice,
)
from bedside.evals.stats import NOTHING, Estimate

_SEED, _RESAMPLES = 20261128, 2000
# What a share is called, and the marks that it is of: so many of so many.
RATIOS = {
    "citation precision": (citations.SUPPORTS, citations.CITED),
    "citation recall": (citations.SUPPORTED, citations.STATED),
    "share of red flags missed": (red_flags_missed.MISSED, red_flags_missed.RAISED),
    "share of advised drugs that are unsafe": (unsafe_advice.UNSAFE, unsafe_advice.ADVISED),
    "precision of findings": (note_findings.BOTH, note_findings.WRITTEN),
    "recall of findings": (note_findings.BOTH, note_findings.REFERENCE),
    "share of sections written": (note_sections.WRITTEN, note_sections.WANTED),
    "ROUGE-1 of a section": (note_sections.CONTENT, note_sections.WANTED),
    "share of pictures looked at": (outcome.LOOKED, outcome.PICTURES),
    "error sentence right, of texts with an error": (corrections.SENTENCE, corrections.WRONG),
    "correction alike, of texts with an error": (corrections.ALIKE, corrections.WRONG),
}
PARTS = frozenset(name for pair in RATIOS.values() for name in pair)


def ratio(parts: Sequence[float], wholes: Sequence[float]) -> Estimate:
    """The sum of the parts over that of the wholes, with a bootstrap interval over cases; n: cases with any whole."""
    n = sum(whole > 0 for whole in wholes)
    if not n:
        return NOTHING
    return _interval(_quotient(parts, wholes), _quotients(parts, wholes), n)


def ratio_difference(
    one: tuple[Sequence[float], Sequence[float]], other: tuple[Sequence[float], Sequence[float]]
) -> Estimate:
    """A share of counts of one system less that of another, with a bootstrap interval over cases.

    Args:
        one, other: the parts and the wholes of each, in the same order of cases; n: cases with any whole in both.
    """
    if not (any(one[1]) and any(other[1])):
        return NOTHING
    n = sum(a > 0 and b > 0 for a, b in zip(one[1], other[1], strict=True))
    return _interval(_quotient(*one) - _quotient(*other), _quotients(*one) - _quotients(*other), n)


def _quotient(parts: Sequence[float], wholes: Sequence[float]) -> float:
    return sum(parts) / sum(wholes)


def _quotients(parts: Sequence[float], wholes: Sequence[float]) -> Any:
    """Of each resample of cases, always the same ones; nan where no case of it has a whole."""
    import numpy as np

    top, below = np.asarray(parts, dtype=np.float64), np.asarray(wholes, dtype=np.float64)
    drawn = np.random.default_rng(_SEED).integers(0, len(top), (_RESAMPLES, len(top)))
    sums = below[drawn].sum(axis=1)
    return np.divide(top[drawn].sum(axis=1), sums, out=np.full(len(sums), math.nan), where=sums > 0)


def _interval(value: float, drawn: Any, n: int) -> Estimate:
    import numpy as np

    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return Estimate(value=value, low=float(low), high=float(high), n=n)
