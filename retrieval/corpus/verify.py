"""Whether a corpus is what was written: hashes, offsets, words and vectors, each compared with the others."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from bedside.core.errors import BedsideError, StoreIndexError
from bedside.retrieval.corpus.database import Database
from bedside.retrieval.corpus.followed import FollowingIndex
from bedside.retrieval.corpus.records import (
    DOCUMENT_COLUMNS,
    PASSAGE_COLUMNS,
    document_of,
    offsets_problem,
    passage_of,
    vector_hash,
)
from bedside.retrieval.corpus.rows import rows_of

MOST = 100
_UNIT = 0.01

Check = Callable[[Database, sqlite3.Connection], Iterator[str]]


def problems(database: Database, index: FollowingIndex) -> list[str]:
    """Everything found wrong, in words, at most a hundred; empty for a sound corpus.

    Raises:
        StoreIndexError: nothing else is wrong, but the server that holds the vectors does not answer.
    """
    out = found_by((file_problems, _documents, _passages, _words, _vectors), database)
    if len(out) >= MOST:
        return out
    try:
        held = index.fresh()
        if held is not None and not np.array_equal(held.rows(), rows_of(database)):
            out.append("the vector index holds other rows than the corpus")
    except StoreIndexError as error:
        if not out:
            raise  # a server that does not answer is no fault of what is held
        out.append(error.what)
    except BedsideError as error:
        out.append(error.what)
    return out


def found_by(checks: Sequence[Check], database: Database) -> list[str]:
    """What the checks find, at most `MOST`; one that cannot go on has found why."""
    out: list[str] = []
    for check in checks:
        try:
            with database.reading() as db:
                for problem in check(database, db):
                    out.append(problem)
                    if len(out) >= MOST:
                        return out
        except BedsideError as error:
            out.append(error.what)
    return out


def file_problems(database: Database, db: sqlite3.Connection) -> Iterator[str]:
    """What SQLite finds wrong with its file."""
    for (line,) in db.execute("PRAGMA integrity_check(5)"):
        if line != "ok":
            yield f"the file {database.path.name}: {line}"


def _documents(database: Database, db: sqlite3.Connection) -> Iterator[str]:
    for row, first, *rest in db.execute(f"SELECT d.row, d.first, {DOCUMENT_COLUMNS}, d.hash FROM documents d"):  # noqa: S608
        try:
            document = document_of(rest, database.path)
        except BedsideError as error:
            yield error.what
            continue
        found = db.execute(
            "SELECT count(*), min(row), max(row), min(position), max(position) FROM passages WHERE row BETWEEN ? AND ? "
            "AND document = ?",
            (first, first + document.passages - 1, row),
        ).fetchone()
        n = document.passages
        if tuple(found) != (n, first, first + n - 1, 1, n):
            yield f"the document {document.id} does not have its {n} passages"
    held = db.execute("SELECT (SELECT count(*) FROM passages), (SELECT coalesce(sum(passages), 0) FROM documents)")
    passages, expected = held.fetchone()
    if passages != expected:
        yield f"{passages} passages are held, {expected} belong to a document"


def _passages(database: Database, db: sqlite3.Connection) -> Iterator[str]:
    found = db.execute(f"SELECT {PASSAGE_COLUMNS} FROM passages p JOIN documents d ON d.row = p.document")  # noqa: S608
    for row in found:
        try:
            passage = passage_of(row, database.path)
        except BedsideError as error:
            yield error.what
            continue
        if problem := offsets_problem(passage):
            yield f"the document {passage.document}: {problem}"


def _words(database: Database, db: sqlite3.Connection) -> Iterator[str]:
    try:
        db.execute("INSERT INTO words(words, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        if "locked" in str(error).lower():
            raise
        yield f"the word index is not in step with the passages ({error})"


def _vectors(database: Database, db: sqlite3.Connection) -> Iterator[str]:
    return vector_problems(database, db, "passages", "passage row")


def vector_problems(database: Database, db: sqlite3.Connection, table: str, row_name: str) -> Iterator[str]:
    """Vectors that were changed, are not of length 1, or do not belong to the rows of the table.

    Args:
        database: the store.
        db: a connection that reads it.
        table: whose rows have the vectors; a plural of our own.
        row_name: what a row is called before its number.
    """
    width = int(database.meta("width") or 0)
    for row, vector, found in db.execute("SELECT row, vector, hash FROM vectors"):
        if vector_hash(vector) != found or len(vector) != 2 * width:
            yield f"the vector of {row_name} {row} was changed"
        elif abs(float(np.linalg.norm(np.frombuffer(vector, dtype=np.float16).astype(np.float32))) - 1) > _UNIT:
            yield f"the vector of {row_name} {row} has not the length 1"
    without = db.execute(
        f"SELECT (SELECT count(*) FROM {table} WHERE row NOT IN (SELECT row FROM vectors)), "  # noqa: S608  our own name
        f"(SELECT count(*) FROM vectors WHERE row NOT IN (SELECT row FROM {table}))"
    ).fetchone()
    if tuple(without) != (0, 0):
        yield f"{without[0]} {table} have no vector, {without[1]} vectors have no {table.removesuffix('s')}"
