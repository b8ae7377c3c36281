"""Folders of DICOM files, as a scanner, an archive or a patient's CD leaves them, and the DICOMDIR that lists one."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bedside.core.errors import ImageReadError
from bedside.core.study import Study
from bedside.tools.imaging.content import MISSING, TOO_LARGE, FileContent, load, printable
from bedside.tools.imaging.dicom import is_dicom
from bedside.tools.imaging.dicom_series import read_images, total_within

MOST_FILES = 5_000
MOST_DEPTH = 8
DIRECTORY_NAME = "DICOMDIR"
MEDIA_DIRECTORY = re.compile(rb"1\.2\.840\.10008\.1\.3\.10(?![\d.])")


def read_folder(folder: Path, attachment_id: str, limit_bytes: int) -> Study:
    """Reads the largest series of a folder and its subfolders; linked folders are not followed.

    Returns:
        A volume: float32 along (R, A, S), mm; HU for CT. An image where the folder holds just one.

    Raises:
        ImageReadError: no DICOM image in it, slices missing, or too large.
    """
    name = printable(folder.name)
    paths = files_of(folder)
    if not paths:
        raise ImageReadError(f"The folder {name} holds no files.", "Attach a folder of DICOM slices.", code=MISSING)
    return _read(paths, folder, attachment_id, limit_bytes, "folder")


def read_directory(content: FileContent, attachment_id: str) -> Study:
    """Reads the largest series that a DICOMDIR lists (PS3.3 F.3).

    Raises:
        ImageReadError: the files it lists are not beside it, do not form a series, or are too large.
    """
    paths = listed_files(content)
    there = [path for path in paths if path.is_file()]
    if not there:
        raise ImageReadError(
            f"{content.name} lists {len(paths)} images and none is beside it.",
            "Attach the whole folder or CD, or a zip of it.",
            code=MISSING,
        )
    return _read(there, content.path, attachment_id, content.limit_bytes, "DICOMDIR")


def files_of(folder: Path) -> list[Path]:
    """The files of a folder and its subfolders, sorted; no hidden ones, and no linked folders.

    Raises:
        ImageReadError: there are more than 5,000.
    """
    found: list[Path] = []
    for place, folders, names in os.walk(folder, followlinks=False):
        here = Path(place)
        deep = len(here.relative_to(folder).parts) >= MOST_DEPTH
        folders[:] = [] if deep else [f for f in folders if not f.startswith(".")]
        found += [here / n for n in names if not n.startswith(".") and (here / n).is_file()]
        if len(found) > MOST_FILES:
            raise ImageReadError(
                f"The folder {printable(folder.name)} holds more than {MOST_FILES:,} files.",
                "Attach a folder that holds one series.",
                code=TOO_LARGE,
            )
    return sorted(found)


def is_directory(data: bytes) -> bool:
    """Whether the bytes are a DICOMDIR: the media storage directory class stands in the file's meta information."""
    return is_dicom(data) and MEDIA_DIRECTORY.search(data, 132, 1024) is not None


def listed_files(content: FileContent) -> list[Path]:
    """The files a DICOMDIR lists, each inside its own folder.

    Raises:
        ImageReadError: it is damaged, or names a file outside its folder.
    """
    import pydicom

    try:
        dataset = pydicom.dcmread(io.BytesIO(content.data))
        records = list(dataset.get("DirectoryRecordSequence") or ())
    except Exception as error:
        raise content.unreadable("its DICOM structure is damaged or cut short") from error
    folder = content.path.parent
    found = []
    for record in records[:MOST_FILES]:
        parts = _parts(record)
        if not parts:
            continue
        # PS3.10 8.2: components of a file ID are code strings, so a dot or a slash in one is an attempt to get out.
        if any(part in {"", ".", ".."} or not part.replace("_", "").replace("-", "").isalnum() for part in parts):
            raise content.unreadable("it names a file outside its own folder")
        found.append(folder.joinpath(*parts))
    return list(dict.fromkeys(found))


def _parts(record: Any) -> list[str]:
    named = record.get("ReferencedFileID")
    if not named:
        return []
    return [named] if isinstance(named, str) else [str(part) for part in named]


def _read(paths: list[Path], whole: Path, attachment_id: str, limit_bytes: int, what: str) -> Study:
    kept = [path for path in paths if _looks_dicom(path)]
    total_within((path.stat().st_size for path in kept), printable(whole.name), limit_bytes)
    return read_images(_contents(kept, limit_bytes), whole, attachment_id, limit_bytes, what)


def _contents(paths: list[Path], limit_bytes: int) -> Iterator[FileContent]:
    for path in paths:
        yield load(path, limit_bytes)


def _looks_dicom(path: Path) -> bool:
    with path.open("rb") as stream:
        return is_dicom(stream.read(132))
