"""Verdicts of the core model kept on disk, so that the same question about the same words is asked once."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from bedside.core.errors import StorageError

TABLE = "CREATE TABLE IF NOT EXISTS verdicts (key TEXT PRIMARY KEY, body TEXT NOT NULL)"
LOCK_SECONDS = 5.0


class Verdicts:
    """Verdicts by the hash of what was judged: another model, another opening, another text is another verdict.

    Args:
        path: an SQLite file; it holds hashes and verdicts, no text of a claim or a patient. Several may share it.
        model: who judges.
        opening: the instruction and examples before each question.
        lock_seconds: how long to wait for another process that writes.
    """

    def __init__(
        self, path: Path, model: BaseChatModel, opening: Sequence[BaseMessage], lock_seconds: float = LOCK_SECONDS
    ) -> None:
        self._path = path
        self._model = getattr(model, "model_name", None) or type(model).__name__
        self._version = hashlib.sha256("".join(m.text for m in opening).encode()).hexdigest()
        self._lock_seconds = lock_seconds

    def get(self, *words: str) -> str | None:
        """The verdict on these words, None where there is none.

        Raises:
            StorageError: the cache is locked or damaged.
        """
        with self._database() as database:
            row = database.execute("SELECT body FROM verdicts WHERE key = ?", (self._key(words),)).fetchone()
        return str(row[0]) if row is not None else None

    def put(self, body: str, *words: str) -> None:
        """Keeps the verdict on these words.

        Raises:
            StorageError: the cache is locked or damaged, or the disk is full.
        """
        with self._database() as database:
            database.execute("INSERT OR REPLACE INTO verdicts VALUES (?, ?)", (self._key(words), body))

    def _key(self, words: tuple[str, ...]) -> str:
        return hashlib.sha256(json.dumps([self._model, self._version, *words]).encode()).hexdigest()

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=self._lock_seconds)) as database, database:
                database.execute(TABLE)
                yield database
        except (sqlite3.Error, OSError) as error:
            raise StorageError(
                f"The verdict cache {self._path.name} cannot be used: {error}.",
                f"Close other programs that use it, or delete {self._path}: it is made again.",
                code="BED-STORE-015",
            ) from error
