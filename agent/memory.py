"""What outlives a turn: checkpoints in SQLite, the list of a user's threads, and one lock a thread.

Each user has a folder of their own under ``Settings.home``, so that no query can reach another user's rows.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside.agent.checkpoints import ModelSerializer
from bedside.core.base import Frozen
from bedside.core.errors import StorageError, ThreadError
from bedside.core.places import PLAIN_NAME, user_folder
from bedside.core.settings import Settings

if TYPE_CHECKING:
    from langgraph.checkpoint.sqlite import SqliteSaver

_BUSY_SECONDS = 10.0


class ThreadInfo(Frozen):
    """One line of `bedside threads`."""

    thread: str
    title: str
    created: float
    updated: float
    messages: int


def connect(path: Path) -> sqlite3.Connection:
    """A connection that survives kill -9 (write-ahead log) and waits for a busy database before it gives up.

    Raises:
        StorageError: the file cannot be opened, or is not a database.
    """
    try:
        db = sqlite3.connect(path, check_same_thread=False, timeout=_BUSY_SECONDS)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
    except sqlite3.Error as error:
        raise storage_error(error, path) from error
    return db


def storage_error(error: BaseException, path: Path) -> StorageError:
    """The sentence for a failing database or disk: locked, full, or damaged."""
    text = str(error).lower()
    if "locked" in text or "busy" in text:
        return StorageError(
            f"The database {path.name} is locked by another process.", "Close the other Bedside, then ask again.",
            code="BED-STORE-012",
        )  # fmt: skip
    if "full" in text or "no space" in text:
        return StorageError(
            f"The disk that holds {path} is full; nothing written before was lost.", "Free some space, then ask again.",
            code="BED-STORE-013",
        )  # fmt: skip
    return StorageError(
        f"The database {path} cannot be used ({error}).", "Move it away to start afresh, or restore a copy.",
        code="BED-STORE-014",
    )  # fmt: skip


def check_thread_id(thread: str) -> str:
    """The thread id itself, if it is one.

    Raises:
        ThreadError: it has characters that a thread id cannot have.
    """
    if not PLAIN_NAME.fullmatch(thread):
        raise ThreadError(
            f"{thread[:40]!r} cannot be a thread name.", "Use letters, digits, dots, dashes; at most 64 of them."
        )
    return thread


class Memory:
    """The checkpoints and threads of one user."""

    def __init__(self, settings: Settings) -> None:
        self.folder = user_folder(settings)
        self.path = self.folder / "threads.sqlite"
        self._lock = threading.Lock()
        self._db = connect(self.path)
        self._run(
            "CREATE TABLE IF NOT EXISTS threads "
            "(thread TEXT PRIMARY KEY, title TEXT, created REAL, updated REAL, messages INTEGER)"
        )

    def saver(self) -> SqliteSaver:
        """The checkpoint saver: only our own models are ever rebuilt."""
        from langgraph.checkpoint.sqlite import SqliteSaver

        return SqliteSaver(connect(self.path), serde=ModelSerializer())

    def note_message(self, thread: str, text: str) -> None:
        """Records that a message came in; the first one gives the thread its title."""
        now = time.time()
        title = " ".join(text.split())[:80] or "(files only)"
        self._run(
            "INSERT INTO threads VALUES (?, ?, ?, ?, 1) ON CONFLICT(thread) DO UPDATE SET "
            "updated = excluded.updated, messages = messages + 1",
            (thread, title, now, now),
        )

    def threads(self) -> tuple[ThreadInfo, ...]:
        """The user's threads, the latest first."""
        rows = self._run("SELECT thread, title, created, updated, messages FROM threads ORDER BY updated DESC")
        return tuple(ThreadInfo(thread=t, title=n, created=c, updated=u, messages=m) for t, n, c, u, m in rows)

    def has(self, thread: str) -> bool:
        """Whether this user has that thread."""
        return bool(self._run("SELECT 1 FROM threads WHERE thread = ?", (thread,)))

    def _run(self, statement: str, values: tuple[object, ...] = ()) -> list[Any]:
        """One statement as a transaction of its own; safe for threads.

        Raises:
            StorageError: the database is locked or damaged, or the disk is full.
        """
        try:
            with self._lock, self._db:
                return self._db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise storage_error(error, self.path) from error

    @contextmanager
    def only_one(self, thread: str) -> Iterator[None]:
        """Holds the thread's lock: two turns of one thread never run at once, even in two processes.

        Raises:
            ThreadError: another turn of this thread is still running.
            StorageError: the lock cannot be written.
        """
        from filelock import FileLock, Timeout

        locks = self.folder / "locks"
        lock = FileLock(locks / f"{thread}.lock", timeout=_BUSY_SECONDS)
        try:
            locks.mkdir(exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise ThreadError(
                f"Thread {thread} is still answering another message.", "Wait for it, or use a new thread.",
                code="BED-THREAD-002",
            ) from error  # fmt: skip
        except OSError as error:
            raise storage_error(error, locks) from error
        try:
            yield
        finally:
            lock.release()
