"""Text to vectors: the protocol that retrieval needs, and MiniLM behind it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np

from bedside.core.settings import Settings
from bedside.retrieval.vectors import Floats

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

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
    """all-MiniLM-L6-v2 by sentence-transformers: 384 dimensions, 256 tokens (Wang 2020, arXiv:2002.10957).

    The library and the weight are loaded on the first `encode`; threads that come meanwhile wait for them. Raises
    WeightError there when the weight can be had from no source.
    """

    identity = "all-minilm-l6-v2/mean/256"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._model: SentenceTransformer | None = None

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, one row a text: (N, 384) float32."""
        model = self._loaded()
        vectors = model.encode(
            list(texts), batch_size=_BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)

    def _loaded(self) -> SentenceTransformer:
        with self._lock:
            if self._model is None:
                from sentence_transformers import SentenceTransformer
                from transformers.utils.logging import disable_progress_bar

                disable_progress_bar()  # a bar for a weight that loads in a tenth of a second is noise
                folder = _folder(self._settings)
                self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
            return self._model


def _folder(settings: Settings) -> Path:
    from bedside.core.weights import weight_path

    path = weight_path("minilm", settings)
    return path if path.is_dir() else path.parent
