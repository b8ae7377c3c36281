"""Whether a store of cases is what was written: the file, each case with its thumbnail, each vector, and the index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bedside.core.errors import BedsideError
from bedside.retrieval.corpus import saved
from bedside.retrieval.corpus.database import Database
from bedside.retrieval.corpus.rows import rows_of
from bedside.retrieval.corpus.synced import SyncedIndex
from bedside.retrieval.corpus.verify import MOST, file_problems, found_by, vector_problems
from bedside.tools.similar.layout import COLUMNS, case_of


def problems(database: Database, index: SyncedIndex, folder: Path) -> list[str]:
    """Everything found wrong, in words, at most a hundred; empty for a sound store.

    Args:
        database: the source of truth.
        index: what follows it.
        folder: where the index is saved; a damaged one is a fault, and is then built again.
    """
    out = found_by((file_problems, _cases, _vectors), database)
    if len(out) >= MOST:
        return out
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


def _cases(database: Database, db: sqlite3.Connection) -> Iterator[str]:
    for row in db.execute(f"SELECT {COLUMNS} FROM cases"):  # noqa: S608  only our own columns
        try:
            case_of(row, database.path)
        except BedsideError as error:
            yield error.what


def _vectors(database: Database, db: sqlite3.Connection) -> Iterator[str]:
    return vector_problems(database, db, "cases", "case")
