"""Text to vectors: the protocol that retrieval needs, and MiniLM behind it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, Protocol

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

    The library and the weight are loaded on the first `encode`, once in a process however many of these there are;
    threads that come meanwhile wait for them. Raises WeightError there when the weight can be had from no source.
    """

    identity = "all-minilm-l6-v2/mean/256"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._shared: _Shared | None = None

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, one row a text: (N, 384) float32."""
        self._shared = self._shared or _shared(_folder(self._settings))
        with self._shared.lock:
            vectors = self._shared.model.encode(
                list(texts),
                batch_size=_BATCH,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, dtype=np.float32)


class _Shared(NamedTuple):
    """A loaded model and the lock of its tokenizer, which threads cannot use at once ("Already borrowed")."""

    model: SentenceTransformer
    lock: Lock


_LOADING = Lock()
_LOADED: dict[Path, _Shared] = {}


def _shared(folder: Path) -> _Shared:
    """The model of that folder, loaded once in a process; each other copy would take 90 MB."""
    with _LOADING:
        folder = folder.resolve()
        if folder not in _LOADED:
            from sentence_transformers import SentenceTransformer
            from transformers.utils.logging import disable_progress_bar

            disable_progress_bar()  # a bar for a weight that loads in a tenth of a second is noise
            model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
            _LOADED[folder] = _Shared(model, Lock())
        return _LOADED[folder]


def _folder(settings: Settings) -> Path:
    from bedside.core.weights import weight_path

    path = weight_path("minilm", settings)
    return path if path.is_dir() else path.parent
