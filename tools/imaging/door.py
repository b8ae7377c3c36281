"""The one safe door: whatever a user hands over becomes a Study here, or one clear ImageReadError.

What a file is, is decided by its bytes and never by its name.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

from bedside.core.errors import ImageReadError
from bedside.core.study import Study
from bedside.tools.imaging import archive, csv_signal, dicom, dicom_folder, nifti, nrrd, raster, wfdb
from bedside.tools.imaging.content import EXPORT_AGAIN, UNKNOWN_FORMAT, UNREADABLE, FileContent, load, printable

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


def open_file(path: Path, *, attachment_id: str, limit_bytes: int) -> Study:
    """Turns a file into a Study.

    Args:
        path: a DICOM, NIfTI, NRRD, PNG, JPEG, TIFF or CSV file; the header, a signal file or the bare name of a WFDB
            record; a DICOMDIR or a folder of DICOM slices; or a zip of such a folder or of one file.
        attachment_id: becomes the Study's id.
        limit_bytes: what the file, and separately its decoded float32 samples, may take; held before decoding.

    Returns:
        The Study: float32, read-only; volumes in RAS and mm, signals in mV.

    Raises:
        ImageReadError: the only exception. Missing (BED-FILE-001), empty (002), damaged or not what its name claims
            (003), too large (004), impossible geometry (005), unknown format (006), no sampling rate (007), an archive
            made to harm (008).
    """
    try:
        return _open(path, attachment_id, limit_bytes)
    except ImageReadError:
        raise
    except Exception as error:
        raise ImageReadError(
            f"{printable(path.name)} is damaged: its content breaks its own format.",
            EXPORT_AGAIN,
            code=UNREADABLE,
        ) from error


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
        content = load(place, limit_bytes)
        if dicom_folder.is_directory(content.data):
            return (place, *(p for p in dicom_folder.listed_files(content) if p.is_file()))
        header = place if wfdb.is_header(content.data) else None
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
        content = load(place, limit_bytes)
        if archive.is_archive(content.data):
            return archive.read_archive(content, attachment_id, _packed)
        for _, recognises, read in READERS:
            if recognises(content.data):
                return read(content, attachment_id)
        header = wfdb.header_of(place, limit_bytes)
        if header is not None:
            return wfdb.read_record(load(header, limit_bytes), attachment_id)
    raise _unknown(content)


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
