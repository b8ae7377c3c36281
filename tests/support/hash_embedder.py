"""An embedder without a model: each word goes to one of 512 dimensions by its hash. Texts that share words are near."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from bedside.retrieval.vectors import Floats
from bedside.retrieval.words import stems


class HashEmbedder:
    """Counts of hashed stems, unit length. `calls` is how many texts were encoded."""

    identity = "hash/512"
    width = 512

    def __init__(self) -> None:
        self.calls = 0

    def encode(self, texts: Sequence[str]) -> Floats:
        self.calls += len(texts)
        out = np.zeros((len(texts), self.width), dtype=np.float32)
        for row, text in enumerate(texts):
            for stem in stems(text) or ["nothing"]:
                out[row, int.from_bytes(hashlib.sha256(stem.encode()).digest()[:4], "big") % self.width] += 1
        unit: Floats = out / np.linalg.norm(out, axis=1, keepdims=True)
        return unit
