"""PNG and JPEG pictures. They carry no modality, no body part and no reliable spacing."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.errors import ImageReadError
from bedside.core.study import Modality, Study, StudyInfo
from bedside.tools.imaging.assembly import finite, sealed
from bedside.tools.imaging.content import TOO_LARGE, FileContent

FORMATS = ("PNG", "JPEG")
MOST_PIXELS = 100_000_000
MOST_SIDE = 65_500


def is_raster(data: bytes) -> bool:
    """Whether the bytes begin as a PNG or a JPEG does."""
    return data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))


def read_raster(content: FileContent, attachment_id: str) -> Study:
    """Reads one picture.

    Returns:
        An image: float32, stored values, along (row, column) where it is grey, (row, column, channel) where it has
        colour; upright as its EXIF tag asks; modality UNKNOWN, no spacing.

    Raises:
        ImageReadError: damaged, or too many pixels.
    """
    from PIL import Image, ImageOps

    try:
        picture_file = Image.open(io.BytesIO(content.data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(content) from error
    with picture_file as opened:
        _check_size(opened.size, content)
        notes = ["A picture does not state its modality, body part or scale."]
        frames = int(getattr(opened, "n_frames", 1))
        if frames > 1:
            notes.append(f"The first of {frames} frames was read.")
        opened.load()
        # exif_transpose drops the mode of some 16-bit images on old tags; orientation 1 is left as it is.
        turn = int(opened.getexif().get(0x0112, 1) or 1)
        picture = ImageOps.exif_transpose(opened) if turn != 1 else opened
        if turn != 1:
            notes.append("Turned upright as its EXIF orientation asks.")
        values, colour_notes = _values(picture)
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


def _values(picture: Any) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Samples as stored; transparency and palettes are resolved, equal channels become one."""
    notes: list[str] = []
    if picture.mode in {"LA", "PA", "RGBA", "RGBa", "La"} or "transparency" in picture.info:
        notes.append("Transparency was dropped.")
    if picture.mode in {"1", "L", "LA", "La"}:
        return np.asarray(picture.convert("L")), tuple(notes)
    if picture.mode.startswith("I") or picture.mode == "F":
        return np.asarray(picture), (*notes, "16-bit grey values.")
    colour = np.asarray(picture.convert("RGB"))
    if np.array_equal(colour[..., 0], colour[..., 1]) and np.array_equal(colour[..., 0], colour[..., 2]):
        return colour[..., 0], (*notes, "Three equal channels were read as one grey channel.")
    return colour, tuple(notes)
