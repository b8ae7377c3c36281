"""Two rankings into one: by score, and by reciprocal rank fusion (Cormack 2009, doi:10.1145/1571941.1572114).

By score ("blended") is what a search of documents uses: on both sets of `bedside eval run retrieval` it is the better.
The library weighs more signals (`relevance.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bedside.retrieval.vectors import Floats

K = 60
# How much BM25, as a share of its greatest for the question, counts beside the cosine; chosen on held-out MedQuAD.
LEXICAL_WEIGHT = 0.4


def blended(cosines: Floats, lexical: Floats) -> Floats:
    """Cosines plus `LEXICAL_WEIGHT` of BM25, each question's greatest BM25 taken as one: both (M, N) float32."""
    greatest = np.maximum(lexical.max(axis=1, keepdims=True), 1e-9)
    return np.asarray(cosines + LEXICAL_WEIGHT * lexical / greatest, dtype=np.float32)


def reciprocal_rank(scores: Sequence[Floats]) -> NDArray[np.float64]:
    """The sum over rankings of 1 / (K + rank), rank from 1.

    Args:
        scores: one (N,) array a ranking, greater is better, over the same N rows. A row whose score is not above 0 is
            not ranked there and gains nothing.

    Returns:
        (N,) fused scores.
    """
    fused = np.zeros(len(scores[0]), dtype=np.float64)
    for ranking in scores:
        order = np.argsort(-ranking, kind="stable")
        ranks = np.empty(len(order), dtype=np.float64)
        ranks[order] = np.arange(1, len(order) + 1)
        fused += np.where(ranking > 0, 1.0 / (K + ranks), 0.0)
    return fused
