"""Brings the files of one message together in one folder, as the Assistant needs them."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Sequence
from pathlib import Path

from bedside.core.errors import ImageReadError, StorageError
from bedside.tools.imaging.content import printable
from bedside.tools.imaging.door import companions


def gather(uploads: Sequence[str], folder: Path, limit_bytes: int) -> list[Path]:
    """Moves uploads into one new folder, because a WFDB header and its signal file must lie side by side.

    Args:
        uploads: paths at which Gradio keeps what was dropped, one folder a file.
        folder: the session's own folder.
        limit_bytes: what the files together may hold.

    Returns:
        The files to ask about; a signal file whose header was dropped too is not named again.

    Raises:
        ImageReadError: together they are too large (BED-FILE-004).
        StorageError: the disk is full.
    """
    if sum(Path(u).stat().st_size for u in uploads) > limit_bytes:
        raise ImageReadError(
            f"The files are larger together than the limit of {limit_bytes / 1e9:.1f} GB.",
            "Attach fewer files, or raise BEDSIDE_BOUNDS__FILE_BYTES.",
            code="BED-FILE-004",
        )
    here = folder / uuid.uuid4().hex[:8]
    placed: list[Path] = []
    try:
        for number, upload in enumerate(uploads):
            name = Path(upload).name
            # Two files of one name keep their names, so each lies in a folder of its own.
            place = here / name if not (here / name).exists() else here / str(number) / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(upload, place)
            placed.append(place)
    except OSError as error:
        raise StorageError(
            f"{printable(Path(upload).name)} could not be stored ({error.strerror}).",
            "Free some space, then try again.",
        ) from error
    return _without_companions(placed, limit_bytes)


def _without_companions(placed: list[Path], limit_bytes: int) -> list[Path]:
    """One name for each WFDB record: its header stands for its signal files."""
    spoken_for: set[Path] = set()
    for path in placed:
        if path.suffix.lower() == ".hea":
            spoken_for.update(c for c in _companions(path, limit_bytes) if c != path)
    return [p for p in placed if p not in spoken_for]


def _companions(path: Path, limit_bytes: int) -> tuple[Path, ...]:
    try:
        return companions(path, limit_bytes)
    except ImageReadError:
        return ()  # the door says why when the Assistant opens the file; here it only means "stands alone"
