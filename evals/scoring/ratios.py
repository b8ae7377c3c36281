"""Shares of counts over all cases: how many of the statements have evidence. Intervals over cases, not statements."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bedside.evals.scoring import citations, corrections, note_findings, note_sections, red_flags_missed, unsafe_advice
from bedside.evals.stats import Estimate

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
    "error sentence right, of texts with an error": (corrections.SENTENCE, corrections.WRONG),
    "correction alike, of texts with an error": (corrections.ALIKE, corrections.WRONG),
}
PARTS = frozenset(name for pair in RATIOS.values() for name in pair)


def ratio(parts: Sequence[float], wholes: Sequence[float]) -> Estimate:
    """The sum of the parts over that of the wholes, with a bootstrap interval over cases; n: cases with any whole."""
    import numpy as np

    top, below = np.asarray(parts, dtype=np.float64), np.asarray(wholes, dtype=np.float64)
    n = int((below > 0).sum())
    if not n:
        return Estimate(value=math.nan, low=math.nan, high=math.nan, n=0)
    drawn = np.random.default_rng(_SEED).integers(0, len(top), (_RESAMPLES, len(top)))
    sums = below[drawn].sum(axis=1)
    values = top[drawn].sum(axis=1)[sums > 0] / sums[sums > 0]
    low, high = np.percentile(values, [2.5, 97.5])
    return Estimate(value=float(top.sum() / below.sum()), low=float(low), high=float(high), n=n)
