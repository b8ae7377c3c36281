"""Which rows a store holds and which a filter allows, without reading what is in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bedside.knowledge.documents import Trust
from bedside.retrieval.corpus.database import Database
from bedside.retrieval.corpus.records import Ints, from_blobs
from bedside.retrieval.vectors import Floats

_CHUNK = 16_384


class Filter:
    """Which documents a search may find.

    Args:
        collections: only of these; None for all.
        trust: only of these kinds; None for all.
        year_from: only of that year or later; documents without a year are then left out.
    """

    def __init__(
        self,
        collections: Sequence[str] | None = None,
        trust: Sequence[Trust] | None = None,
        year_from: int | None = None,
    ) -> None:
        self._clauses: list[str] = []
        self.values: list[object] = []
        for column, names in (("collection", collections), ("trust", [t.value for t in trust] if trust else trust)):
            if names is not None:
                self._clauses.append(f"{column} IN ({', '.join('?' * len(names))})")
                self.values.extend(names)
        if year_from is not None:
            self._clauses.append("year >= ?")
            self.values.append(year_from)

    @property
    def where(self) -> str:
        """The SQL condition; "1" where everything is allowed."""
        return " AND ".join(self._clauses) or "1"

    def __bool__(self) -> bool:
        return bool(self._clauses)

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for equal filters."""
        return (self.where, *self.values)


def rows_of(database: Database, chosen: Filter | None = None) -> Ints:
    """The numbered rows that the store holds, or that a filter allows: (N,) int64, ascending."""
    chosen = chosen or Filter()
    statement = f"{database.layout.spans} WHERE {chosen.where} ORDER BY 1"
    with database.reading() as db:
        spans = np.array(db.execute(statement, chosen.values).fetchall(), dtype=np.int64).reshape(-1, 2)
    first, count = spans[:, 0], spans[:, 1]
    ends = np.cumsum(count)
    out: Ints = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(first - (ends - count), count)
    return out


def count_rows(database: Database) -> int:
    """How many numbered rows the store holds."""
    with database.reading() as db:
        return int(db.execute(f"SELECT coalesce(sum(count), 0) FROM ({database.layout.spans})").fetchone()[0])  # noqa: S608


def vectors_of(database: Database, rows: Ints, width: int) -> Floats:
    """The vectors of some rows, in their order: (N, D) float32.

    Raises:
        StorageError: one is not held; the file is damaged.
    """
    blobs: dict[int, bytes] = {}
    wanted = np.unique(rows)
    for start in range(0, len(wanted), _CHUNK):
        listed = f"[{','.join(map(str, wanted[start : start + _CHUNK].tolist()))}]"
        with database.reading() as db:
            blobs.update(
                db.execute("SELECT row, vector FROM vectors WHERE row IN (SELECT value FROM json_each(?))", (listed,))
            )
    return from_blobs((blobs.get(row, b"") for row in rows.tolist()), width, database.path)


def rows_after(database: Database, last: int, width: int) -> tuple[Ints, Floats]:
    """The next vectors above a row, at most 16,384: their row ids and (N, D) float32; empty at the end."""
    with database.reading() as db:
        found = db.execute(
            "SELECT row, vector FROM vectors WHERE row > ? ORDER BY row LIMIT ?", (last, _CHUNK)
        ).fetchall()
    return np.array([row for row, _ in found], dtype=np.int64), from_blobs((v for _, v in found), width, database.path)
