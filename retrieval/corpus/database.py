"""The SQLite file of a store: its tables, its transactions, and the sentence for each way it can fail."""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bedside.core.errors import StorageError

_BUSY_SECONDS = 20.0
_CACHE_KIB = 64 * 1024
FILE = "corpus.sqlite"

# `passages.row` and `documents.row` are never used twice (AUTOINCREMENT), so that an index that is behind can tell what
# it lacks by the last row it saw. A document's passages have consecutive rows, from `documents.first`.
_TABLES = (
    "CREATE TABLE documents (row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, collection TEXT NOT NULL, "
    "trust TEXT NOT NULL, title TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL, added TEXT NOT NULL, "
    "publisher TEXT NOT NULL, year INTEGER, link TEXT NOT NULL, pages INTEGER NOT NULL, passages INTEGER NOT NULL, "
    "replaces TEXT NOT NULL, first INTEGER NOT NULL, hash BLOB NOT NULL, "
    "UNIQUE (collection, sha256), UNIQUE (collection, source))",
    "CREATE TABLE passages (row INTEGER PRIMARY KEY AUTOINCREMENT, "
    "document INTEGER NOT NULL REFERENCES documents(row), "
    "position INTEGER NOT NULL, heading TEXT NOT NULL, page INTEGER, text TEXT NOT NULL, sentences TEXT NOT NULL, "
    "hash BLOB NOT NULL)",
    "CREATE VIEW filed AS SELECT p.row AS row, d.title AS title, p.heading AS heading, p.text AS text "
    "FROM passages p JOIN documents d ON d.row = p.document",
    "CREATE VIRTUAL TABLE words USING fts5(title, heading, text, content='filed', content_rowid='row', "
    "tokenize='porter unicode61')",
    "CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, 'row')",
)
# Made at every opening, for files from before it: without it each document that is added reads all that are held.
_REPLACED = "CREATE INDEX IF NOT EXISTS replaced ON documents (replaces) WHERE replaces <> ''"

_EVERY_STORE = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE vectors (row INTEGER PRIMARY KEY, vector BLOB NOT NULL, hash BLOB NOT NULL)",
)


class Layout(NamedTuple):
    """What one kind of store keeps beside the tables `meta` and `vectors` that every store has.

    Attributes:
        file: the name of its file.
        version: of its tables.
        tables: the statements that make them.
        numbered: the table whose rows each have a vector of the same number, given by AUTOINCREMENT.
        spans: the SELECT of `first` and `count`, the stretches of numbers that are held; a WHERE may follow it.
        opened: statements run at every opening.
        tidied: statements run after a removal.
        rewritten: whether a removal rewrites the whole file, which takes as long as the file is large.
    """

    file: str
    version: int
    tables: tuple[str, ...]
    numbered: str
    spans: str
    opened: tuple[str, ...] = ()
    tidied: tuple[str, ...] = ()
    rewritten: bool = False


DOCUMENTS = Layout(
    file=FILE,
    version=1,
    tables=_TABLES,
    numbered="passages",
    spans="SELECT first, passages AS count FROM documents",
    opened=(_REPLACED,),
    tidied=("INSERT INTO words(words) VALUES ('optimize')",),
)


