"""Vectors kept by the text they were made of: a library that changes is embedded anew only where it changed.

One safetensors file an embedder: no pickle, and nothing is used whose sha256 is not the recorded one. Each vector is
kept as 8-bit integers under a scale of its own, which moves a cosine by about a thousandth; what is fresh is rounded in
the same way, so that the first start and the hundredth find the same. The vectors of Bedside's own library come with it
(``library_vectors.safetensors``, made by ``scripts/library_vectors.py``).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bedside.core.errors import StoreIndexError
from bedside.core.settings import Settings
from bedside.retrieval.chunk import CHUNKING
from bedside.retrieval.vectors import Floats

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHIPPED = Path(__file__).resolve().parent / "library_vectors.safetensors"
_KEY_BYTES = 16
_LEVELS = 127
_DO = "It will be built again."


def key_of(text: str) -> bytes:
    """What a text's vector is kept under."""
    return hashlib.sha256(text.encode()).digest()[:_KEY_BYTES]


class KeptVectors:
    """Unit vectors by the key of their text.

    Attributes:
        keys: (N, 16) uint8, each the bytes of `key_of`.
        levels: (N, D) int8.
        scales: (N,) float32; a vector is its levels times its scale.
    """

    def __init__(self, keys: NDArray[np.uint8], levels: NDArray[np.int8], scales: Floats) -> None:
        self.keys, self.levels, self.scales = keys, levels, scales
        self._rows = {row.tobytes(): at for at, row in enumerate(keys)}

    @classmethod
    def of(cls, texts: Sequence[str], vectors: Floats) -> KeptVectors:
        """Rounds (N, D) unit vectors, one a text."""
        scales = (np.abs(vectors).max(axis=1) / _LEVELS).astype(np.float32)
        scales[scales == 0] = 1.0
        levels = np.rint(vectors / scales[:, None]).astype(np.int8)
        keys = np.frombuffer(b"".join(map(key_of, texts)), dtype=np.uint8).reshape(-1, _KEY_BYTES)
        return cls(keys, levels, scales)

    def __contains__(self, text: str) -> bool:
        return key_of(text) in self._rows

    def __len__(self) -> int:
        return len(self._rows)

    @classmethod
    def joined(cls, parts: Sequence[KeptVectors]) -> KeptVectors:
        """All of several; of a text that stands in more than one, the last. Of none, an empty one."""
        if not parts:
            return cls(np.empty((0, _KEY_BYTES), np.uint8), np.empty((0, 0), np.int8), np.empty(0, np.float32))
        held = [part for part in parts if len(part)] or [parts[0]]
        return cls(
            np.concatenate([part.keys for part in held]),
            np.concatenate([part.levels for part in held]),
            np.concatenate([part.scales for part in held]),
        )

    def only(self, texts: Sequence[str]) -> KeptVectors:
        """Those of the texts, which must be held."""
        at = [self._rows[key_of(text)] for text in dict.fromkeys(texts)]
        return KeptVectors(self.keys[at], self.levels[at], self.scales[at])

    def vectors(self, texts: Sequence[str]) -> Floats:
        """The vectors of texts that are held, in their order: (N, D) float32 of unit length."""
        at = [self._rows[key_of(text)] for text in texts]
        out = self.levels[at].astype(np.float32) * self.scales[at, None]
        unit: Floats = out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)
        return unit


def index_file(settings: Settings, embedder: str) -> Path:
    """Where the vectors of that embedder are kept; other chunking has another file."""
    name = hashlib.sha256(f"{embedder}\0{CHUNKING}".encode()).hexdigest()[:32]
    return settings.cache / "index" / f"{name}.safetensors"


def save(path: Path, kept: KeptVectors, embedder: str) -> None:
    """Writes the vectors, whole or not at all.

    Raises:
        StoreIndexError: the folder cannot be written.
    """
    from safetensors.numpy import save as serialized

    tensors: dict[str, NDArray[Any]] = {"keys": kept.keys, "levels": kept.levels, "scales": kept.scales}
    content = serialized(tensors, metadata={"embedder": embedder, "sha256": _digest(kept)})
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise StoreIndexError(
            f"The index cannot be written to {path.parent}: {error.strerror}.",
            "Free space or set BEDSIDE_CACHE to a folder that can be written; until then it is built at each start.",
            code="BED-INDEX-002",
        ) from error


def load(path: Path, embedder: str) -> KeptVectors | None:
    """Reads the vectors of an embedder; None where none were kept, or they are another embedder's.

    Raises:
        StoreIndexError: what is there is damaged or cut, or its hash is not the recorded one.
    """
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        return None
    try:
        with safe_open(str(path), framework="numpy") as opened:
            metadata = opened.metadata() or {}
            kept = KeptVectors(*(opened.get_tensor(name) for name in ("keys", "levels", "scales")))
    except (OSError, SafetensorError, ValueError) as error:
        raise StoreIndexError(f"The index {path} cannot be read.", _DO) from error
    if metadata.get("sha256") != _digest(kept):
        raise StoreIndexError(f"The index {path} is damaged: its sha256 is not the recorded one.", _DO)
    return kept if metadata.get("embedder") == embedder else None


def _digest(kept: KeptVectors) -> str:
    digest = hashlib.sha256()
    for array in (kept.keys, kept.levels, kept.scales):
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
