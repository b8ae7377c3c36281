"""PNG, JPEG and TIFF pictures. They carry no modality, no body part and no reliable spacing."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.errors import ImageReadError
from bedside.core.study import Modality, Study, StudyInfo
from bedside.tools.imaging.assembly import finite, sealed
from bedside.tools.imaging.content import TOO_LARGE, FileContent

FORMATS = ("PNG", "JPEG", "TIFF")
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
MOST_PIXELS = 100_000_000
MOST_SIDE = 65_500
WITH_ALPHA = {"LA", "La", "PA", "RGBA", "RGBa"}
EXIF_ORIENTATION, TIFF_BITS, TIFF_PHOTOMETRIC = 0x0112, 258, 262
WHITE_IS_ZERO = 0


def is_raster(data: bytes) -> bool:
    """Whether the bytes begin as a PNG, a JPEG or a TIFF does."""
    return data.startswith(PICTURES)


def read_raster(content: FileContent, attachment_id: str) -> Study:
    """Reads one picture.

    Returns:
        An image: float32, stored values, along (row, column) where it is grey, (row, column, channel) where it has
        colour; upright as its EXIF tag asks; high is bright; modality UNKNOWN, no spacing.

    Raises:
        ImageReadError: damaged, of several pages, transparent throughout, or of too many pixels.
    """
    from PIL import Image, ImageOps

    try:
        picture_file = Image.open(io.BytesIO(content.data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(content) from error
    with picture_file as opened:
        _check_size(opened.size, content)
        notes = ["A picture does not state its modality, body part or scale."]
        notes += _pages(opened, content)
        bits = _bits(opened, content)
        opened.load()
        # exif_transpose drops the mode of some 16-bit images on old tags; orientation 1 is left as it is.
        turn = int(opened.getexif().get(EXIF_ORIENTATION, 1) or 1)
        picture = ImageOps.exif_transpose(opened) if turn != 1 else opened
        if turn != 1:
            notes.append("Turned upright as its EXIF orientation asks.")
        values, colour_notes = _values(picture, bits, content)
        if _is_white_zero(opened, values):
            values = np.iinfo(values.dtype).max - values
            notes.append("Stored with white as zero: inverted, so that high values are bright.")
    samples, bad = finite(values, content)
    info = StudyInfo(
        id=attachment_id,
        kind="image",
        modality=Modality.UNKNOWN,
        modality_from="unknown",
        axes=("row", "column", "channel")[: samples.ndim],
        shape=samples.shape,
        sha256=content.sha256,
        notes=(*notes, *colour_notes, *bad),
    )
    return sealed(info, samples)


def _pages(opened: Any, content: FileContent) -> list[str]:
    """A note that only the first frame was read; pages of a TIFF are separate pictures, so those are refused."""
    frames = int(getattr(opened, "n_frames", 1))
    if frames > 1 and opened.format == "TIFF":
        raise content.unreadable(f"it holds {frames} pages", "Save the page that the question is about as a file.")
    return [f"The first of {frames} frames was read."] if frames > 1 else []


def _bits(opened: Any, content: FileContent) -> int:
    """Bits a sample as stored: Pillow quietly makes 8 of the 16 bits of a colour picture."""
    if opened.format == "TIFF":
        return max((int(v) for v in opened.tag_v2.get(TIFF_BITS, (8,))), default=8)
    # The IHDR chunk comes first in a PNG; its bit depth is the 25th byte (PNG specification, 11.2.2).
    return content.data[24] if opened.format == "PNG" else 8


def _is_white_zero(opened: Any, values: NDArray[Any]) -> bool:
    """Whether a TIFF of 16 bits stores white as 0, which Pillow puts right for 8 bits only."""
    if opened.format != "TIFF" or values.dtype.kind != "u" or values.dtype.itemsize == 1:
        return False
    return bool(opened.tag_v2.get(TIFF_PHOTOMETRIC) == WHITE_IS_ZERO)


def _check_size(size: tuple[int, int], content: FileContent) -> None:
    width, height = size
    if width * height > MOST_PIXELS or max(size) > MOST_SIDE:
        raise _too_many_pixels(content)
    content.require_decoded_size(width * height * 3)


def _too_many_pixels(content: FileContent) -> ImageReadError:
    return ImageReadError(
        f"{content.name} has more pixels than the limit of {MOST_PIXELS // 1_000_000} million.",
        "Downsample it.",
        code=TOO_LARGE,
    )


def _values(picture: Any, bits: int, content: FileContent) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Samples as stored; transparency and palettes are resolved, equal channels become one.

    Raises:
        ImageReadError: every pixel is transparent, so that there is nothing to see.
    """
    notes: list[str] = []
    if picture.mode in WITH_ALPHA or "transparency" in picture.info:
        if not np.asarray(picture.convert("RGBA"))[..., 3].any():
            raise content.unreadable("all of it is transparent")
        notes.append("Transparency was dropped.")
    if picture.mode in {"1", "L", "LA", "La"}:
        return np.asarray(picture.convert("L")), (*notes, *_lost_bits(bits))
    if picture.mode.startswith("I") or picture.mode == "F":
        return np.asarray(picture), (*notes, f"{bits}-bit grey values.")
    if picture.mode == "CMYK":
        notes.append("CMYK (print colours) was turned to RGB without a colour profile.")
    colour = np.asarray(picture.convert("RGB"))
    if np.array_equal(colour[..., 0], colour[..., 1]) and np.array_equal(colour[..., 0], colour[..., 2]):
        return colour[..., 0], (*notes, "Three equal channels were read as one grey channel.", *_lost_bits(bits))
    return colour, (*notes, *_lost_bits(bits))


def _lost_bits(bits: int) -> tuple[str, ...]:
    return (f"Of {bits} bits a sample, the upper 8 were read.",) if bits > 8 else ()
