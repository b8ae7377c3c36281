"""Words in common, weighed by BM25 (Robertson 2009, doi:10.1561/1500000019) through bm25s."""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from bedside.retrieval.vectors import Floats
from bedside.retrieval.words import stems

K1 = 1.5
B = 0.75


class LexicalIndex:
    """BM25 over stems. Built in memory from the texts each time: quicker than reading it back."""

    def __init__(self, texts: Sequence[str]) -> None:
        import bm25s

        # bm25s logs each build at DEBUG whatever the application chose.
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        rows = [stems(text) for text in texts]
        self._bm25: Any = bm25s.BM25(k1=K1, b=B, method="lucene")
        self._bm25.index(rows, show_progress=False)
        self._sets = [frozenset(row) for row in rows]
        self._found_in = Counter(stem for row in self._sets for stem in row)

    def scores(self, query: Sequence[str]) -> Floats:
        """BM25 of the query's stems with every text, in row order: (N,) float32; zeros where none is known."""
        known = [stem for stem in query if stem in self._found_in]
        if not known:
            return np.zeros(len(self._sets), dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)

    def row(self, index: int) -> frozenset[str]:
        """The stems of one text."""
        return self._sets[index]

    def share(self, stem: str) -> float:
        """The share of texts that have that stem."""
        return self._found_in[stem] / len(self._sets)

    def idf(self, stem: str) -> float:
        """How much a stem says: ln(1 + (N - n + 0.5) / (n + 0.5)), greatest for a stem that no text holds."""
        n = self._found_in[stem]
        return math.log(1 + (len(self._sets) - n + 0.5) / (n + 0.5))
