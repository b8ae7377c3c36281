"""DICOM files: one X-ray, CT or MR plane, a multi-frame volume, or an ECG waveform.

Tags are read as PS3.3 defines them. Text from tags is data from outside: only code strings (PS3.5 6.2, VR CS) are
kept, and never a name or an identifier of the patient.
"""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.errors import ImageReadError
from bedside.core.study import Modality, Study, StudyInfo
from bedside.tools.imaging.assembly import checked_spacing, finite, sealed
from bedside.tools.imaging.content import UNKNOWN_FORMAT, FileContent

CODE_STRING = re.compile(r"[A-Z0-9_ ]{1,16}")
VIEWS = {"PA": "PA", "AP": "AP", "LL": "LAT", "RL": "LAT", "LAT": "LAT", "LATERAL": "LAT"}
PIXEL_TAGS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
GREY = ("MONOCHROME1", "MONOCHROME2")
# Derived objects have pixels too, but a mask or a slide is not the image that an expert takes it for.
NOT_IMAGES = {"SEG", "SM", "RTDOSE", "RTSTRUCT", "RTPLAN", "SR", "PR", "KO", "REG", "FID"}


def is_dicom(data: bytes) -> bool:
    """Whether the bytes carry the DICM prefix after the 128-byte preamble (PS3.10 7.1)."""
    return data[128:132] == b"DICM"


def read_dicom(content: FileContent, attachment_id: str) -> Study:
    """Reads one DICOM file.

    Returns:
        An image along (row, column), or (row, column, channel) in colour, after the rescale to output units
        (HU for CT), MONOCHROME1 inverted so that high is bright, window not applied; a volume for a multi-frame file
        with slice positions; a signal for a waveform.

    Raises:
        ImageReadError: not an image, cut short, too large, or of impossible rescale or spacing.
    """
    dataset = parse(content)
    if "WaveformSequence" in dataset:
        from bedside.tools.imaging.dicom_ecg import read_waveform

        return read_waveform(dataset, content, attachment_id)
    require_image(dataset, content)
    if int(dataset.get("NumberOfFrames") or 1) > 1:
        from bedside.tools.imaging.dicom_volume import read_frames

        return read_frames(dataset, content, attachment_id)
    values, notes = output_values(dataset, content)
    samples, bad = finite(values, content)
    spacing, spacing_notes = _spacing(dataset, content)
    modality, modality_notes = modality_of(dataset)
    info = StudyInfo(
        id=attachment_id,
        kind="image",
        modality=modality,
        modality_from="unknown" if modality is Modality.UNKNOWN else "dicom tag",
        axes=("row", "column", "channel")[: samples.ndim],
        shape=samples.shape,
        spacing=(*spacing, 1.0)[: samples.ndim] if spacing else None,
        spacing_unit="mm" if spacing else "",
        value_unit=value_unit(dataset, modality),
        body_part=body_part(dataset),
        view=_view(dataset),
        sha256=content.sha256,
        notes=(*modality_notes, *notes, *spacing_notes, *_laterality_notes(dataset), *bad),
    )
    return sealed(info, samples)


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
        ImageReadError: no pixels or not an image (006), bad sizes (005), too large (004).
    """
    modality = _code(dataset, "Modality")
    without_pixels = not any(tag in dataset for tag in PIXEL_TAGS)
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


def output_values(dataset: Any, content: FileContent) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Decoded samples in output units, and notes on what was done to them.

    Raises:
        ImageReadError: the pixels cannot be decoded, or the rescale is impossible.
    """
    photometric = str(dataset.get("PhotometricInterpretation", ""))
    if photometric not in GREY and not photometric.startswith(("RGB", "YBR")):
        raise content.unreadable("its pixels are neither grey nor RGB", "Export it as a grey or RGB image.")
    try:
        values = np.asarray(dataset.pixel_array)
    except Exception as error:
        raise content.unreadable("its pixels are damaged, cut short or of an unknown encoding") from error
    notes = []
    if photometric == "MONOCHROME1":
        values = _inverted(values, dataset)
        notes.append("MONOCHROME1: inverted, so that high values are bright.")
    if photometric in GREY:
        values = _rescaled(values, dataset, content)
    notes.append("The window of the file (VOI) was not applied.")
    return values, tuple(notes)


