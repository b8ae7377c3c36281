"""The DICOM images behind a Study, as headers: what a SEG or SR made from it has to refer to.

The door has read these files whole, in a process that may die of them; here only their headers are read again, and no
pixel is decoded.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bedside.core.errors import ExportError
from bedside.core.study import Study
from bedside.tools.imaging import archive, dicom_folder
from bedside.tools.imaging import dicom_tags as tags
from bedside.tools.imaging.content import load
from bedside.tools.imaging.dicom import is_dicom

NO_SERIES, NOT_POSSIBLE = "BED-EXPORT-001", "BED-EXPORT-002"
_LARGEST = 2_000_000_000
# What PS3.3 has in every composite object though it may be empty (type 2).
_MAY_BE_EMPTY = (
    "PatientID", "PatientName", "PatientBirthDate", "PatientSex", "AccessionNumber", "StudyID", "StudyDate",
    "StudyTime", "ReferringPhysicianName",
)  # fmt: skip
# What identifies an object where its own tag is empty, as some de-identification leaves it: PS3.10 7.1 has both twice.
_IN_META = {"SOPClassUID": "MediaStorageSOPClassUID", "SOPInstanceUID": "MediaStorageSOPInstanceUID"}
STOOD_IN = (
    "The series does not say which study or series it is; identifiers made from its content stand in the SEG and SR."
)


def source_images(study: Study) -> tuple[list[Any], tuple[str, ...]]:
    """The headers behind the slices of a Study.

    Returns:
        One pydicom dataset a slice, in stored order, or the one dataset of a multi-frame file; and notes on what was
        put in where a header is empty.

    Raises:
        ExportError: the Study has no DICOM behind it (001), or its files are gone or changed (002).
    """
    if not study.instances or study.path is None:
        raise ExportError(
            "The file is not DICOM, so that a SEG or SR would have no series to refer to.",
            "Attach the DICOM series; the masks are there as NIfTI or PNG, the figures in the answer.",
            code=NO_SERIES,
        )
    wanted = dict.fromkeys(instance.partition("#")[0] for instance in study.instances)
    found: dict[str, Any] = {}
    try:
        for dataset in _headers(study.path):
            uid = tags.instance(dataset)
            if uid in wanted:
                found[uid] = dataset
    except Exception as error:
        raise not_possible("its DICOM files can no longer be read") from error
    if len(found) < len(wanted):
        raise not_possible("some of its DICOM files are no longer there")
    images = [found[uid] for uid in wanted]
    _all_frames(study, images)
    stood_in = [_completed(study, image) for image in images]
    return images, (STOOD_IN,) if any(stood_in) else ()


def patient_number(study: Study) -> str:
    """The patient's number in the DICOM files of a Study; "" where there are none, or none is given.

    It is compared and never kept.
    """
    if not study.instances or study.path is None:
        return ""
    try:
        return next((str(d.get("PatientID") or "").strip() for d in _headers(study.path) if _of(study, d)), "")
    except Exception as error:
        raise not_possible("its DICOM files can no longer be read") from error


def not_possible(why: str) -> ExportError:
    """The error for DICOM over which no SEG or SR can be written."""
    return ExportError(
        f"A SEG or SR over this series cannot be written: {why}.",
        "Export the series again from its source; the masks are there as NIfTI or PNG.",
        code=NOT_POSSIBLE,
    )


def _of(study: Study, dataset: Any) -> bool:
    return any(i.partition("#")[0] == tags.instance(dataset) for i in study.instances)


def _completed(study: Study, image: Any) -> bool:
    """Fills what highdicom needs and the header lacks; whether study or series had to be made up."""
    from pydicom.uid import generate_uid

    for tag, twin in _IN_META.items():
        if not image.get(tag):
            setattr(image, tag, str(image.file_meta.get(twin) or ""))
    for tag in _MAY_BE_EMPTY:
        if tag not in image:
            setattr(image, tag, "")
    if not image.get("SliceThickness"):
        _without_thickness(study, image)
    empty = [tag for tag in ("StudyInstanceUID", "SeriesInstanceUID") if not image.get(tag)]
    for tag in empty:
        setattr(image, tag, generate_uid(entropy_srcs=[study.info.sha256, tag]))
    return bool(empty)


def _without_thickness(study: Study, image: Any) -> None:
    """The step of a volume stands for the thickness of its slices; a film has none, and then no spacing in its SEG."""
    if study.info.kind == "volume" and study.affine is not None:
        from bedside.tools.imaging.export.grids import stored_axes

        along = {"R": 0, "L": 0, "A": 1, "P": 1, "S": 2, "I": 2}[stored_axes(study)[2]]
        image.SliceThickness = f"{(study.info.spacing or (1.0, 1.0, 1.0))[along]:.6g}"
    elif "PixelSpacing" in image:
        del image.PixelSpacing


def _all_frames(study: Study, images: list[Any]) -> None:
    """Refuses a multi-frame file of which a part was read: its frames and the mask's slices are not one to one."""
    frames = [int(instance.partition("#")[2]) for instance in study.instances if "#" in instance]
    if frames and frames != list(range(1, int(images[0].get("NumberOfFrames") or 1) + 1)):
        raise not_possible("only some of its frames were read, or in another order")


def _headers(path: Path) -> Iterator[Any]:
    import pydicom

    def header(data: Any) -> Any:
        return pydicom.dcmread(data, stop_before_pixels=True)

    if path.is_dir():
        yield from (header(p) for p in dicom_folder.files_of(path) if _is_dicom(p))
        return
    content = load(path, _LARGEST)
    if archive.is_archive(content.data):
        yield from (header(io.BytesIO(one.data)) for one in archive.dicom_files(content))
    elif dicom_folder.is_directory(content.data):
        yield from (header(p) for p in dicom_folder.listed_files(content) if p.is_file() and _is_dicom(p))
    else:
        yield header(io.BytesIO(content.data))


def _is_dicom(path: Path) -> bool:
    with path.open("rb") as stream:
        return is_dicom(stream.read(132))
