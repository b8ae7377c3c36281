"""Every trace of what was removed goes from every file, at once or at the next start."""

from __future__ import annotations

import logging

from bedside.core.errors import StorageError, StoreIndexError
from bedside.retrieval.corpus import writing
from bedside.retrieval.corpus.database import Database
from bedside.retrieval.corpus.followed import FollowingIndex

_LOG = logging.getLogger(__name__)


def erase(database: Database, index: FollowingIndex) -> bool:
    """Rewrites every file that may hold what was removed; False while another process reads.

    Raises:
        StoreIndexError: a server that holds the vectors does not answer.
    """
    index.forget_saved()
    done = writing.purge(database)
    index.save()
    if done:
        writing.purged(database)
    return done


def erase_the_rest(database: Database, index: FollowingIndex) -> None:
    """Finishes a removal that was interrupted; what cannot be done yet, the next start does."""
    try:
        erase(database, index)
    except StoreIndexError as error:
        _LOG.warning("%s", error)


def erase_or_say(database: Database, index: FollowingIndex) -> None:
    """As `erase`, for a user who waits for it.

    Raises:
        StorageError: a trace is left, and when it will go.
    """
    try:
        done = erase(database, index)
    except StoreIndexError as error:
        raise StorageError(
            f"It was removed here, but its vectors are still on the server. {error.what}",
            "Start the server and open the corpus again: the rest is then taken out.",
            code="BED-STORE-033",
        ) from error
    if not done:
        raise StorageError(
            "It was removed, but another program is reading the corpus, so its text is still in the log file.",
            "Close the other program and open the corpus again: the rest is then erased.",
            code="BED-STORE-032",
        )