class Database:
    """One connection, safe for threads; several processes may each have one (write-ahead log).

    Args:
        folder: made if need be.
        layout: what the store keeps.
    """

    def __init__(self, folder: Path, layout: Layout = DOCUMENTS) -> None:
        self.layout = layout
        self.path = folder / layout.file
        self.lock = threading.RLock()
        with self.failing():
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StorageError(
                    f"The folder {folder} cannot be made ({error.strerror}).", "Name a folder you may write to."
                ) from error
            self._db = sqlite3.connect(
                self.path, check_same_thread=False, timeout=_BUSY_SECONDS, isolation_level=None, cached_statements=256
            )
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON", f"cache_size=-{_CACHE_KIB}"):
                self._db.execute(f"PRAGMA {pragma}")
            self._prepare()

    def _prepare(self) -> None:
        with self.writing() as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                for statement in (*_EVERY_STORE, *self.layout.tables):
                    db.execute(statement)
                db.execute("INSERT INTO meta VALUES ('corpus', ?), ('removals', '0')", (uuid.uuid4().hex,))
                db.execute(f"PRAGMA user_version = {self.layout.version}")
            elif version != self.layout.version:
                raise StorageError(
                    f"The corpus {self.path} was written by another version of Bedside.",
                    "Open it with that version, export it there, and add the export here.",
                    code="BED-STORE-024",
                )
            for statement in self.layout.opened:
                db.execute(statement)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, held against this process's other threads.

        Raises:
            StorageError: the file is locked, damaged or closed.
        """
        with self.lock, self.failing():
            yield self._db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of the block is kept, or nothing of it.

        Raises:
            StorageError: another process writes for longer than we wait, the disk is full, or the file is damaged.
        """
        with self.lock, self.failing():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite itself rolls back when the disk is full
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """One state of the file for everything that is read in the block, whatever other processes write meanwhile.

        Raises:
            StorageError: as `reading`.
        """
        with self.reading() as db:
            db.execute("BEGIN")
            try:
                yield
            finally:
                if db.in_transaction:
                    db.execute("COMMIT")

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Turns what SQLite raises into a sentence."""
        try:
            yield
        except sqlite3.Error as error:
            raise corpus_error(error, self.path) from error
        except OverflowError as error:  # an integer of the file that is none of ours
            raise damaged(self.path, str(error)) from error

    def meta(self, key: str) -> str:
        """A value of the meta table; "" where there is none."""
        with self.reading() as db:
            row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def state(self) -> tuple[int, int]:
        """The last numbered row ever given, and how many removals there were: equal states hold the same."""
        with self.reading() as db:
            row = db.execute(
                "SELECT (SELECT seq FROM sqlite_sequence WHERE name = ?), "
                "(SELECT value FROM meta WHERE key = 'removals')",
                (self.layout.numbered,),
            ).fetchone()
        return int(row[0] or 0), whole(row[1], self.path)

    def close(self) -> None:
        """Closes the file; the log is folded into it."""
        with self.lock, self.failing():
            self._db.close()


def set_meta(db: sqlite3.Connection, key: str, value: str) -> None:
    """Sets a value of the meta table, within the caller's transaction."""
    db.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value", (key, value))


def whole(value: object, path: Path) -> int:
    """A whole number that the file holds as text.

    Raises:
        StorageError: it is none; the file is damaged.
    """
    try:
        return int(str(value))
    except ValueError as error:
        raise damaged(path, f"{value!r} is not a number") from error


def damaged(path: Path, why: str) -> StorageError:
    """The sentence for a file that is not what was written."""
    return StorageError(
        f"The corpus {path} is damaged ({why}).",
        "Restore a copy, or move it away and add again what it held.",
        code="BED-STORE-022",
    )


def corpus_error(error: BaseException, path: Path) -> StorageError:
    """The sentence for a failing corpus: in use, on a full disk, or damaged."""
    text = str(error).lower()
    if "locked" in text or "busy" in text:
        return StorageError(
            f"Another program is writing to the corpus {path}.",
            "Wait until it has finished, then try again; nothing was lost.",
            code="BED-STORE-020",
        )
    if "full" in text or "no space" in text or "disk i/o" in text:
        return StorageError(
            f"The disk that holds the corpus {path} is full or failing; what was added before is whole.",
            "Free some space, then add again: it goes on where it stopped.",
            code="BED-STORE-021",
        )
    if "readonly" in text or "unable to open" in text:
        return StorageError(
            f"The corpus {path} cannot be written ({error}).", "Make its folder writable.", code="BED-STORE-023"
        )
    if "closed" in text:
        return StorageError(f"The corpus {path} was closed.", "Open it again.", code="BED-STORE-025")
    return damaged(path, str(error))
