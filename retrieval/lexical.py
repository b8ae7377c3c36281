"""Words in common, weighed by BM25 (Robertson 2009, doi:10.1561/1500000019) through bm25s."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from bedside.retrieval.vectors import Floats
from bedside.retrieval.words import stems

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
        self._rows: dict[str, list[int]] = {}
        for at, row in enumerate(self._sets):
            for stem in row:
                self._rows.setdefault(stem, []).append(at)

    def scores(self, query: Sequence[str]) -> Floats:
        """BM25 of the query's stems with every text, in row order: (N,) float32; zeros where none is known."""
        known = [stem for stem in query if stem in self._rows]
        if not known:
            return np.zeros(len(self._sets), dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)

    def having(self, forms: Iterable[tuple[str, ...]]) -> NDArray[np.bool_]:
        """Which texts have all the stems of any of the forms: (N,) bool. An empty form is had by none."""
        out = np.zeros(len(self._sets), dtype=np.bool_)
        for form in forms:
            rows = [self._rows.get(stem, []) for stem in form]
            if rows and all(rows):
                out[list(set(rows[0]).intersection(*rows[1:]))] = True
        return out

    def overlap(self, query: Sequence[str]) -> Floats:
        """The share of the query's stems, weighed by idf, that each text has: (N,) float32 from 0 to 1."""
        out = np.zeros(len(self._sets), dtype=np.float32)
        for stem in query:
            out[self._rows.get(stem, [])] += self.idf(stem)
        return out / max(sum(self.idf(stem) for stem in query), 1e-9)

    def share(self, stem: str) -> float:
        """The share of texts that have that stem."""
        return len(self._rows.get(stem, ())) / len(self._sets)

    def idf(self, stem: str) -> float:
        """How much a stem says: ln(1 + (N - n + 0.5) / (n + 0.5)), greatest for a stem that no text holds."""
        n = len(self._rows.get(stem, ()))
        return math.log(1 + (len(self._sets) - n + 0.5) / (n + 0.5))
