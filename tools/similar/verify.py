"""Whether a store of cases is what was written: the file, each case with its thumbnail, each vector, and the index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bedside.core.errors import BedsideError
from bedside.retrieval.corpus import saved
from bedside.retrieval.corpus.database import Database
from bedside.retrieval.corpus.records import vector_hash
from bedside.retrieval.corpus.rows import rows_of
from bedside.retrieval.corpus.synced import SyncedIndex
from bedside.tools.similar.layout import COLUMNS, case_of

_MOST = 100
_UNIT = 0.01


def problems(database: Database, index: SyncedIndex, folder: Path) -> list[str]:
    """Everything found wrong, in words, at most a hundred; empty for a sound store.

    Args:
        database: the source of truth.
        index: what follows it.
        folder: where the index is saved; a damaged one is a fault, and is then built again.
    """
    out: list[str] = []
    for check in (_file, _cases, _vectors):
        try:
            with database.reading() as db:
                for problem in check(database, db):
                    out.append(problem)
                    if len(out) >= _MOST:
                        return out
        except BedsideError as error:
            out.append(error.what)
    try:
        saved.load(folder)
    except BedsideError as error:
        out.append(f"{error.what} {error.do}")
        index.forget_saved()
    try:
        held = index.fresh()
        if held is not None and not np.array_equal(held.rows(), rows_of(database)):
            out.append("the vector index holds other rows than the store")
        index.save()
    except BedsideError as error:
        out.append(error.what)
    return out


def _file(database: Database, db: sqlite3.Connection) -> Iterator[str]:
    for (line,) in db.execute("PRAGMA integrity_check(5)"):
        if line != "ok":
            yield f"the file {database.path.name}: {line}"


def _cases(database: Database, db: sqlite3.Connection) -> Iterator[str]:
    for row in db.execute(f"SELECT {COLUMNS} FROM cases"):  # noqa: S608  only our own columns
        try:
            case_of(row, database.path)
        except BedsideError as error:
            yield error.what


def _vectors(database: Database, db: sqlite3.Connection) -> Iterator[str]:
    width = int(database.meta("width") or 0)
    for row, vector, found in db.execute("SELECT row, vector, hash FROM vectors"):
        if vector_hash(vector) != found or len(vector) != 2 * width:
            yield f"the vector of case {row} was changed"
        elif abs(float(np.linalg.norm(np.frombuffer(vector, dtype=np.float16).astype(np.float32))) - 1) > _UNIT:
            yield f"the vector of case {row} has not the length 1"
    without = db.execute(
        "SELECT (SELECT count(*) FROM cases WHERE row NOT IN (SELECT row FROM vectors)), "
        "(SELECT count(*) FROM vectors WHERE row NOT IN (SELECT row FROM cases))"
    ).fetchone()
    if tuple(without) != (0, 0):
        yield f"{without[0]} cases have no vector, {without[1]} vectors have no case"
