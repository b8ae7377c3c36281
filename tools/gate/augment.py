"""What training does to a picture: shown in a viewer, photographed off a screen, turned, inverted, cut, written on.

The class must be told by what is depicted, not by how the picture came to be.
"""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image

Picture = NDArray[np.uint8]
_WORDS = (
    "AP", "PA", "L", "R", "12.03.2019", "75 kV", "mAs", "SUPINE", "PORTABLE", "ID 00412", "W:350 L:50", "Zoom 1.2",
    "Se 3", "Im 14", "HR 72", "25mm/s",
)  # fmt: skip


def augmented(one: Picture, side: int, colourless: bool, generator: np.random.Generator) -> Picture:
    """A picture changed at random.

    Args:
        one: (S, S, 3) uint8.
        side: rows and columns of the result.
        colourless: whether it may be inverted, as a film may.
        generator: the only source of chance.

    Returns:
        (side, side, 3) uint8.
    """
    from PIL import Image

    chance = generator.random
    picture = Image.fromarray(one)
    if chance() < 0.3:
        picture = picture.convert("L").convert("RGB")
    picture = _toned(picture, colourless and chance() < 0.1, generator)
    picture = _turned(picture, generator)
    picture = _cut(picture, generator)
    if chance() < 0.25:
        _written(picture, generator)
    if chance() < 0.25:
        picture = _in_viewer(picture, generator)
    if chance() < 0.3:
        picture = photographed(picture, generator)
    return np.asarray(_saved(picture, side, generator), dtype=np.uint8)


def photographed(picture: Image.Image, generator: np.random.Generator) -> Image.Image:
    """A picture as a camera sees it on a screen: askew, with moiré, glare, a cast of colour, noise and blur."""
    from PIL import Image, ImageFilter

    width, height = picture.size
    shift = generator.uniform(-0.1, 0.1, 8) * np.asarray([width, height] * 4)
    corners = np.asarray([0, 0, 0, height, width, height, width, 0]) + shift
    around = tuple(int(v) for v in generator.integers(0, 120, 3))
    askew = picture.transform(
        picture.size, Image.Transform.QUAD, tuple(corners), Image.Resampling.BILINEAR, fillcolor=around
    )
    values = np.asarray(askew, dtype=np.float32)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    turn, pace = generator.uniform(0, math.pi), generator.uniform(0.5, 2.6)
    wave = np.sin((x * math.cos(turn) + y * math.sin(turn)) * pace + 2 * np.sin(y / generator.uniform(15, 60)))
    values = values * (1 + generator.uniform(0, 0.12) * wave[..., None])
    far = ((x / width - generator.random()) ** 2 + (y / height - generator.random()) ** 2) / generator.uniform(
        0.01, 0.2
    )
    values = values + generator.uniform(0, 150) * np.exp(-far)[..., None]
    values = values * generator.uniform(0.75, 1.15, 3) + generator.uniform(0, 25)
    values = values + generator.normal(0, generator.uniform(0, 9), values.shape)
    taken = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    return taken.filter(ImageFilter.GaussianBlur(float(generator.uniform(0, 1.2))))


def _toned(picture: Image.Image, inverted: bool, generator: np.random.Generator) -> Image.Image:
    ramp = np.linspace(0, 1, 256) ** math.exp(generator.normal(0, 0.3))
    ramp = (ramp - 0.5) * math.exp(generator.normal(0, 0.2)) + 0.5 + generator.normal(0, 0.05)
    if inverted:
        ramp = 1 - ramp
    table = [int(v) for v in np.clip(ramp * 255, 0, 255)]
    return picture.point(table * 3)


def _turned(picture: Image.Image, generator: np.random.Generator) -> Image.Image:
    from PIL import Image

    if generator.random() < 0.5:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if generator.random() < 0.15:
        turn = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
        picture = picture.transpose(turn[int(generator.integers(3))])
    return picture.rotate(
        float(generator.normal(0, 5)), Image.Resampling.BILINEAR, fillcolor=(int(generator.integers(0, 60)),) * 3
    )


def _cut(picture: Image.Image, generator: np.random.Generator) -> Image.Image:
    """A part of the picture, or the picture with a border of one colour; the ratio of the sides changes a little."""
    width, height = picture.size
    share = generator.uniform(0.72, 1.12, 2)
    left = generator.uniform(min(0, 1 - share[0]), max(0, 1 - share[0])) * width
    top = generator.uniform(min(0, 1 - share[1]), max(0, 1 - share[1])) * height
    box = (round(left), round(top), round(left + share[0] * width), round(top + share[1] * height))
    cut: Image.Image = picture.crop(box).resize(picture.size)
    return cut


def _written(picture: Image.Image, generator: np.random.Generator) -> None:
    from PIL import ImageDraw

    draw = ImageDraw.Draw(picture)
    for _ in range(int(generator.integers(1, 5))):
        left, top = (float(v) for v in generator.uniform(0, 0.9, 2) * picture.size)
        draw.text((left, top), str(generator.choice(_WORDS)), fill=(int(generator.choice([20, 255])),) * 3)


def _in_viewer(picture: Image.Image, generator: np.random.Generator) -> Image.Image:
    """A screenshot: the picture in a window with bars, buttons and text around it."""
    from PIL import Image, ImageDraw

    width, height = picture.size
    screen = Image.new("RGB", picture.size, (int(generator.choice([0, 25, 45, 200, 240])),) * 3)
    share = float(generator.uniform(0.6, 0.9))
    shown = picture.resize((round(width * share), round(height * share)))
    left = round(generator.uniform(0, 1 - share) * width)
    top = round(generator.uniform(0.3, 1) * (1 - share) * height)
    screen.paste(shown, (left, top))
    draw: Any = ImageDraw.Draw(screen)
    bar = tuple(int(v) for v in generator.integers(20, 230, 3))
    draw.rectangle((0, 0, width, max(2, top // 2)), fill=bar)
    for place in range(0, width, 14):
        if generator.random() < 0.5:
            draw.rectangle((place, 2, place + 8, 8), fill=tuple(int(v) for v in generator.integers(40, 255, 3)))
    _written(screen, generator)
    return screen


def _saved(picture: Image.Image, side: int, generator: np.random.Generator) -> Image.Image:
    """At the network's size, by way of a smaller one and of JPEG for some."""
    from PIL import Image

    if generator.random() < 0.25:
        small = int(generator.uniform(0.35, 0.8) * side)
        picture = picture.resize((small, small), Image.Resampling.BOX)
    picture = picture.resize((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0)
    if generator.random() < 0.4:
        stream = io.BytesIO()
        picture.save(stream, "JPEG", quality=int(generator.integers(20, 90)))
        picture = Image.open(io.BytesIO(stream.getvalue())).convert("RGB")
    return picture
