"""The dense score of a question with a passage that has a question of its own: both texts count."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bedside.retrieval.adapter.fit import Integers
from bedside.retrieval.vectors import Floats

# How much the answer's cosine counts beside that of its question, chosen on held-out MedQuAD.
ANSWER_WEIGHT = 0.25


def both(asked: Floats, fields: Sequence[Floats], weights: Sequence[float]) -> Floats:
    """The weighted mean of cosines of questions (M, D) with each kind of text (N, D): (M, N) float32."""
    total = sum(w * (asked @ field.T) for w, field in zip(weights, fields, strict=True))
    return np.asarray(total / sum(weights), dtype=np.float32)


def near(vectors: Floats, group: Integers, size: int) -> Integers:
    """For each row the `size` nearest rows of another group, nearest first: (N, size)."""
    out = np.empty((len(vectors), size), dtype=np.int64)
    for start in range(0, len(vectors), 512):
        part = slice(start, start + 512)
        scores = vectors[part] @ vectors.T
        scores[group[part][:, None] == group[None, :]] = -2
        best = np.argpartition(-scores, size, axis=1)[:, :size]
        order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
        out[part] = np.take_along_axis(best, order, axis=1)
    return out
