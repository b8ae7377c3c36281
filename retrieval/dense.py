"""Nearest vectors by inner product, exactly: FAISS IndexFlatIP, used directly."""

from __future__ import annotations

from typing import Any

import numpy as np

from bedside.retrieval.vectors import Floats


class DenseIndex:
    """Unit vectors in row order; similarity is their cosine."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Floats) -> DenseIndex:
        """An index of (N, D) float32 unit vectors."""
        import faiss

        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def similarities(self, vector: Floats) -> Floats:
        """The cosine of `vector` (D,) with every row, in row order: (N,) float32."""
        scores, rows = self._index.search(vector[None, :], len(self))
        out: Floats = np.empty(len(self), dtype=np.float32)
        out[rows[0]] = scores[0]
        return out
