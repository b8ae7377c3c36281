"""The vector index on disk: one folder per library, embedder and chunking; no pickle; nothing read unverified."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from bedside.core.errors import StoreIndexError
from bedside.core.settings import Settings
from bedside.retrieval.chunk import CHUNKING
from bedside.retrieval.dense import DenseIndex

_VECTORS = "vectors.faiss"
_METADATA = "index.json"
_DO = "It will be built again."


def index_folder(settings: Settings, library_digest: str, embedder: str) -> Path:
    """Where the index of that library under that embedder lives; other text or another embedder has another folder."""
    name = hashlib.sha256(f"{library_digest}\0{embedder}\0{CHUNKING}".encode()).hexdigest()[:32]
    return settings.cache / "index" / name


def save(folder: Path, index: DenseIndex) -> None:
    """Writes the index, then the metadata that vouches for it: an interrupted write leaves no index.

    Raises:
        StoreIndexError: the folder cannot be written.
    """
    content = index.to_bytes()
    metadata = {"sha256": hashlib.sha256(content).hexdigest(), "rows": len(index)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / _VECTORS, content)
        _replace(folder / _METADATA, json.dumps(metadata).encode())
    except OSError as error:
        raise StoreIndexError(
            f"The index cannot be written to {folder}: {error.strerror}.",
            "Free space or set BEDSIDE_CACHE to a folder that can be written; until then it is built at each start.",
            code="BED-INDEX-002",
        ) from error


def load(folder: Path, rows: int) -> DenseIndex | None:
    """Reads the index.

    Args:
        folder: from `index_folder`.
        rows: how many vectors it must hold.

    Returns:
        The index, or None where none was saved.

    Raises:
        StoreIndexError: what is there is damaged or cut, or its hash is not the recorded one.
    """
    try:
        metadata = json.loads((folder / _METADATA).read_text(encoding="utf-8"))
        content = (folder / _VECTORS).read_bytes()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StoreIndexError(f"The index in {folder} cannot be read.", _DO) from error
    if not isinstance(metadata, dict) or hashlib.sha256(content).hexdigest() != metadata.get("sha256"):
        raise StoreIndexError(f"The index in {folder} is damaged: its sha256 is not the recorded one.", _DO)
    index = DenseIndex.from_bytes(content)
    if len(index) != rows:
        raise StoreIndexError(f"The index in {folder} holds {len(index)} rows, not {rows}.", _DO)
    return index


def delete(folder: Path) -> None:
    """Removes a saved index; none there is no error."""
    for name in (_METADATA, _VECTORS):
        (folder / name).unlink(missing_ok=True)


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