def _inverted(values: NDArray[Any], dataset: Any) -> NDArray[Any]:
    """Mirrors stored values within the range of their bits (PS3.3 C.7.6.3.1.2), so the rescale still applies."""
    bits = int(dataset.get("BitsStored") or 16)
    low = -(2 ** (bits - 1)) if int(dataset.get("PixelRepresentation") or 0) else 0
    high = low + 2**bits - 1
    return np.asarray(float(low + high) - values.astype(np.float64))


def _rescaled(values: NDArray[Any], dataset: Any, content: FileContent) -> NDArray[Any]:
    """The modality transform (PS3.3 C.11.1): a lookup table where there is one, else slope and intercept."""
    if dataset.get("ModalityLUTSequence"):
        from pydicom.pixels.processing import apply_modality_lut

        return np.asarray(apply_modality_lut(values, dataset))
    raw_slope, raw_intercept = dataset.get("RescaleSlope"), dataset.get("RescaleIntercept")
    slope = 1.0 if raw_slope is None else float(raw_slope)
    intercept = 0.0 if raw_intercept is None else float(raw_intercept)
    if slope == 0 or not np.isfinite(slope) or not np.isfinite(intercept):
        raise content.bad_geometry(f"its rescale (slope {slope:g}, intercept {intercept:g}) is not possible")
    return np.asarray(values.astype(np.float64) * slope + intercept)


def modality_of(dataset: Any) -> tuple[Modality, tuple[str, ...]]:
    """The modality as tagged; a code that Bedside has no name for is OT, with a note."""
    tagged = _code(dataset, "Modality")
    if not tagged:
        return Modality.UNKNOWN, ("The file does not state its modality.",)
    try:
        return Modality(tagged), ()
    except ValueError:
        return Modality.OT, (f"The file states modality {tagged}.",)


def value_unit(dataset: Any, modality: Modality) -> str:
    """HU where a CT says so or leaves it to the default (PS3.3 C.11.1.1.2), else arbitrary units."""
    stated = _code(dataset, "RescaleType")
    return "HU" if modality is Modality.CT and stated in {"", "HU"} else "a.u."


def _spacing(dataset: Any, content: FileContent) -> tuple[tuple[float, ...] | None, tuple[str, ...]]:
    """(row, column) steps in mm (PS3.3 10.7.1)."""
    for tag, notes in (
        ("PixelSpacing", ()),
        ("ImagerPixelSpacing", ("Spacing is at the detector, not corrected for magnification.",)),
    ):
        steps = dataset.get(tag)
        if steps:
            if len(steps) != 2:
                raise content.bad_geometry("its pixel spacing does not have two values")
            return checked_spacing(tuple(float(v) for v in steps), content), notes
    return None, ("The file does not state its pixel spacing.",)


def body_part(dataset: Any) -> str:
    """BodyPartExamined, "" where it is absent or not a code string."""
    return _code(dataset, "BodyPartExamined")


def _code(dataset: Any, tag: str) -> str:
    text = str(dataset.get(tag) or "").strip().upper()
    return text if CODE_STRING.fullmatch(text) else ""


def _view(dataset: Any) -> str:
    code = _code(dataset, "ViewPosition")
    return VIEWS.get(code, code)


def _laterality_notes(dataset: Any) -> tuple[str, ...]:
    side = _code(dataset, "ImageLaterality") or _code(dataset, "Laterality")
    names = {"L": "left", "R": "right", "B": "both sides", "U": "unpaired"}
    return (f"Laterality as tagged: {names[side]}.",) if side in names else ()
