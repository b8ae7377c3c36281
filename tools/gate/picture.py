"""From any image or volume to the small colour pictures that the gate looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from bedside.core.study import Study

SIDE, THUMB = 128, 16
PLACES = (0.35, 0.5, 0.65)
_DARK, _BRIGHT = 0.5, 99.5
_SAMPLE = 500_000
_AXIAL = 2


def pictures(study: Study, side: int = SIDE) -> NDArray[np.uint8]:
    """What the gate sees of a Study.

    Args:
        study: an image, or a volume along (R, A, S).
        side: rows and columns of each picture.

    Returns:
        (N, side, side, 3) uint8: the image, or three axial slices of a volume in true proportions. Its darkest half
        per cent is black and its brightest white; the ratio of its sides is not kept.
    """
    from bedside.tools.imaging.display import shown

    if study.info.kind == "image":
        return squared(study.array if study.array.ndim == 3 else shown(study), side)[None]
    grey = shown(study)
    depth = grey.shape[_AXIAL]
    chosen = sorted({min(depth - 1, round(place * (depth - 1))) for place in PLACES})
    # Radiologists' view: front on top, the patient's right on the left; (R, A) becomes (row, column).
    return np.stack([squared(grey[:, :, index].T[::-1, ::-1], side) for index in chosen])


def squared(samples: NDArray[Any], side: int) -> NDArray[np.uint8]:
    """A picture as a square.

    Args:
        samples: (row, column) or (row, column, channel), high is bright, in any unit.
        side: rows and columns of the result.

    Returns:
        (side, side, 3) uint8; black where the picture has one value.
    """
    from PIL import Image

    flat = samples.reshape(-1)
    low, high = (float(v) for v in np.percentile(flat[:: max(1, flat.size // _SAMPLE)], (_DARK, _BRIGHT)))
    if not high > low:
        return np.zeros((side, side, 3), dtype=np.uint8)
    unit = np.clip((samples - low) / (high - low), 0.0, 1.0)
    eight = np.asarray(unit * 255 + 0.5, dtype=np.uint8)
    colour = eight if eight.ndim == 3 and eight.shape[2] >= 3 else eight.reshape(*eight.shape[:2], -1)[..., :1]
    picture = Image.fromarray(np.ascontiguousarray(np.broadcast_to(colour[..., :3], (*colour.shape[:2], 3))))
    # A box first where it is much larger, for thin lines of a tracing or a text must not vanish between samples.
    return np.asarray(picture.resize((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0), dtype=np.uint8)


def thumbnails(seen: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The means of 16 x 16 cells of (N, side, side, 3) pictures: (N, 16, 16, 3) float32."""
    cells = seen.shape[1] // THUMB
    return np.asarray(seen.reshape(len(seen), THUMB, cells, THUMB, cells, 3).mean(axis=(2, 4)), dtype=np.float32)
