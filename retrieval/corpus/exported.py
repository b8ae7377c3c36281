"""A corpus as JSON lines, one document a line: to read, to keep, and to add to another corpus."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from bedside.core.errors import StorageError
from bedside.knowledge.documents import Document, DocumentPassage


def write_export(path: Path, documents: Iterable[tuple[Document, Sequence[DocumentPassage]]]) -> int:
    """Writes documents with their passages, one JSON object a line; gives how many. The file is whole or not there.

    Raises:
        StorageError: it cannot be written.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    written = 0
    try:
        with part.open("w", encoding="utf-8") as stream:
            for document, passages in documents:
                line = {"document": document.model_dump(mode="json"), "passages": [p.model_dump() for p in passages]}
                stream.write(json.dumps(line, ensure_ascii=False) + "\n")
                written += 1
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(
            f"The export {path} cannot be written ({error.strerror}).",
            "Name a file on a disk with space that you may write to.",
            code="BED-STORE-030",
        ) from error
    return written


def read_export(path: Path) -> Iterator[tuple[Document, tuple[DocumentPassage, ...]]]:
    """What `write_export` wrote, ready for `Corpus.add`.

    Raises:
        StorageError: the file cannot be read, or a line is not a document.
    """
    try:
        with path.open(encoding="utf-8") as stream:
            for number, line in enumerate(stream, start=1):
                yield _parsed(path, number, line)
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(
            f"The export {path} cannot be read ({error}).", "Check the path.", code="BED-STORE-031"
        ) from error


def _parsed(path: Path, number: int, line: str) -> tuple[Document, tuple[DocumentPassage, ...]]:
    try:
        row = json.loads(line)
        passages = tuple(DocumentPassage.model_validate(p) for p in row["passages"])
        return Document.model_validate(row["document"]), passages
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f"Line {number} of the export {path} is not a document.", "Export again.", code="BED-STORE-031"
        ) from error
