"""Copies a file into the user's own folder before the graph starts, so that a resumed turn still has it."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from bedside.agent.memory import storage_error
from bedside.core.errors import ImageReadError
from bedside.tools.imaging.door import companions
from bedside.tools.record.source import check_size, is_record, record_files


def copy_in(path: Path, folder: Path, limit_bytes: int, record_bytes: int | None = None) -> Path:
    """Copies a file and what it needs beside it (the header of a WFDB record, the slices of a series,
    what a DICOMDIR lists, the JSON files of a patient's record) into `folder`.

    Args:
        path: what the user named; a WFDB record may be named without its ending.
        folder: the thread's folder of files.
        limit_bytes: the most that is copied.
        record_bytes: the same for a patient's record; as `limit_bytes` where it is None.

    Returns:
        The copy; the same bytes always land in the same place.

    Raises:
        ImageReadError: missing, not readable (BED-FILE-001) or too large (BED-FILE-004).
        RecordError: a patient's record is too large (BED-RECORD-004).
        StorageError: the disk is full.
    """
    try:
        record = is_record(path)
        parts = record_files(path) if record else _parts(path, limit_bytes)
        size = sum(p.stat().st_size for p in parts)
        if record:
            check_size(path, size, limit_bytes if record_bytes is None else record_bytes)
        if size > limit_bytes:
            raise ImageReadError(
                f"{path.name} is larger than the limit of {limit_bytes / 1e9:.1f} GB.",
                "Export the series you want to ask about, or raise BEDSIDE_BOUNDS__FILE_BYTES.",
                code="BED-FILE-004",
            )
        name = sha256_of(parts)[:16]
    except (OSError, ValueError) as error:  # not permitted, a name too long, a NUL in it
        why = getattr(error, "strerror", None) or str(error)
        advice = "Check its name and its permissions, then ask again."
        raise ImageReadError(f"{str(path)[:200]!r} cannot be read ({why}).", advice) from error
    try:
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        for part in parts:
            place = target / _place(part, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(part, place)
    except OSError as error:
        raise storage_error(error, folder) from error
    return target if path.is_dir() else target / parts[0].name


def _place(part: Path, path: Path) -> Path:
    """Where a part lies in the copy: as it lies in the folder, or beside the file, that was attached."""
    base = path if path.is_dir() else path.parent
    return part.relative_to(base) if part.is_relative_to(base) else Path(part.name)


def _parts(path: Path, limit_bytes: int) -> tuple[Path, ...]:
    """What is copied; a file that cannot be read goes along as it is, and intake says in the answer why it cannot."""
    try:
        return companions(path, limit_bytes)
    except ImageReadError:
        if not path.is_file():
            raise
        return (path,)


def sha256_of(parts: tuple[Path, ...]) -> str:
    """The sha256 of the files' bytes, one after the other."""
    total = hashlib.sha256()
    for part in parts:
        with part.open("rb") as stream:
            while block := stream.read(1 << 20):
                total.update(block)
    return total.hexdigest()


def sha256_of_copy(copy: Path) -> str:
    """The sha256 of an attachment's copy: a file with what was copied beside it, or a folder."""
    folder = copy if copy.is_dir() else copy.parent
    return sha256_of(tuple(sorted(p for p in folder.rglob("*") if p.is_file())))
