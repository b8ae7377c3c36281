"""Zip archives: a series of DICOM slices, or one file of another kind. Nothing of an archive is written to disk."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from bedside.core.errors import ImageReadError
from bedside.core.study import Study
from bedside.tools.imaging.content import TOO_LARGE, UNKNOWN_FORMAT, UNSAFE_ARCHIVE, FileContent, printable
from bedside.tools.imaging.dicom import is_dicom
from bedside.tools.imaging.dicom_series import read_images, total_within

MAGIC = b"PK\x03\x04"
MOST_ENTRIES = 5_000
MOST_RATIO, RATIO_FROM = 300, 100_000_000
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2}
LOCKED = 0x1


def is_archive(data: bytes) -> bool:
    """Whether the bytes begin as a zip does."""
    return data.startswith(MAGIC)


def read_archive(content: FileContent, attachment_id: str, read_one: Callable[[FileContent, str], Study]) -> Study:
    """Reads the largest DICOM series of a zip, or its only file that can be read.

    Every limit is held against what the archive declares before anything is unpacked, and unpacking stops at the size
    that was declared.

    Args:
        content: the archive.
        attachment_id: becomes the Study's id.
        read_one: reads a single file that is not DICOM.

    Raises:
        ImageReadError: damaged or locked (003), too large (004), made to get out or to exhaust (008), nothing or
            more than one thing in it that can be read (006).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content.data)) as opened:
            entries = safe_entries(opened, content)
            dicom = [entry for entry in entries if is_dicom(_head(opened, entry))]
            if dicom:
                files = _contents(opened, dicom, content)
                return read_images(files, content.path, attachment_id, content.limit_bytes, "archive")
            if len(entries) != 1:
                raise _not_one(content, len(entries))
            return read_one(next(_contents(opened, entries, content)), attachment_id)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise content.unreadable("the archive is damaged or cut short") from error


def dicom_files(content: FileContent) -> Iterator[FileContent]:
    """The DICOM files of a zip, held to the same limits.

    Raises:
        ImageReadError: see `read_archive`.
    """
    with zipfile.ZipFile(io.BytesIO(content.data)) as opened:
        entries = safe_entries(opened, content)
        yield from _contents(opened, [entry for entry in entries if is_dicom(_head(opened, entry))], content)


def safe_entries(opened: zipfile.ZipFile, content: FileContent) -> list[zipfile.ZipInfo]:
    """The files of an archive that keeps to its limits; what a desktop adds of its own is left out.

    Raises:
        ImageReadError: there are too many or they are too large (004), one is locked or packed unusually (003), or one
            is made to get out or to exhaust the reader (008).
    """
    entries = [entry for entry in opened.infolist() if not entry.is_dir()]
    if len(entries) > MOST_ENTRIES:
        raise ImageReadError(
            f"{content.name} holds {len(entries):,} files; the limit is {MOST_ENTRIES:,}.",
            "Attach an archive that holds one series.",
            code=TOO_LARGE,
        )
    for entry in entries:
        _check(entry, content)
    total = sum(entry.file_size for entry in entries)
    total_within((total,), content.name, content.limit_bytes)
    if total > RATIO_FROM and total > MOST_RATIO * len(content.data):
        raise _unsafe(content, f"it would unpack to {total / len(content.data):,.0f} times its size")
    names = [(entry, PurePosixPath(entry.filename)) for entry in entries]
    return [e for e, name in names if not name.name.startswith(".") and name.parts[0] != "__MACOSX"]


def _check(entry: zipfile.ZipInfo, content: FileContent) -> None:
    name = entry.filename
    windows = PureWindowsPath(name)
    if windows.drive or windows.root or name.startswith("/") or ".." in windows.parts or "\x00" in name or not name:
        raise _unsafe(content, "it names a file outside itself")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise _unsafe(content, "it holds a link")
    if entry.flag_bits & LOCKED:
        raise content.unreadable("the archive is locked with a password", "Save it without one.")
    if entry.compress_type not in METHODS:
        raise content.unreadable("it is packed in a way other than zip's usual ones", "Pack it again.")


def _head(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with opened.open(entry) as stream:
        return stream.read(132)


def _contents(opened: zipfile.ZipFile, entries: list[zipfile.ZipInfo], content: FileContent) -> Iterator[FileContent]:
    for entry in entries:
        with opened.open(entry) as stream:
            data = stream.read(entry.file_size)
        name = Path(PurePosixPath(entry.filename).name)
        yield FileContent(name, data, hashlib.sha256(data).hexdigest(), content.limit_bytes)


def _unsafe(content: FileContent, why: str) -> ImageReadError:
    return ImageReadError(
        f"{content.name} is refused: {why}.", "Get it from its source again, as a plain zip.", code=UNSAFE_ARCHIVE
    )


def _not_one(content: FileContent, count: int) -> ImageReadError:
    held = f"{count} files that are no DICOM series" if count else "no file"
    return ImageReadError(
        f"The archive {printable(content.path.name)} holds {held}.",
        "Attach the file that the question is about, unpacked.",
        code=UNKNOWN_FORMAT,
    )
