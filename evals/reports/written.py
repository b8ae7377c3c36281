"""A page or a file of marks on the disk, where somebody wants it."""

from __future__ import annotations

from pathlib import Path

from bedside.core.errors import StorageError


def written(text: str, path: Path) -> Path:
    """Writes a text into a file, whose folder is made.

    Raises:
        StorageError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{path} cannot be written ({error.strerror}).", "Give another --out.") from error
    return path
