"""The vector index of a corpus, kept in step with SQLite: read if it is sound, brought up to date, built where not."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np

from bedside.core.errors import StorageError, StoreIndexError
from bedside.retrieval.corpus import saved
from bedside.retrieval.corpus.database import Database, corpus_error
from bedside.retrieval.corpus.records import Ints
from bedside.retrieval.corpus.rows import count_rows, rows_after, rows_of, vectors_of
from bedside.retrieval.corpus.saved import SavedState
from bedside.retrieval.corpus.vectors import FlatIndex, HnswIndex, IndexKind, IvfIndex
from bedside.retrieval.vectors import Floats

_LOG = logging.getLogger(__name__)
# Above, inverted lists; back to a flat index only at half of it, so that a corpus near the limit does not flip.
IVF_FROM = 50_000
# Lists learned from a quarter of the rows no longer fit.
_GROWTH = 4
# Vectors read for training are spread over so many stretches of neighbouring rows: single rows are slow to read.
_STRETCH = 64

Index = FlatIndex | IvfIndex | HnswIndex


class SyncedIndex:
    """The FAISS index of one corpus, a `FollowingIndex`. Hold the database's lock while a search runs.

    Args:
        database: the source of truth.
        folder: where the index is saved.
        kind: which index; AUTO goes by size.
    """

    def __init__(self, database: Database, folder: Path, kind: IndexKind = IndexKind.AUTO) -> None:
        self._database = database
        self._folder = folder
        self._kind = kind
        self._index: Index | None = None
        self._state: SavedState | None = None
        self._on_disk: SavedState | None = None

    def fresh(self) -> Index | None:
        """The index in step with what SQLite holds now; None for a corpus that never held anything.

        Raises:
            StorageError: SQLite cannot be read.
        """
        with self._database.lock:
            width = int(self._database.meta("width") or 0)
            if not width:
                return None
            if self._index is None:
                self._read(width)
            last, removals = self._database.state()
            if self._state is None or (self._state.last, self._state.removals) != (last, removals):
                self._catch_up(width)
            return self._index

    def save(self) -> None:
        """Writes the index, if it is in step and not written yet. What cannot be written is built at the next start."""
        from filelock import FileLock, Timeout

        with self._database.lock:
            self.fresh()
            if self._index is None or self._state is None or self._state == self._on_disk:
                return
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                with FileLock(self._folder / "lock", timeout=20):
                    # Another process may have removed something since: it then writes a newer index than this one.
                    if self._database.state() == (self._state.last, self._state.removals):
                        saved.save(self._folder, self._index.faiss, self._state)
                        self._on_disk = self._state
            except (StoreIndexError, OSError, Timeout) as error:
                _LOG.warning("%s", error)

    def reach(self) -> None:
        """Nothing to ask: the vectors are beside SQLite."""

    def close(self) -> None:
        """Lets go of the index."""
        self._index = self._state = None

    def forget_saved(self) -> None:
        """Deletes the saved index: before what was removed from SQLite may not be in any file.

        Raises:
            StorageError: it cannot be deleted.
        """
        with self._database.lock:
            self._on_disk = None
            try:
                saved.delete(self._folder)
            except OSError as error:
                raise corpus_error(error, self._folder) from error

    def _read(self, width: int) -> None:
        try:
            loaded = saved.load(self._folder)
        except StoreIndexError as error:
            _LOG.info("%s", error)
            return
        if loaded is None or loaded[1].corpus != self._database.meta("corpus") or loaded[1].width != width:
            return
        self._index, self._state = _wrap(loaded[0], loaded[1], self._exact), loaded[1]
        self._on_disk = self._state if self._index else None

    def _catch_up(self, width: int) -> None:
        """Takes out what SQLite no longer holds, adds what it holds besides; builds anew where the kind must change."""
        with self._database.snapshot():
            last, removals = self._database.state()
            count = count_rows(self._database)
            if not self._keeps(count, removals, last):
                self._build(width, count)
            index, state = self._index, self._state
            if index is None or state is None:
                raise StorageError(f"The index of {self._database.path} was not built.", "Report this.")
            if state.removals != removals:
                index.remove(np.setdiff1d(index.rows(), rows_of(self._database), assume_unique=True))
            self._append(index, state.last, width)
            self._state = state.model_copy(update={"last": last, "removals": removals})
            if len(index) != count:
                self._index = self._state = None
                raise StorageError(
                    f"The corpus {self._database.path} has {count} passages but {len(index)} vectors.",
                    "Restore a copy, or move it away and add the documents again.",
                    code="BED-STORE-022",
                )

    def _keeps(self, count: int, removals: int, last: int) -> bool:
        """Whether the index at hand can be brought up to date."""
        index, state = self._index, self._state
        if index is None or state is None or state.last > last or state.removals > removals:
            return False
        if state.removals != removals and not index.removes:
            return False
        if state.trained and count > _GROWTH * state.trained:
            return False
        return index.kind == self._wanted(count, index.kind)

    def _wanted(self, count: int, now: IndexKind | None) -> IndexKind:
        if self._kind is not IndexKind.AUTO:
            return self._kind
        limit = IVF_FROM // 2 if now is IndexKind.IVF else IVF_FROM
        return IndexKind.IVF if count >= limit else IndexKind.FLAT

    def _build(self, width: int, count: int) -> None:
        """An empty index of the right kind, trained where it must be."""
        kind = self._wanted(count, None)
        trained = 0
        if kind is IndexKind.IVF and count:
            self._index = IvfIndex(width, self._exact)
            self._index.train(self._sample(width, self._index.sample_for(count)), count)
            trained = count
        else:
            self._index = HnswIndex(width) if kind is IndexKind.HNSW else FlatIndex(width)
            kind = self._index.kind
        corpus, removals = self._database.meta("corpus"), self._database.state()[1]
        self._state = SavedState(corpus=corpus, kind=kind, width=width, last=0, removals=removals, trained=trained)

    def _sample(self, width: int, size: int) -> Floats:
        """Vectors to learn from: stretches of rows spread evenly over the corpus."""
        rows = rows_of(self._database)
        starts = np.linspace(0, max(0, len(rows) - _STRETCH), max(1, size // _STRETCH)).astype(np.int64)
        places = np.unique((starts[:, None] + np.arange(_STRETCH)).ravel())
        return vectors_of(self._database, rows[places[places < len(rows)]], width)

    def _append(self, index: Index, last: int, width: int) -> None:
        rows, vectors = rows_after(self._database, last, width)
        while len(rows):
            index.add(rows, vectors)
            rows, vectors = rows_after(self._database, int(rows[-1]), width)

    def _exact(self, rows: Ints) -> Floats:
        return vectors_of(self._database, rows, int(self._database.meta("width") or 0))


def _wrap(index: Any, state: SavedState, exact: Any) -> Index | None:
    """Our class around a FAISS index that was read; None where it is not of the kind it claims to be."""
    import faiss

    if index.d != state.width:
        return None
    if state.kind is IndexKind.IVF and isinstance(index, faiss.IndexIVFPQ):
        out: Index = IvfIndex(state.width, exact)
    elif isinstance(index, faiss.IndexIDMap2):
        held = faiss.downcast_index(index.index)
        wanted = faiss.IndexFlatIP if state.kind is IndexKind.FLAT else faiss.IndexHNSWFlat
        if not isinstance(held, wanted):
            return None
        out = FlatIndex(state.width) if state.kind is IndexKind.FLAT else HnswIndex(state.width)
    else:
        return None
    out.faiss = index
    return out
