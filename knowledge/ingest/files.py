"""Which files of a folder are documents."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from pydantic import Field

from bedside.core.base import Frozen
from bedside.core.errors import DocumentError
from bedside.knowledge.ingest.content import MISSING, cannot_open, printable
from bedside.knowledge.ingest.kinds import HEAD, Kind, kind_of

# Text under another ending (code, logs, settings) is not taken for a document unless it is named by itself.
_TEXT_ENDINGS = frozenset(["", ".txt", ".text", ".md", ".markdown", ".htm", ".html", ".xhtml"])


class FileList(Frozen):
    """The documents of a folder.

    Attributes:
        files: sorted by path.
        hidden: how many files were passed over because they or their folder are hidden.
        outside: how many links were passed over because they lead out of the folder.
        unknown: how many files of each ending are of no kind that is read.
    """

    files: tuple[Path, ...]
    hidden: int = 0
    outside: int = 0
    unknown: dict[str, int] = Field(default_factory=dict)

    @property
    def skipped(self) -> int:
        """How many files were passed over."""
        return self.hidden + self.outside + sum(self.unknown.values())


def files_in(path: Path) -> FileList:
    """The files of a folder and the folders in it that can be read as documents; of a file, that file.

    What a file is, is told by its first bytes. Nothing is followed that leads out of the folder.

    Raises:
        DocumentError: there is no such file or folder, or it cannot be opened (001).
    """
    if not path.exists():
        raise DocumentError(f"There is no file or folder {printable(path.name)}.", "Check the path.", code=MISSING)
    if not path.is_dir():
        return FileList(files=(path,))
    root = path.resolve()
    found: list[Path] = []
    unknown: Counter[str] = Counter()
    hidden = outside = 0
    for folder, below, names in os.walk(path, onerror=_refuse):
        place = Path(folder)
        hidden += sum(_count(place / name) for name in below if name.startswith("."))
        below[:] = sorted(name for name in below if not name.startswith("."))
        for file in (place / name for name in names):
            if file.name.startswith("."):
                hidden += 1
            elif not file.resolve().is_relative_to(root):
                outside += 1
            elif _is_document(file):
                found.append(file)
            else:
                unknown[file.suffix.lower() or "(none)"] += 1
    return FileList(files=tuple(sorted(found)), hidden=hidden, outside=outside, unknown=dict(sorted(unknown.items())))


def _is_document(path: Path) -> bool:
    """Whether a file is of a kind that is read; one that is damaged is listed, so that reading it says why."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return True
    if not head:
        return path.suffix.lower() in _TEXT_ENDINGS | {".pdf", ".docx"}
    try:
        kind = kind_of(head, path)
    except DocumentError as error:
        return error.code != "BED-DOC-005"
    return kind not in (Kind.TEXT, Kind.MARKDOWN, Kind.HTML) or path.suffix.lower() in _TEXT_ENDINGS


def _count(folder: Path) -> int:
    return sum(len(names) for _, _, names in os.walk(folder))


def _refuse(error: OSError) -> None:
    raise cannot_open(Path(str(error.filename or "folder")), error) from error
