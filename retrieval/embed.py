"""Text to vectors: the protocol that retrieval needs, and MiniLM behind it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np

from bedside.core.settings import Settings
from bedside.retrieval.bert import Bert, Floats

_BATCH = 16


class Embedder(Protocol):
    """Anything that turns texts into unit vectors.

    `identity` changes whenever the vectors could change; an index belongs to one identity.
    """

    identity: str

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, one row a text: (N, D) float32."""
        ...


class MiniLm:
    """all-MiniLM-L6-v2: 384 dimensions, 256 tokens (Wang 2020, arXiv:2002.10957).

    The weight is read on the first `encode`; threads that come meanwhile wait for it. Raises WeightError there when
    it can be had from no source.
    """

    identity = "all-minilm-l6-v2/mean/256"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._model: Bert | None = None

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, one row a text: (N, 384) float32."""
        model = self._loaded()
        out: Floats = np.zeros((len(texts), model.width), dtype=np.float32)
        # Texts of like length share a batch, so that little of it is padding.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            out[rows] = model.encode([texts[i] for i in rows])
        return out

    def _loaded(self) -> Bert:
        with self._lock:
            if self._model is None:
                self._model = Bert(_folder(self._settings))
            return self._model


def _folder(settings: Settings) -> Path:
    from bedside.core.weights import weight_path

    path = weight_path("minilm", settings)
    return path if path.is_dir() else path.parent
