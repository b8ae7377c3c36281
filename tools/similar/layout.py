"""The tables of a store of cases, and how a case becomes a row and is read back: unchanged, or an error."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from bedside.core.errors import StorageError
from bedside.retrieval.corpus.database import Layout, damaged
from bedside.retrieval.corpus.records import short_hash, vector_hash
from bedside.tools.similar.nouns import Case

FILE = "cases.sqlite"
# `cases.row` is never used twice, so that an index that is behind can tell what it lacks by the last row it saw.
CASES = Layout(
    file=FILE,
    version=1,
    tables=(
        "CREATE TABLE cases (row INTEGER PRIMARY KEY AUTOINCREMENT, patient TEXT NOT NULL, "
        "picture TEXT NOT NULL UNIQUE, "
        "label TEXT NOT NULL, report TEXT NOT NULL, title TEXT NOT NULL, added TEXT NOT NULL, thumbnail BLOB NOT NULL, "
        "hash BLOB NOT NULL)",
        "CREATE INDEX patients ON cases (patient)",
    ),
    numbered="cases",
    spans="SELECT row AS first, 1 AS count FROM cases",
    rewritten=True,
)
FIELDS = tuple(Case.model_fields)
COLUMNS = f"{', '.join(FIELDS)}, thumbnail, hash"


def insert(db: sqlite3.Connection, case: Case, thumbnail: bytes, vector: bytes) -> None:
    """Writes a case and its vector, within the caller's transaction."""
    values = tuple(case.model_dump(mode="json").values())
    marks = ", ".join("?" * (len(FIELDS) + 2))
    statement = f"INSERT INTO cases ({COLUMNS}) VALUES ({marks})"  # noqa: S608  only our own columns
    cursor = db.execute(statement, (*values, thumbnail, _hash(values, thumbnail)))
    db.execute("INSERT INTO vectors VALUES (?, ?, ?)", (cursor.lastrowid, vector, vector_hash(vector)))


def case_of(row: Sequence[object], path: Path) -> tuple[Case, bytes]:
    """A case and its thumbnail from `COLUMNS`.

    Raises:
        StorageError: the row is not what was written.
    """
    *values, thumbnail, found = row
    if not isinstance(thumbnail, bytes) or _hash(values, thumbnail) != found:
        raise _changed(values, path)
    try:
        return Case.model_validate(dict(zip(FIELDS, values, strict=True))), thumbnail
    except ValidationError as error:
        raise _changed(values, path) from error


def _hash(values: Sequence[object], thumbnail: bytes) -> bytes:
    return short_hash(*values, vector_hash(thumbnail).hex())


def _changed(values: Sequence[object], path: Path) -> StorageError:
    return damaged(path, f"a case of patient {str(values[0])[:8]!r} was changed")
