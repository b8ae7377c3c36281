"""Contours, boxes, letters and scale bars over one grey picture; everything is drawn with Pillow and numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bedside.tools.imaging.export.palette import Colour

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

PALE, SHADE = (255, 255, 255), (0, 0, 0)
LINE = 2
_BARS_MM = (100, 50, 20, 10, 5, 2, 1)
_LONGEST_BAR = 0.4
_SMALL, _MARGIN = 13, 4


@dataclass(frozen=True, eq=False)
class Layer:
    """One structure on one picture.

    Attributes:
        label: its name.
        number: from 1, written beside it, so that it is not told by its colour alone.
        colour: of its contour.
        mask: (row, column) on the picture's own pixels, or None.
        box: ((first row, end row), (first column, end column)) in the picture's own pixels, or ().
    """

    label: str
    number: int
    colour: Colour
    mask: NDArray[np.bool_] | None = None
    box: tuple[tuple[int, int], ...] = ()


def panel(
    grey: NDArray[np.float32],
    layers: Sequence[Layer],
    size: tuple[int, int],
    *,
    letters: str = "",
    caption: str = "",
    mm_per_pixel: float | None = None,
    bar_note: str = "",
) -> Image.Image:
    """One picture with what was found on it.

    Args:
        grey: (row, column), 0 black to 1 white, as it is looked at: what is up on the screen comes first.
        layers: in the order of their numbers.
        size: (width, height) to draw at.
        letters: four: at the left, right, top and bottom edge; "" for none.
        caption: in the corner at the top left.
        mm_per_pixel: of the picture as drawn; None leaves out the scale bar.
        bar_note: behind the length of the bar.
    """
    from PIL import Image, ImageDraw

    small = Image.fromarray((np.clip(grey, 0, 1) * 255).astype(np.uint8))
    picture = small.resize(size, Image.Resampling.BILINEAR).convert("RGB")
    scale = (size[1] / grey.shape[0], size[0] / grey.shape[1])
    pixels = np.array(picture)
    for layer in layers:
        if layer.mask is not None and layer.mask.any():
            flat = Image.fromarray(layer.mask.astype(np.uint8) * 255).resize(size, Image.Resampling.NEAREST)
            pixels[rim(np.asarray(flat) > 127)] = layer.colour
    picture = Image.fromarray(pixels)
    draw = ImageDraw.Draw(picture)
    for layer in layers:
        _mark(draw, layer, scale, len(layers) > 1)
    if letters:
        width, height = size
        middle = (width // 2 - 4, height // 2 - 7)
        places = ((3, middle[1]), (width - 14, middle[1]), (middle[0], 2), (middle[0], height - 18))
        for letter, place in zip(letters, places, strict=True):
            text(draw, place, letter)
    if caption:
        text(draw, (_MARGIN, _MARGIN), caption)
    if mm_per_pixel:
        _bar(draw, size, mm_per_pixel, bar_note)
    return picture


def rim(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels of the region within two of what is not in it."""
    padded = np.pad(region, LINE)
    inner = np.ones_like(region)
    rows, columns = region.shape
    for down in range(2 * LINE + 1):
        for across in range(2 * LINE + 1):
            if abs(down - LINE) + abs(across - LINE) <= LINE:
                inner &= padded[down : down + rows, across : across + columns]
    return np.asarray(region & ~inner)


def text(draw: ImageDraw.ImageDraw, place: tuple[float, float], words: str, fill: Colour = PALE) -> None:
    """Words that can be read on any grey: pale with a dark edge."""
    draw.text(place, words, fill=fill, font=font(), stroke_width=1, stroke_fill=SHADE)


def legend(layers: Sequence[Layer], width: int, footer: str) -> Image.Image:
    """A strip that names each colour and number, with a line below."""
    from PIL import Image, ImageDraw

    line = _SMALL + 8
    rows: list[list[tuple[Layer, int]]] = [[]]
    left = _MARGIN
    for layer in layers:
        wide = 24 + round(font().getlength(_name(layer))) + 16
        if rows[-1] and left + wide > width:
            rows.append([])
            left = _MARGIN
        rows[-1].append((layer, left))
        left += wide
    strip = Image.new("RGB", (width, line * (len(rows) + 1) + _MARGIN))
    draw = ImageDraw.Draw(strip)
    for number, row in enumerate(rows):
        top = _MARGIN + number * line
        for layer, place in row:
            draw.rectangle((place, top + 2, place + 14, top + 14), outline=layer.colour, width=3)
            draw.text((place + 22, top), _name(layer), fill=PALE, font=font())
    draw.text((_MARGIN, _MARGIN + len(rows) * line), footer, fill=(190, 190, 190), font=font())
    return strip


def sheet(panels: Sequence[Image.Image], columns: int, strip: Image.Image | None = None) -> Image.Image:
    """Panels of one size in rows, with a strip below."""
    from PIL import Image

    wide, high = panels[0].size
    rows = -(-len(panels) // columns)
    whole = Image.new("RGB", (wide * columns, high * rows + (strip.height if strip is not None else 0)))
    for number, one in enumerate(panels):
        whole.paste(one, ((number % columns) * wide, (number // columns) * high))
    if strip is not None:
        whole.paste(strip, (0, high * rows))
    return whole


@lru_cache(maxsize=1)
def font() -> Any:
    """The font of every word on a picture."""
    from PIL import ImageFont

    return ImageFont.load_default(size=_SMALL)


def _name(layer: Layer) -> str:
    return f"{layer.number} {layer.label}"


def _mark(draw: ImageDraw.ImageDraw, layer: Layer, scale: tuple[float, float], numbered: bool) -> None:
    """The box of a layer, and its number where there are several."""
    if layer.box:
        (top, bottom), (left, right) = layer.box
        edges = (left * scale[1], top * scale[0], right * scale[1] - 1, bottom * scale[0] - 1)
        draw.rectangle(edges, outline=layer.colour, width=LINE)
        if numbered:
            text(draw, (edges[0] + 3, edges[1] + 1), str(layer.number), layer.colour)
    elif numbered and layer.mask is not None and layer.mask.any():
        row, column = (float(np.median(part)) + 0.5 for part in np.nonzero(layer.mask))
        text(draw, (column * scale[1] - 4, row * scale[0] - 8), str(layer.number), layer.colour)


def _bar(draw: ImageDraw.ImageDraw, size: tuple[int, int], mm_per_pixel: float, note: str) -> None:
    """A bar of a round number of millimetres, at most two fifths of the picture long."""
    width, height = size
    length = next((mm for mm in _BARS_MM if mm / mm_per_pixel <= width * _LONGEST_BAR), None)
    if length is None:
        return
    end = 8 + length / mm_per_pixel
    draw.line([(8, height - 8), (end, height - 8)], fill=SHADE, width=5)
    draw.line([(8, height - 8), (end, height - 8)], fill=PALE, width=3)
    text(draw, (8, height - 27), f"{length} mm{note}")
