"""Pictures for the reader: a slice, a strip of ECG paper; what is outlined on one is drawn in `export`.

Everything is drawn with Pillow and numpy and written as PNG. Slices are shown as radiologists look at them: the
patient's right is on the left of the picture.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

INK, MINOR, MAJOR, PEAK = (20, 20, 30), (250, 220, 220), (240, 170, 170), (190, 20, 20)
PIXELS_PER_PANEL = 360
SCALE_BAR_MM = 50.0
# (axis cut, axis shown across, axis shown upward, letters at left, right, top and bottom), for RAS volumes.
PLANES = {
    "sagittal": (0, 1, 2, "APSI"),
    "coronal": (1, 0, 2, "RLSI"),
    "axial": (2, 0, 1, "RLAP"),
}
PIXELS_PER_MM = 4.0
MM_PER_SECOND, MM_PER_MILLIVOLT = 25.0, 10.0


def grey(samples: NDArray[Any], low: float | None = None, high: float | None = None) -> NDArray[np.uint8]:
    """Maps samples to 0..255 between two values; by default between the 0.5th and 99.5th percentiles."""
    bottom = float(np.percentile(samples, 0.5)) if low is None else low
    top = float(np.percentile(samples, 99.5)) if high is None else high
    scaled = (samples.astype(np.float32) - bottom) / max(top - bottom, 1e-6)
    return np.asarray(np.clip(scaled, 0, 1) * 255, dtype=np.uint8)


def save_image(samples: NDArray[Any], path: Path) -> Path:
    """Writes a (row, column) image, or one (row, column, channel) already in 0..255, as PNG."""
    from PIL import Image

    shown = grey(samples) if samples.ndim == 2 else np.clip(samples, 0, 255).astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(shown).save(path, format="PNG")
    return path


def save_slice(volume: NDArray[Any], spacing: tuple[float, ...], axis: int, index: int, path: Path) -> Path:
    """Writes one slice of an (R, A, S) volume in true proportions as PNG.

    Args:
        volume: samples along (R, A, S).
        spacing: mm along each axis.
        axis: 0 sagittal, 1 coronal, 2 axial.
        index: the slice along `axis`.
        path: where to write; its folder is made.
    """
    name = next(plane for plane, spec in PLANES.items() if spec[0] == axis)
    path.parent.mkdir(parents=True, exist_ok=True)
    _panel(grey(volume), spacing, name, index).save(path, format="PNG")
    return path


def save_ecg_strip(
    samples: NDArray[Any], rate: float, peaks: NDArray[np.int64], title: str, path: Path, *, seconds: float = 10.0
) -> Path:
    """Writes one lead on ECG paper (25 mm/s, 10 mm/mV) with a tick over each R peak, as PNG.

    Args:
        samples: mV, 1-D; what lies beyond `seconds` is not drawn.
        rate: samples a second.
        peaks: sample numbers of R peaks.
        title: one line above the strip.
        path: where to write; its folder is made.
        seconds: length of the strip.
    """
    from PIL import Image, ImageDraw

    shown = samples[: int(seconds * rate)].astype(np.float64)
    shown = shown - np.median(shown)
    reach = float(np.clip(np.abs(shown).max(), 1.0, 4.0)) + 0.5
    width = int(seconds * MM_PER_SECOND * PIXELS_PER_MM)
    height = int(2 * reach * MM_PER_MILLIVOLT * PIXELS_PER_MM)
    sheet = Image.new("RGB", (width + 1, height + 25), "white")
    draw = ImageDraw.Draw(sheet)
    _paper(draw, width, height)
    columns = np.arange(shown.size) / rate * MM_PER_SECOND * PIXELS_PER_MM
    rows = 24 + height / 2 - np.clip(shown, -reach, reach) * MM_PER_MILLIVOLT * PIXELS_PER_MM
    draw.line([(float(c), float(r)) for c, r in zip(columns, rows, strict=True)], fill=INK, width=2)
    for peak in peaks[peaks < shown.size]:
        column = float(columns[peak])
        draw.polygon([(column - 5, 26), (column + 5, 26), (column, 36)], fill=PEAK)
    draw.text((4, 4), f"{title}   25 mm/s   10 mm/mV", fill=INK, font=_font())
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, format="PNG")
    return path


def _paper(draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    """A line each millimetre, a darker one each five."""
    for millimetre in range(int(width / PIXELS_PER_MM) + 1):
        x = millimetre * PIXELS_PER_MM
        draw.line([(x, 24), (x, 24 + height)], fill=MINOR if millimetre % 5 else MAJOR)
    for millimetre in range(int(height / PIXELS_PER_MM) + 1):
        y = 24 + millimetre * PIXELS_PER_MM
        draw.line([(0, y), (width, y)], fill=MINOR if millimetre % 5 else MAJOR)


def _panel(shown: NDArray[np.uint8], spacing: tuple[float, ...], name: str, index: int) -> Image.Image:
    """One slice in true proportions with edge letters and a scale bar."""
    from PIL import Image, ImageDraw

    axis, across, up, letters = PLANES[name]
    size_mm = (shown.shape[across] * spacing[across], shown.shape[up] * spacing[up])
    factor = PIXELS_PER_PANEL / max(size_mm)
    size = (max(1, round(size_mm[0] * factor)), max(1, round(size_mm[1] * factor)))
    picture = Image.fromarray(facing(np.take(shown, index, axis=axis))).resize(size, Image.Resampling.BILINEAR)
    panel = picture.convert("RGB")
    draw = ImageDraw.Draw(panel)
    width, height = size
    for letter, place in zip(
        letters, ((3, height // 2), (width - 13, height // 2), (width // 2, 2), (width // 2, height - 16)), strict=True
    ):
        draw.text(place, letter, fill=(255, 255, 120), font=_font())
    bar = SCALE_BAR_MM * factor
    if bar < width * 0.8:
        draw.line([(8, height - 8), (8 + bar, height - 8)], fill="white", width=3)
        draw.text((8, height - 26), f"{SCALE_BAR_MM:.0f} mm", fill="white", font=_font())
    return panel


def facing(plane: NDArray[Any]) -> NDArray[Any]:
    """(across, up) samples of an RAS slice as (row, column): up on top, the patient's right (or front) on the left."""
    return np.ascontiguousarray(plane.T[::-1, ::-1])


def _font() -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size=13)
