"""What the store asks of any index that follows its SQLite file."""

from __future__ import annotations

from typing import Protocol

from bedside.retrieval.corpus.vectors import VectorIndex


class FollowingIndex(Protocol):
    """The vectors of one corpus, in step with SQLite. Hold the database's lock while a search runs."""

    def reach(self) -> None:
        """Asks whether the vectors can be written at all, before an hour is spent on making them.

        Raises:
            StoreIndexError: the server that holds them does not answer.
        """
        ...

    def fresh(self) -> VectorIndex | None:
        """The index in step with what SQLite holds now; None for a corpus that never held anything.

        Raises:
            StorageError: SQLite cannot be read.
            StoreIndexError: the server that holds the vectors does not answer.
        """
        ...

    def save(self) -> None:
        """Brings the index in step, and keeps what the next start needs.

        Raises:
            StorageError: SQLite cannot be read.
            StoreIndexError: the server that holds the vectors does not answer.
        """
        ...

    def forget_saved(self) -> None:
        """Deletes what is saved beside SQLite: before what was removed from SQLite may not be in any file.

        Raises:
            StorageError: it cannot be deleted.
        """
        ...

    def close(self) -> None:
        """Lets go of files and connections."""
        ...
