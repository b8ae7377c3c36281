"""The bytes of a file before anything is decoded, and the ways in which a file is refused."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from bedside.core.errors import ImageReadError
from bedside.tools.imaging import allowance

MISSING = "BED-FILE-001"
EMPTY = "BED-FILE-002"
UNREADABLE = "BED-FILE-003"
TOO_LARGE = "BED-FILE-004"
GEOMETRY = "BED-FILE-005"
UNKNOWN_FORMAT = "BED-FILE-006"
NO_SAMPLING_RATE = "BED-FILE-007"
UNSAFE_ARCHIVE = "BED-FILE-008"
TOO_COSTLY = "BED-FILE-009"
DECODER_CRASHED = "BED-FILE-010"

EXPORT_AGAIN = "Export the file again from its source and attach that copy."


@dataclass(frozen=True)
class FileContent:
    """One file, read once.

    Attributes:
        path: where it is; only its name is ever shown, and never used to guess what it holds.
        data: its bytes.
        sha256: of `data`, in hex.
        limit_bytes: what the file and, separately, its decoded float32 samples may take.
    """

    path: Path
    data: bytes
    sha256: str
    limit_bytes: int

    @property
    def name(self) -> str:
        """The file's own name, safe to print: a name is user text."""
        return printable(self.path.name)

    def unreadable(self, why: str, do: str = EXPORT_AGAIN) -> ImageReadError:
        """The error for a file that is not, or not wholly, what its first bytes announce."""
        return ImageReadError(f"{self.name} cannot be read: {why}.", do, code=UNREADABLE)

    def bad_geometry(self, why: str) -> ImageReadError:
        """The error for samples that decode but whose shape, spacing or orientation cannot be right."""
        return ImageReadError(
            f"{self.name} has no usable geometry: {why}.", "Export it again with its geometry intact.", code=GEOMETRY
        )

    def require_decoded_size(self, samples: int) -> None:
        """Refuses, before decoding, what would take more than the limit as float32.

        Raises:
            ImageReadError: `samples` is not positive (005) or too many (004).
        """
        if samples <= 0:
            raise self.bad_geometry("it declares no samples")
        if samples * 4 > self.limit_bytes:
            raise ImageReadError(
                f"{self.name} would take {samples * 4 / 1e6:,.0f} MB once decoded; "
                f"the limit is {self.limit_bytes / 1e6:,.0f} MB.",
                "Crop or downsample it, or raise `bounds.file_bytes`.",
                code=TOO_LARGE,
            )
        allowance.announce(samples)


def too_costly(name: str, what: str) -> ImageReadError:
    """The error for a file whose reading was stopped because it took too much ``time`` or ``memory``."""
    return ImageReadError(
        f"Reading {name} took more {what} than a file of its size may, and was stopped.", EXPORT_AGAIN, code=TOO_COSTLY
    )


def printable(text: str, longest: int = 80) -> str:
    """Text from outside, made safe for one line of output."""
    clean = "".join(c if c.isprintable() else "?" for c in text)
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"


def load(path: Path, limit_bytes: int) -> FileContent:
    """Reads a regular file whose size is within the limit.

    Raises:
        ImageReadError: it is missing (001), empty (002), not a regular file or not readable (003), or too large (004).
    """
    return _read(path, limit_bytes, -1)


def load_head(path: Path, limit_bytes: int, size: int) -> FileContent:
    """Reads the first `size` bytes, to tell what a file is; raises as `load` does."""
    return _read(path, limit_bytes, size)


def _read(path: Path, limit_bytes: int, most: int) -> FileContent:
    name = printable(path.name)
    if not path.exists():
        raise ImageReadError(f"There is no file {name}.", "Check the path.", code=MISSING)
    if not path.is_file():
        raise ImageReadError(f"{name} is not a regular file.", "Attach a file or a DICOM folder.", code=UNREADABLE)
    try:
        size = path.stat().st_size
        if size == 0:
            raise ImageReadError(f"{name} is empty (0 bytes).", "Copy or export it again.", code=EMPTY)
        if size > limit_bytes:
            raise ImageReadError(
                f"{name} has {size / 1e6:,.1f} MB; the limit is {limit_bytes / 1e6:,.1f} MB.",
                "Attach a smaller file, or raise `bounds.file_bytes`.",
                code=TOO_LARGE,
            )
        with path.open("rb") as stream:
            data = stream.read(most)
    except OSError as error:
        raise ImageReadError(
            f"{name} cannot be opened: {error.strerror or 'the system refused'}.",
            "Check its permissions.",
            code=UNREADABLE,
        ) from error
    return FileContent(path=path, data=data, sha256=hashlib.sha256(data).hexdigest(), limit_bytes=limit_bytes)
