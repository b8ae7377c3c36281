"""Vectors without a model, for trials of the store alone: each word goes to one of 384 dimensions by its hash."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from bedside.retrieval.vectors import Floats
from bedside.retrieval.words import words

_WIDTH = 384


class WordVectors:
    """Counts of hashed words, unit length: as wide as MiniLM's vectors, and thousands a second."""

    identity = f"words/{_WIDTH}"

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, one row a text: (N, 384) float32."""
        out = np.zeros((len(texts), _WIDTH), dtype=np.float32)
        for row, text in enumerate(texts):
            places = [zlib.crc32(word.encode()) % _WIDTH for word in words(text)] or [0]
            np.add.at(out[row], places, 1)
        unit: Floats = out / np.linalg.norm(out, axis=1, keepdims=True)
        return unit
