"""DICOM files: one X-ray, CT or MR plane, a multi-frame volume, or an ECG waveform.

What its tags say is read in `dicom_tags`, its samples in `dicom_pixels`.
"""

from __future__ import annotations

import io
from typing import Any

from bedside.core.errors import ImageReadError
from bedside.core.study import Modality, Study, StudyInfo
from bedside.tools.imaging import dicom_tags as tags
from bedside.tools.imaging.assembly import finite, sealed
from bedside.tools.imaging.content import UNKNOWN_FORMAT, FileContent
from bedside.tools.imaging.dicom_pixels import output_pixels

PIXEL_TAGS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
# Derived objects have pixels too, but a mask or a slide is not the image that an expert takes it for.
NOT_IMAGES = {"SEG", "SM", "RTDOSE", "RTSTRUCT", "RTPLAN", "SR", "PR", "KO", "REG", "FID"}


def is_dicom(data: bytes) -> bool:
    """Whether the bytes carry the DICM prefix after the 128-byte preamble (PS3.10 7.1)."""
    return data[128:132] == b"DICM"


def read_dicom(content: FileContent, attachment_id: str) -> Study:
    """Reads one DICOM file.

    Returns:
        An image along (row, column), or (row, column, channel) in colour, after the rescale to output units
        (HU for CT), MONOCHROME1 inverted so that high is bright, the window kept in ``info.display`` and not applied;
        a volume for a multi-frame file with slice positions; a signal for a waveform.

    Raises:
        ImageReadError: not an image, cut short, too large, or of impossible rescale or spacing.
    """
    return read_dataset(parse(content), content, attachment_id)


def read_dataset(dataset: Any, content: FileContent, attachment_id: str, notes: tuple[str, ...] = ()) -> Study:
    """Reads a parsed file, as `read_dicom` does; `notes` come first."""
    if "WaveformSequence" in dataset:
        from bedside.tools.imaging.dicom_ecg import read_waveform

        return read_waveform(dataset, content, attachment_id)
    require_image(dataset, content)
    if int(dataset.get("NumberOfFrames") or 1) > 1:
        from bedside.tools.imaging.dicom_frames import read_frames

        return read_frames(dataset, content, attachment_id, notes)
    pixels = output_pixels(dataset, content)
    samples, bad = finite(pixels.values, content)
    spacing, measured, spacing_notes = tags.pixel_spacing(dataset, content)
    modality, modality_notes = tags.modality_of(dataset)
    flags, side = tags.flags(dataset), tags.laterality(dataset)
    side_notes = (f"Laterality as tagged: {side}.",) if side else ()
    info = StudyInfo(
        id=attachment_id,
        kind="image",
        modality=modality,
        modality_from="unknown" if modality is Modality.UNKNOWN else "dicom tag",
        axes=("row", "column", "channel")[: samples.ndim],
        shape=samples.shape,
        spacing=(*spacing, 1.0)[: samples.ndim] if spacing else None,
        spacing_unit="mm" if spacing else "",
        spacing_at=measured,
        value_unit=tags.value_unit(dataset, modality),
        body_part=tags.body_part(dataset),
        view=tags.view(dataset),
        age_years=tags.age_years(dataset),
        laterality=side,
        flags=flags,
        display=pixels.display,
        acquired=tags.acquired(dataset),
        sha256=content.sha256,
        notes=(*notes, *modality_notes, *tags.flag_notes(flags), *pixels.notes, *spacing_notes, *side_notes, *bad),
    )
    return sealed(info, samples, tuple(filter(None, (tags.instance(dataset),))), tags.patient(dataset))


def parse(content: FileContent) -> Any:
    """The pydicom dataset of a file.

    Raises:
        ImageReadError: pydicom cannot parse it.
    """
    import pydicom

    try:
        return pydicom.dcmread(io.BytesIO(content.data))
    except Exception as error:
        raise content.unreadable("its DICOM structure is damaged or cut short") from error


def require_image(dataset: Any, content: FileContent) -> None:
    """Refuses an object that holds no picture of a patient, and one that would be too large once decoded.

    Raises:
        ImageReadError: not an image (006), an image whose pixels are missing (003), bad sizes (005), too large (004).
    """
    modality = tags.code(dataset, "Modality")
    without_pixels = not any(tag in dataset for tag in PIXEL_TAGS)
    if without_pixels and modality not in NOT_IMAGES and _was_an_image(dataset):
        raise content.unreadable("it describes an image but its pixels are missing: it is damaged or cut short")
    if modality in NOT_IMAGES or without_pixels:
        kind = "a DICOM object without pixels" if without_pixels else f"a DICOM object of modality {modality}"
        raise ImageReadError(
            f"{content.name} is {kind}, not an image that Bedside reads.",
            "Attach the X-ray, CT or MR image itself.",
            code=UNKNOWN_FORMAT,
        )
    rows, columns = int(dataset.get("Rows") or 0), int(dataset.get("Columns") or 0)
    if rows < 2 or columns < 2:
        raise content.bad_geometry(f"it declares {rows} rows and {columns} columns")
    frames = int(dataset.get("NumberOfFrames") or 1)
    content.require_decoded_size(rows * columns * frames * int(dataset.get("SamplesPerPixel") or 1))


def _was_an_image(dataset: Any) -> bool:
    """Whether a dataset without pixels says that it had some: pydicom ends quietly where a file is cut short."""
    from pydicom.uid import UID

    stored = UID(str(getattr(dataset, "file_meta", {}).get("MediaStorageSOPClassUID") or ""))
    return "Rows" in dataset or "BitsAllocated" in dataset or "Image Storage" in stored.name
