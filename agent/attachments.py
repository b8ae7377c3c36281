"""Copies a file into the user's own folder before the graph starts, so that a resumed turn still has it."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from bedside.agent.memory import storage_error
from bedside.core.errors import ImageReadError

_COMPANIONS = {".dat": (".hea",), ".hea": (".dat",)}


def resolve(path: Path) -> Path:
    """The file that is meant: itself, or the WFDB header where a record is named without its ending.

    Raises:
        ImageReadError: there is no such file.
    """
    if path.exists():
        return path
    header = path.with_name(path.name + ".hea")
    if header.exists():
        return header
    raise ImageReadError(f"There is no file {path}.", "Check the name and the folder, then ask again.")


def copy_in(path: Path, folder: Path, limit_bytes: int) -> Path:
    """Copies a file (and the partner that a WFDB record needs), or a folder of DICOM slices, into `folder`.

    Args:
        path: what the user named.
        folder: the thread's folder of files.
        limit_bytes: the most that is copied.

    Returns:
        The copy; the same bytes always land in the same place.

    Raises:
        ImageReadError: missing (BED-FILE-001) or too large (BED-FILE-004).
        StorageError: the disk is full.
    """
    source = resolve(path)
    parts = sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source, *_partners(source)]
    if sum(p.stat().st_size for p in parts) > limit_bytes:
        raise ImageReadError(
            f"{source.name} is larger than the limit of {limit_bytes / 1e9:.1f} GB.",
            "Export the series you want to ask about, or raise BEDSIDE_BOUNDS__FILE_BYTES.",
            code="BED-FILE-004",
        )
    base = source if source.is_dir() else source.parent
    try:
        target = folder / _digest(parts)[:16]
        target.mkdir(parents=True, exist_ok=True)
        for part in parts:
            copy = target / part.relative_to(base)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(part, copy)
    except OSError as error:
        raise storage_error(error, folder) from error
    return target if source.is_dir() else target / source.name


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, or of all the files of a folder in order of name."""
    parts = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path, *_partners(path)]
    return _digest(parts)


def _partners(path: Path) -> list[Path]:
    found = [path.with_suffix(end) for end in _COMPANIONS.get(path.suffix.lower(), ())]
    return [p for p in found if p.exists()]


def _digest(parts: list[Path]) -> str:
    total = hashlib.sha256()
    for part in parts:
        with part.open("rb") as stream:
            while block := stream.read(1 << 20):
                total.update(block)
    return total.hexdigest()
