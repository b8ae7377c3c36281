"""A FAISS index on disk: its bytes, and beside them the JSON that vouches for them. Nothing is read unverified."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from bedside.core.base import Frozen
from bedside.core.errors import StoreIndexError
from bedside.retrieval.corpus.vectors import IndexKind

_VECTORS = "vectors.faiss"
_METADATA = "vectors.json"
_PART = ".part"
_TABLE_BYTES = 512 * 2**20  # 4,096 lists of 64 one-byte codes need 256 MB
_DO = "It will be built again."


class SavedState(Frozen):
    """What the saved index is of.

    Attributes:
        corpus: the id of the SQLite file it was made from.
        kind: which index.
        width: D.
        last: the last passage row it has seen.
        removals: how many removals it has seen.
        trained: how many rows the corpus held when lists and codes were learned; 0 where nothing is learned.
    """

    corpus: str
    kind: IndexKind
    width: int
    last: int
    removals: int
    trained: int = 0


def save(folder: Path, index: Any, state: SavedState) -> None:
    """Writes the index, then the metadata: an interrupted write leaves none that would be read.

    Raises:
        StoreIndexError: the folder cannot be written.
    """
    import faiss

    content: Any = faiss.serialize_index(index)
    metadata = {"sha256": hashlib.sha256(content.data).hexdigest(), "state": state.model_dump(mode="json")}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _METADATA).unlink(missing_ok=True)
        _replace(folder / _VECTORS, content.data)
        _replace(folder / _METADATA, json.dumps(metadata).encode())
    except OSError as error:
        raise StoreIndexError(
            f"The index cannot be written to {folder}: {error.strerror}.",
            "Free some space; until then it is built at each start.",
            code="BED-INDEX-002",
        ) from error


def load(folder: Path) -> tuple[Any, SavedState] | None:
    """Reads the index and what it is of; None where none was saved.

    Raises:
        StoreIndexError: what is there is damaged or cut, or its hash is not the recorded one.
    """
    import faiss

    try:
        metadata = json.loads((folder / _METADATA).read_text(encoding="utf-8"))
        content = np.fromfile(folder / _VECTORS, dtype=np.uint8)
        state = SavedState.model_validate(metadata["state"])
        expected = metadata["sha256"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreIndexError(f"The index in {folder} cannot be read.", _DO) from error
    if hashlib.sha256(content.data).hexdigest() != expected:
        raise StoreIndexError(f"The index in {folder} is damaged: its sha256 is not the recorded one.", _DO)
    if hasattr(faiss, "set_deserialization_vector_byte_limit"):
        # No part of a file is larger than the file, but the tables that inverted lists derive from it may be.
        faiss.set_deserialization_vector_byte_limit(max(len(content), _TABLE_BYTES))
    try:
        return faiss.deserialize_index(content), state
    except RuntimeError as error:
        raise StoreIndexError(f"The index in {folder} cannot be read.", _DO) from error


def delete(folder: Path) -> None:
    """Removes a saved index and what an interrupted write left; none there is no error."""
    for name in (_METADATA, _VECTORS):
        (folder / name).unlink(missing_ok=True)
        (folder / (name + _PART)).unlink(missing_ok=True)


def _replace(path: Path, content: Any) -> None:
    part = path.with_name(path.name + _PART)
    part.write_bytes(content)
    part.replace(path)
