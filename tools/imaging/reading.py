"""Which reader reads a file, by its bytes and never by its name; runs in the decoding process behind the door."""

from __future__ import annotations

import contextlib
import importlib
import warnings
from collections.abc import Callable
from pathlib import Path

from bedside.core.errors import ImageReadError
from bedside.core.study import Study
from bedside.tools.imaging import archive, csv_signal, dicom, dicom_folder, nifti, nrrd, raster, wfdb
from bedside.tools.imaging.content import (
    EXPORT_AGAIN,
    UNKNOWN_FORMAT,
    UNREADABLE,
    FileContent,
    load,
    load_head,
    printable,
)

Reader = Callable[[FileContent, str], Study]
READERS: tuple[tuple[str, Callable[[bytes], bool], Reader], ...] = (
    ("DICOMDIR", dicom_folder.is_directory, dicom_folder.read_directory),
    ("DICOM", dicom.is_dicom, dicom.read_dicom),
    ("picture", raster.is_raster, raster.read_raster),
    ("NIfTI", nifti.is_nifti, nifti.read_nifti),
    ("NRRD", nrrd.is_nrrd, nrrd.read_nrrd),
    ("WFDB header", wfdb.is_header, wfdb.read_record),
    ("CSV signal", csv_signal.is_csv_signal, csv_signal.read_csv_signal),
)
DECODERS = {
    "DICOM": ("pydicom", "pydicom.pixels", "pydicom.pixels.decoders", "openjpeg", "libjpeg", "nibabel"),
    "picture": ("PIL.Image", "PIL.PngImagePlugin", "PIL.JpegImagePlugin", "PIL.TiffImagePlugin", "PIL.ImageOps"),
    "NIfTI": ("nibabel",),
    "NRRD": ("nibabel",),
    "WFDB header": ("wfdb",),
}
HEAD_BYTES = 1_000_000
LARGEST_DIRECTORY = 20_000_000  # bytes of a DICOMDIR that is read outside the decoding process
CLAIMS = {
    (".dcm", ".dicom"): "DICOM",
    (".nii", ".nii.gz"): "NIfTI",
    (".nrrd", ".nhdr"): "NRRD",
    (".png",): "PNG",
    (".jpg", ".jpeg"): "JPEG",
    (".tif", ".tiff"): "TIFF",
    (".hea", ".dat"): "WFDB",
    (".csv", ".tsv"): "a table of samples",
    (".zip",): "a zip archive",
}


def read_here(path: Path, attachment_id: str, limit_bytes: int) -> Study:
    """Turns a file into a Study in this process; `door.open_file` says what it takes, gives and raises.

    Raises:
        ImageReadError: the only exception, but for MemoryError.
    """
    try:
        return _open(path, attachment_id, limit_bytes)
    except (ImageReadError, MemoryError):
        raise
    except Exception as error:
        raise ImageReadError(
            f"{printable(path.name)} is damaged: its content breaks its own format.",
            EXPORT_AGAIN,
            code=UNREADABLE,
        ) from error


def size_of(path: Path) -> int:
    """Bytes of a file with what it needs beside it, or of the files of a folder; 0 where that cannot be told."""
    try:
        if path.is_dir():
            return sum(p.stat().st_size for p in dicom_folder.files_of(path))
        place = _existing(path)
        if place.name.upper() == dicom_folder.DIRECTORY_NAME:
            return size_of(place.parent)
        header = place.with_suffix(".hea")
        beside = wfdb.signal_files(head_of(header)) if header.is_file() else ()
        files = {place, *(place.parent / name for name in beside)}
        return sum(p.stat().st_size for p in files if p.is_file())
    except (OSError, ValueError, ImageReadError):
        return 0


def warm_up(path: Path) -> None:
    """Imports what reading this kind of file needs, so that a file's own allowance pays for the file alone."""
    try:
        data = b"" if path.is_dir() else head_of(_existing(path))
        recorded = path.with_suffix(".hea").is_file()
    except (OSError, ValueError):
        return
    kind = next((kind for kind, recognises, _ in READERS if recognises(data)), "WFDB header" if recorded else "")
    if path.is_dir() or kind == "DICOMDIR" or archive.is_archive(data):
        kind = "DICOM"
    modules = DECODERS.get(kind, ())
    for module in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)


