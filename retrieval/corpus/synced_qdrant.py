"""The vectors of a corpus on a Qdrant server, kept in step with SQLite.

SQLite stays the truth and holds every vector too; the server holds a copy to search in, in a collection named after
the corpus. Whatever the server lacks is sent, whatever it holds besides is taken out, so that it does not matter
where a process was killed, or whether the server lost its data.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import ValidationError

from bedside.core.base import Frozen
from bedside.core.errors import StoreIndexError
from bedside.retrieval.corpus import saved
from bedside.retrieval.corpus.database import Database, corpus_error
from bedside.retrieval.corpus.qdrant import QdrantIndex, answering
from bedside.retrieval.corpus.rows import count_rows, rows_after, rows_of, vectors_of

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

_LOG = logging.getLogger(__name__)
_FILE = "qdrant.json"
_PREFIX = "bedside-"
_SENT = 4096
_ROUNDS = 5  # while other processes write meanwhile


class _Seen(Frozen):
    """How much of which corpus which server has: the last passage row sent, and how many removals it followed."""

    corpus: str
    server: str
    last: int
    removals: int


class SyncedQdrant:
    """A `FollowingIndex` on a Qdrant server.

    Args:
        database: the source of truth.
        folder: where it is noted how much the server has.
        server: its address; what is noted of another one does not count.
        connect: makes the client, once it is needed.
    """

    def __init__(self, database: Database, folder: Path, server: str, connect: Callable[[], QdrantClient]) -> None:
        self._database = database
        self._folder = folder
        self._server = server
        self._connect = connect
        self._client: QdrantClient | None = None
        self._index: QdrantIndex | None = None
        self._seen: _Seen | None = None
        self._noted: _Seen | None = None

    @property
    def name(self) -> str:
        """The collection's name on the server."""
        return _PREFIX + self._database.meta("corpus")

    def reach(self) -> None:
        """Asks the server whether the collection is there.

        Raises:
            StoreIndexError: it does not answer.
        """
        with self._database.lock, answering():
            self._connected().collection_exists(self.name)

    def fresh(self) -> QdrantIndex | None:
        """The collection in step with what SQLite holds now; None for a corpus that never held anything.

        Raises:
            StorageError: SQLite cannot be read.
            StoreIndexError: the server does not answer.
        """
        with self._database.lock:
            width = int(self._database.meta("width") or 0)
            if not width:
                return None
            if self._index is None:
                with answering():
                    client = self._connected()
                self._index = QdrantIndex(client, self.name, width)
                self._seen = None
                self._catch_up(self._index, self._read(), width)
            elif self._seen is None or (self._seen.last, self._seen.removals) != self._database.state():
                self._catch_up(self._index, self._seen, width)
            return self._index

    def save(self) -> None:
        """Sends what the server lacks and notes how much it has.

        Raises:
            StorageError: SQLite cannot be read.
            StoreIndexError: the server does not answer.
        """
        with self._database.lock:
            if self.fresh() is None or self._seen is None or self._seen == self._noted:
                return
            path = self._folder / _FILE
            part = path.with_name(path.name + ".part")
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                part.write_text(self._seen.model_dump_json(), encoding="utf-8")
                part.replace(path)
                self._noted = self._seen
            except OSError as error:
                _LOG.warning("%s cannot be written (%s): the next start compares all rows.", path, error)

    def forget_saved(self) -> None:
        """Deletes the note, and the FAISS index from before there was a server.

        Raises:
            StorageError: they cannot be deleted.
        """
        with self._database.lock:
            self._noted = None
            try:
                (self._folder / _FILE).unlink(missing_ok=True)
                saved.delete(self._folder)
            except OSError as error:
                raise corpus_error(error, self._folder) from error

    def close(self) -> None:
        """Closes the connection."""
        client, self._client, self._index, self._seen = self._client, None, None, None
        if client is not None:
            client.close()

    def _connected(self) -> QdrantClient:
        self._client = self._client or self._connect()
        return self._client

    def _read(self) -> _Seen | None:
        try:
            seen = _Seen.model_validate_json((self._folder / _FILE).read_text(encoding="utf-8"))
        except (OSError, ValidationError, ValueError):
            return None
        return seen if (seen.corpus, seen.server) == (self._database.meta("corpus"), self._server) else None

    def _catch_up(self, index: QdrantIndex, seen: _Seen | None, width: int) -> None:
        """Sends and takes out until the server holds what SQLite holds.

        What is noted is believed as far as the number of vectors bears it out; else every row is compared.
        """
        corpus = self._database.meta("corpus")
        for _ in range(_ROUNDS):
            with self._database.snapshot():
                (last, removals), count = self._database.state(), count_rows(self._database)
                if seen is None or seen.last > last or seen.removals != removals:
                    self._even_out(index, width)
                else:
                    self._append(index, seen.last, width)
            held = len(index)
            seen = _Seen(corpus=corpus, server=self._server, last=last, removals=removals)
            if self._database.state() != (last, removals):
                continue  # another process wrote meanwhile, or took out what was just sent
            if held == count:
                break
            seen = None
        if seen is None:
            raise StoreIndexError(
                f"The Qdrant collection {self.name!r} does not keep the vectors of this corpus.",
                "See what else writes to it; then delete that collection: it is filled again.",
                code="BED-INDEX-006",
            )
        self._seen = seen

    def _even_out(self, index: QdrantIndex, width: int) -> None:
        held, wanted = index.rows(), rows_of(self._database)
        index.remove(np.setdiff1d(held, wanted, assume_unique=True))
        lacking = np.setdiff1d(wanted, held, assume_unique=True)
        for start in range(0, len(lacking), _SENT):
            rows = lacking[start : start + _SENT]
            index.add(rows, vectors_of(self._database, rows, width))

    def _append(self, index: QdrantIndex, last: int, width: int) -> None:
        rows, vectors = rows_after(self._database, last, width)
        while len(rows):
            index.add(rows, vectors)
            rows, vectors = rows_after(self._database, int(rows[-1]), width)
