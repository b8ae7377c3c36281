"""A document's bytes before anything is decoded, the limits that hold, and the ways in which a document is refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bedside.core.errors import DocumentError
from bedside.core.limits import Limits

MISSING = "BED-DOC-001"
EMPTY = "BED-DOC-002"
DAMAGED = "BED-DOC-003"
TOO_LARGE = "BED-DOC-004"
UNKNOWN_FORMAT = "BED-DOC-005"
LOCKED = "BED-DOC-006"
NO_TEXT_LAYER = "BED-DOC-007"
ONLY_SCRIPTS = "BED-DOC-008"
GARBLED = "BED-DOC-009"
UNSAFE = "BED-DOC-010"
NOT_INSTALLED = "BED-DOC-011"

GET_AGAIN = "Export or download it again and give that copy."
FROM_PUBLISHER = "Get the document from its publisher again; do not use this copy."


@dataclass(frozen=True)
class FileContent:
    """One file, read once.

    Attributes:
        path: where it is.
        data: its bytes.
        limits: what it may take.
    """

    path: Path
    data: bytes
    limits: Limits

    @property
    def name(self) -> str:
        """The file's own name, safe to print: a name is user text."""
        return printable(self.path.name)

    @property
    def stem(self) -> str:
        """A title where the file tells none: its name without the ending, separators as spaces."""
        return printable(" ".join(self.path.stem.replace("_", " ").split())) or "Untitled"

    def damaged(self, why: str, do: str = GET_AGAIN) -> DocumentError:
        """The error for a file that is not, or not wholly, what its first bytes announce."""
        return DocumentError(f"{self.name} cannot be read: {why}.", do, code=DAMAGED)

    def empty(self, what: str = "it holds no text") -> DocumentError:
        """The error for a file that was read and holds nothing to quote."""
        return DocumentError(f"{self.name} has nothing to add: {what}.", "Give the file with the text.", code=EMPTY)

    def unsafe(self, why: str) -> DocumentError:
        """The error for a file that was made to exhaust whoever opens it."""
        return DocumentError(f"{self.name} is not opened: {why}.", FROM_PUBLISHER, code=UNSAFE)

    def too_large(self, why: str, limit: str) -> DocumentError:
        """The error for a file beyond the limit of that name."""
        return DocumentError(f"{self.name} is too large: {why}.", raise_limit(limit), code=TOO_LARGE)


def raise_limit(limit: str) -> str:
    """What to do about a file beyond a limit, by the limit's name."""
    return f"Give the part that matters, or raise BEDSIDE_INGEST__{limit.upper()}."


def printable(text: str, longest: int = 80) -> str:
    """Text from outside, made safe for one line of output."""
    clean = "".join(c if c.isprintable() else "?" for c in text)
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"


def regular_file(path: Path, limits: Limits, limit: Literal["file_bytes", "corpus_bytes"]) -> int:
    """The size of a regular file that is neither empty nor beyond the limit of that name.

    Raises:
        DocumentError: it is missing or no regular file (001), empty (002) or too large (004).
    """
    name = printable(path.name)
    limit_bytes = limits.file_bytes if limit == "file_bytes" else limits.corpus_bytes
    try:
        if not path.exists():
            raise DocumentError(f"There is no file {name}.", "Check the path.", code=MISSING)
        if not path.is_file():
            raise DocumentError(f"{name} is not a regular file.", "Give a file or a folder of files.", code=MISSING)
        size = path.stat().st_size
    except OSError as error:
        raise cannot_open(path, error) from error
    if size == 0:
        raise DocumentError(f"{name} is empty (0 bytes).", "Copy or export it again.", code=EMPTY)
    if size > limit_bytes:
        raise DocumentError(
            f"{name} has {size / 1e6:,.1f} MB; the limit is {limit_bytes / 1e6:,.1f} MB.",
            raise_limit(limit),
            code=TOO_LARGE,
        )
    return size


def load(path: Path, limits: Limits) -> FileContent:
    """Reads a regular file whose size is within `limits.file_bytes`.

    Raises:
        DocumentError: see `regular_file`.
    """
    regular_file(path, limits, "file_bytes")
    try:
        with path.open("rb") as file:
            data = file.read(limits.file_bytes + 1)
    except OSError as error:
        raise cannot_open(path, error) from error
    if len(data) > limits.file_bytes:
        raise DocumentError(f"{printable(path.name)} grew while it was read.", "Try again.", code=TOO_LARGE)
    return FileContent(path=path, data=data, limits=limits)


def cannot_open(path: Path, error: OSError) -> DocumentError:
    """The error for a file that the system does not hand out."""
    why = error.strerror or "the system refused"
    return DocumentError(
        f"{printable(path.name)} cannot be opened: {why}.", "Check its path and permissions.", code=MISSING
    )