def head_of(path: Path) -> bytes:
    """The first bytes of a file, enough to tell what it is; nothing of a device or a pipe."""
    if not path.is_file():
        return b""
    with path.open("rb") as stream:
        return stream.read(HEAD_BYTES)


def companions(path: Path, limit_bytes: int) -> tuple[Path, ...]:
    """Every file that `path` needs beside it, itself first: what a copy of an attachment must hold.

    A WFDB record has a header and signal files, a DICOMDIR the files it lists; everything else is one file, or the
    files of a folder and its subfolders.

    Raises:
        ImageReadError: `path` is missing or unreadable.
    """
    place = _existing(path)
    if place.is_dir():
        return tuple(dicom_folder.files_of(place))
    header = wfdb.header_of(place, limit_bytes)
    if header is None:
        head = load_head(place, limit_bytes, HEAD_BYTES)
        if dicom_folder.is_directory(head.data):
            listed = dicom_folder.listed_files(load(place, min(limit_bytes, LARGEST_DIRECTORY)))
            return (place, *(p for p in listed if p.is_file()))
        header = place if wfdb.is_header(head.data) else None
    if header is None:
        return (place,)
    beside = [header, *(header.parent / name for name in wfdb.signal_files(header.read_bytes()))]
    return (place, *(p for p in dict.fromkeys(beside) if p != place and p.is_file()))


def _open(path: Path, attachment_id: str, limit_bytes: int) -> Study:
    place = _existing(path)
    # Decoders warn about what they repair; a reader of the answer gets the Study's notes instead.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if place.is_dir():
            return dicom_folder.read_folder(place, attachment_id, limit_bytes)
        head = load_head(place, limit_bytes, HEAD_BYTES)
        if archive.is_archive(head.data):
            return archive.read_archive(load(place, limit_bytes), attachment_id, _packed)
        for _, recognises, read in READERS:
            if recognises(head.data):
                return read(load(place, limit_bytes), attachment_id)
        header = wfdb.header_of(place, limit_bytes)
        if header is not None:
            return wfdb.read_record(load(header, limit_bytes), attachment_id)
    raise _unknown(head)


def _packed(content: FileContent, attachment_id: str) -> Study:
    """A single file out of an archive; an archive in it, or what needs files beside it, is not read."""
    for kind, recognises, read in READERS:
        if recognises(content.data) and kind not in {"DICOMDIR", "WFDB header"}:
            return read(content, attachment_id)
    raise _unknown(content)


def _existing(path: Path) -> Path:
    """The path itself, or the header of the WFDB record that it names without an ending."""
    header = path.with_name(f"{path.name}.hea") if path.name else path
    return header if not path.exists() and header.is_file() else path


def _unknown(content: FileContent) -> ImageReadError:
    name = content.path.name.lower()
    claim = next((kind for endings, kind in CLAIMS.items() if name.endswith(endings)), "")
    if claim == "WFDB":
        return content.unreadable(
            "no WFDB header beside it describes it" if name.endswith(".dat") else "it is not a WFDB header",
            "Attach the .hea and .dat files of one record from one folder.",
        )
    if claim:
        return content.unreadable(f"its name says {claim} but it holds {_looks_like(content.data)}")
    return ImageReadError(
        f"{content.name} is in no format that Bedside reads (it holds {_looks_like(content.data)}).",
        "Attach DICOM (a file, a folder or a zip), NIfTI, NRRD, PNG, JPEG, TIFF, a WFDB record or a CSV of samples.",
        code=UNKNOWN_FORMAT,
    )


def _looks_like(data: bytes) -> str:
    head = data[:4096]
    if head.startswith(b"%PDF"):
        return "a PDF"
    if b"\x00" not in head:
        try:
            head[: max(1, len(head) - 4)].decode("utf-8")
        except UnicodeDecodeError:
            return "bytes of another kind"
        return "text"
    return "bytes of another kind"
