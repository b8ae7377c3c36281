"""The samples of a DICOM image in output units, and how the file asks for them to be shown.

The pipeline is that of PS3.4 N.2: stored values, modality transform (C.11.1), VOI transform (C.11.2). The last is
never applied here: it is handed on as a curve, since an expert needs the values and a reader needs the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.study import Modality
from bedside.tools.imaging.content import FileContent
from bedside.tools.imaging.dicom_tags import modality_of, value_unit
from bedside.tools.imaging.dicom_voi import Curve, voi_curve

GREY = ("MONOCHROME1", "MONOCHROME2")
EXACT_BELOW = 2**23


@dataclass(frozen=True, eq=False)
class Pixels:
    """Decoded samples.

    Attributes:
        values: (row, column), (row, column, channel) or with frames first; output units (HU for CT), high is bright.
        display: the file's window or VOI table as (value, grey 0..1) points, () where it has none or has colour.
        notes: what was done to them.
    """

    values: NDArray[Any]
    display: Curve
    notes: tuple[str, ...]


def output_pixels(dataset: Any, content: FileContent) -> Pixels:
    """Decodes a dataset that passed `require_image`.

    Raises:
        ImageReadError: the pixels cannot be decoded, or the rescale is impossible.
    """
    photometric = str(dataset.get("PhotometricInterpretation", ""))
    if photometric not in GREY and not photometric.startswith(("RGB", "YBR", "PALETTE")):
        raise content.unreadable("its pixels are neither grey nor RGB", "Export it as a grey or RGB image.")
    try:
        stored = np.asarray(dataset.pixel_array)
    except MemoryError:
        raise
    except Exception as error:
        raise content.unreadable("its pixels are damaged, cut short or of an unknown encoding") from error
    if photometric.startswith("PALETTE"):
        return _from_palette(stored, dataset, content)
    if photometric not in GREY:
        return Pixels(values=stored, display=(), notes=())
    values, notes = _without_padding(_rescaled(stored, dataset, content), stored, dataset)
    display, voi_notes = voi_curve(dataset)
    notes = (*notes, *voi_notes)
    if photometric == "MONOCHROME1":
        if value_unit(dataset, modality_of(dataset)[0]) == "HU":
            return Pixels(values, display, ("MONOCHROME1 in a CT: values are in HU and were not inverted.", *notes))
        mirror = _mirror(dataset)
        values = np.asarray(mirror - values)
        display = tuple((mirror - value, 1.0 - grey) for value, grey in reversed(display))
        notes = ("MONOCHROME1: inverted, so that high values are bright.", *notes)
    return Pixels(values, display, notes)


def _from_palette(stored: NDArray[Any], dataset: Any, content: FileContent) -> Pixels:
    """PALETTE COLOR as RGB in 0..255 (PS3.3 C.7.6.3.1.5)."""
    from pydicom.pixels.processing import apply_color_lut

    try:
        colour = np.asarray(apply_color_lut(stored, dataset))
    except Exception as error:
        raise content.unreadable("its colour palette is missing or damaged") from error
    if colour.dtype.itemsize == 2:
        colour = (colour >> 8).astype(np.uint8)
    return Pixels(values=colour, display=(), notes=("Palette colours were turned to RGB.",))


def _rescaled(values: NDArray[Any], dataset: Any, content: FileContent) -> NDArray[Any]:
    """The modality transform (PS3.3 C.11.1): a lookup table where there is one, else slope and intercept."""
    if dataset.get("ModalityLUTSequence"):
        from pydicom.pixels.processing import apply_modality_lut

        return np.asarray(apply_modality_lut(values, dataset))
    slope, intercept = rescale(dataset, content)
    # Whole numbers of 16 bits are exact in float32, which holds a long series in half the memory.
    exact = values.dtype.itemsize <= 2 and slope == 1 and intercept.is_integer() and abs(intercept) < EXACT_BELOW
    if exact:
        return np.asarray(values.astype(np.float32) + np.float32(intercept))
    return np.asarray(values.astype(np.float64) * slope + intercept)


def rescale(dataset: Any, content: FileContent) -> tuple[float, float]:
    """Slope and intercept, 1 and 0 where they are absent.

    Raises:
        ImageReadError: a slope of zero, or a value that is not finite.
    """
    raw_slope, raw_intercept = dataset.get("RescaleSlope"), dataset.get("RescaleIntercept")
    slope = 1.0 if raw_slope is None else float(raw_slope)
    intercept = 0.0 if raw_intercept is None else float(raw_intercept)
    if slope == 0 or not np.isfinite(slope) or not np.isfinite(intercept):
        raise content.bad_geometry(f"its rescale (slope {slope:g}, intercept {intercept:g}) is not possible")
    return slope, intercept


def _mirror(dataset: Any) -> float:
    """What value and mirrored value add up to: the ends of the range of the bits, after the modality transform."""
    if dataset.get("ModalityLUTSequence"):
        return float(2 ** int(dataset.ModalityLUTSequence[0].LUTDescriptor[2]) - 1)
    bits = int(dataset.get("BitsStored") or 16)
    low = -(2 ** (bits - 1)) if int(dataset.get("PixelRepresentation") or 0) else 0
    slope, intercept = float(dataset.get("RescaleSlope") or 1), float(dataset.get("RescaleIntercept") or 0)
    return float(slope * (2 * low + 2**bits - 1) + 2 * intercept)


def _without_padding(values: NDArray[Any], stored: NDArray[Any], dataset: Any) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Padding (PS3.3 C.7.5.1.1.2) takes the darkest value of the image, so that no window is spoilt by it."""
    tagged = dataset.get("PixelPaddingValue")
    if not isinstance(tagged, int) or modality_of(dataset)[0] is Modality.OT:
        return values, ()
    limit = dataset.get("PixelPaddingRangeLimit")
    low, high = sorted((tagged, limit if isinstance(limit, int) else tagged))
    padded = (stored >= low) & (stored <= high)
    if not padded.any() or padded.all():
        return values, ()
    light_is_low = str(dataset.get("PhotometricInterpretation")) == "MONOCHROME1"
    darkest = values[~padded].max() if light_is_low else values[~padded].min()
    return np.where(padded, darkest, values), ("Padding outside the image was set to its darkest value.",)
