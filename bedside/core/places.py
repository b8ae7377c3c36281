"""Where a user's data are: each user has a folder of their own under ``Settings.home``."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from bedside.core.errors import StorageError
from bedside.core.settings import Settings

PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def user_folder(settings: Settings) -> Path:
    """The user's own folder, made if need be. Names that are not plain get a hash, so that no name leaves the folder.

    Raises:
        StorageError: the folder cannot be made.
    """
    name = settings.user
    plain = name if PLAIN_NAME.fullmatch(name) else hashlib.sha256(name.encode()).hexdigest()[:24]
    folder = settings.home / "users" / plain
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"The folder {folder} cannot be made ({error.strerror}).", "Set BEDSIDE_HOME to a folder you may write to."
        ) from error
    return folder


def documents_folder(settings: Settings) -> Path:
    """Where the documents that the user has added are kept; it need not exist.

    Raises:
        StorageError: the user's folder cannot be made.
    """
    return user_folder(settings) / "documents"


def cases_folder(settings: Settings) -> Path:
    """Where the cases that the user has added for comparison are kept; it need not exist.

    Raises:
        StorageError: the user's folder cannot be made.
    """
    return user_folder(settings) / "cases"
