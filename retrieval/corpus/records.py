"""Documents and passages as rows of SQLite, each with a hash: what is read back is what was written, or an error."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from bedside.core.errors import StorageError
from bedside.knowledge.documents import Document, DocumentPassage
from bedside.retrieval.corpus.database import damaged
from bedside.retrieval.vectors import Floats

Ints = NDArray[np.int64]

_FIELDS = tuple(Document.model_fields)
DOCUMENT_COLUMNS = ", ".join(f"d.{name}" for name in _FIELDS)
PASSAGE_COLUMNS = "p.position, p.heading, p.page, p.text, p.sentences, p.hash, d.id"


def short_hash(*parts: object) -> bytes:
    """Eight bytes that change when any part does."""
    return hashlib.blake2b("\0".join(map(str, parts)).encode("utf-8", "replace"), digest_size=8).digest()


def vector_hash(vector: bytes) -> bytes:
    """Eight bytes that change when the vector does."""
    return hashlib.blake2b(vector, digest_size=8).digest()


def document_values(document: Document, first: int) -> tuple[object, ...]:
    """A document as the columns of its row, `first` and its hash last."""
    values = tuple(document.model_dump(mode="json").values())
    return (*values, first, short_hash(*values))


def insert_document(db: sqlite3.Connection, document: Document, first: int) -> int:
    """Writes a document's row and gives its number."""
    marks = ", ".join("?" * (len(_FIELDS) + 2))
    values = document_values(document, first)
    cursor = db.execute(f"INSERT INTO documents ({', '.join(_FIELDS)}, first, hash) VALUES ({marks})", values)  # noqa: S608
    return int(cursor.lastrowid or 0)


def document_of(row: Sequence[object], path: Path) -> Document:
    """A document from `DOCUMENT_COLUMNS` and its hash.

    Raises:
        StorageError: the row is not what was written.
    """
    *values, found = row
    if short_hash(*values) != found:
        raise damaged(path, f"the document {str(values[0])[:80]!r} was changed")
    try:
        return Document.model_validate(dict(zip(_FIELDS, values, strict=True)))
    except ValidationError as error:
        raise damaged(path, f"the document {str(values[0])[:80]!r} cannot be read") from error


def passage_values(row: int, document: int, passage: DocumentPassage) -> tuple[object, ...]:
    """A passage as the columns of its row, in the order of the table."""
    sentences = json.dumps(passage.sentences, separators=(",", ":"))
    own = (passage.position, passage.heading, passage.page, passage.text, sentences)
    return (row, document, *own, short_hash(*own))


def passage_of(row: Sequence[object], path: Path) -> DocumentPassage:
    """A passage from `PASSAGE_COLUMNS`.

    Raises:
        StorageError: the row is not what was written.
    """
    position, heading, page, text, sentences, found, document = row
    name = f"{document}#{position}"
    if short_hash(position, heading, page, text, sentences) != found:
        raise damaged(path, f"the passage {name[:80]!r} was changed")
    try:
        fields = {"id": name, "document": document, "position": position, "heading": heading, "page": page}
        return DocumentPassage.model_validate({**fields, "text": text, "sentences": json.loads(str(sentences))})
    except (ValidationError, ValueError) as error:
        raise damaged(path, f"the passage {name[:80]!r} cannot be read") from error


def check_passages(document: Document, passages: Sequence[DocumentPassage]) -> None:
    """Refuses a document that could not be cited from.

    Raises:
        StorageError: it has no passages, they are not numbered from 1, or offsets do not cut out sentences.
    """
    problem = "" if passages else "it has no passage"
    for position, passage in enumerate(passages, start=1):
        if (passage.document, passage.position, passage.id) != (document.id, position, f"{document.id}#{position}"):
            problem = f"its passage {position} is named {passage.id!r}"
        problem = problem or offsets_problem(passage)
    if problem:
        raise StorageError(
            f"The document {document.id!r} cannot be kept: {problem}.",
            "Report the file that it was read from; the other documents can be added without it.",
            code="BED-STORE-026",
        )


def offsets_problem(passage: DocumentPassage) -> str:
    """What is wrong with a passage's sentence offsets; "" where each cuts a sentence out of the text, in order."""
    end = 0
    for start, stop in passage.sentences:
        cut = passage.text[start:stop] if end <= start < stop <= len(passage.text) else ""
        if not cut.strip() or cut != cut.strip():
            return f"in passage {passage.position} the characters {start} to {stop} are not a sentence"
        end = stop
    return ""


def renamed(
    document: Document, passages: Sequence[DocumentPassage], name: str
) -> tuple[Document, list[DocumentPassage]]:
    """The document under another id, its passages with it."""
    kept = [p.model_copy(update={"id": f"{name}#{p.position}", "document": name}) for p in passages]
    return document.model_copy(update={"id": name}), kept


def free_id(db: sqlite3.Connection, wanted: str, older: str = "") -> str:
    """An id that no document has: the wanted one, else with a number. A new version never takes an older one's id."""
    version = re.fullmatch(r"(?:-(\d+))?", older.removeprefix(wanted)) if older.startswith(wanted) else None
    if version is None and not _held(db, wanted):
        return wanted
    number = int(version.group(1) or 1) + 1 if version else 2
    while _held(db, f"{wanted}-{number}"):
        number += 1
    return f"{wanted}-{number}"


def _held(db: sqlite3.Connection, name: str) -> bool:
    # Two statements, each by its index: joined by OR, SQLite would read every document.
    statements = ("id = ?", "replaces = ? AND replaces <> ''")
    return any(db.execute(f"SELECT 1 FROM documents WHERE {each}", (name,)).fetchone() for each in statements)  # noqa: S608


def to_blobs(vectors: Floats) -> list[bytes]:
    """(N, D) float32 unit vectors as float16 bytes, one a row."""
    return [row.tobytes() for row in np.ascontiguousarray(vectors, dtype=np.float16)]


def from_blobs(blobs: Iterable[bytes], width: int, path: Path) -> Floats:
    """What `to_blobs` wrote, as (N, D) float32.

    Raises:
        StorageError: a vector has another length.
    """
    joined = list(blobs)
    if any(len(blob) != 2 * width for blob in joined):
        raise damaged(path, "a vector has another length")
    out: Floats = np.frombuffer(b"".join(joined), dtype=np.float16).reshape(-1, width).astype(np.float32)
    return out
