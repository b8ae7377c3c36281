"""Pictures that are drawn: ECG paper with real signals on it, and pages, charts and screens that are no medicine."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Signals = NDArray[np.float32]
_LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
_PAPERS = (  # paper, fine lines, coarse lines
    ((255, 250, 248), (250, 214, 214), (238, 160, 160)),
    ((255, 240, 236), (246, 190, 180), (226, 120, 110)),
    ((252, 252, 252), (222, 222, 222), (180, 180, 180)),
    ((246, 250, 244), (204, 226, 204), (150, 190, 150)),
    ((250, 246, 226), (240, 214, 160), (222, 170, 100)),
    ((255, 255, 255), (255, 255, 255), (255, 255, 255)),
    ((12, 14, 16), (28, 44, 34), (40, 80, 54)),
)


def ecg_page(signals: Signals, rate: float, generator: np.random.Generator) -> Picture:
    """ECG paper of one of several colours and layouts: one to twelve strips with a grid, names and a heading.

    Args:
        signals: (lead, sample) mV; strips are taken from it at random places.
        rate: samples a second.
        generator: the only source of chance.

    Returns:
        (row, column, 3) uint8.
    """
    from PIL import Image, ImageDraw

    paper, fine, coarse = _PAPERS[int(generator.choice(len(_PAPERS), p=(0.25, 0.25, 0.15, 0.1, 0.1, 0.08, 0.07)))]
    dark = sum(paper) < 200
    ink = (90, 240, 120) if dark else tuple(int(v) for v in generator.integers(0, 90, 3))
    rows = int(generator.choice([1, 2, 3, 4, 6, 12]))
    columns = int(generator.choice([1, 2, 4])) if rows in (3, 4, 6) else 1
    width, height = int(generator.integers(500, 1000)), int(generator.integers(220, 760))
    page = Image.new("RGB", (width, height), paper)
    draw = ImageDraw.Draw(page)
    step = float(generator.uniform(4, 9))
    _grid(draw, (width, height), step, fine, coarse)
    for row in range(rows):
        for column in range(columns):
            box = (column * width / columns, (row + 0.5) * height / rows, width / columns)
            _strip(draw, signals, rate, box, step, ink, generator)
            if generator.random() < 0.8:
                name = _LEADS[(row + column * rows) % 12]
                draw.text((box[0] + 4, box[1] - 0.4 * height / rows), name, fill=ink)
    for line in range(int(generator.integers(0, 4))):
        draw.text((6, 4 + 12 * line), _words(generator, 5), fill=ink)
    return np.asarray(page, dtype=np.uint8)


def page_of_text(generator: np.random.Generator) -> Picture:
    """A letter, a form or a receipt: lines of words, some boxes, on paper of one colour."""
    from PIL import Image, ImageDraw

    width, height = int(generator.integers(300, 800)), int(generator.integers(300, 900))
    shade = int(generator.integers(215, 256))
    page = Image.new("RGB", (width, height), (shade, shade, int(generator.integers(190, 256))))
    draw = ImageDraw.Draw(page)
    top = int(generator.integers(10, 60))
    while top < height - 20:
        if generator.random() < 0.8:
            draw.text((int(generator.integers(8, 40)), top), _words(generator, width // 50), fill=(20, 20, 30))
        elif generator.random() < 0.5:
            draw.rectangle((10, top, width - 10, top + 40), outline=(60, 60, 60))
        top += int(generator.integers(11, 28))
    return np.asarray(page, dtype=np.uint8)


def chart(generator: np.random.Generator) -> Picture:
    """A line chart, bars or points with axes, on white or black."""
    from PIL import Image, ImageDraw

    width, height = int(generator.integers(300, 700)), int(generator.integers(240, 500))
    dark = generator.random() < 0.2
    page = Image.new("RGB", (width, height), (20, 22, 26) if dark else (255, 255, 255))
    draw: Any = ImageDraw.Draw(page)
    ink = (220, 220, 220) if dark else (30, 30, 30)
    draw.line([(40, 10), (40, height - 30), (width - 10, height - 30)], fill=ink, width=2)
    kind = int(generator.integers(3))
    for _ in range(int(generator.integers(1, 5))):
        colour = tuple(int(v) for v in generator.integers(0, 230, 3))
        points = int(generator.integers(6, 60))
        across = np.linspace(45, width - 15, points)
        values = np.cumsum(generator.normal(0, 1, points)) if generator.random() < 0.6 else generator.random(points)
        values = (values - values.min()) / max(float(np.ptp(values)), 1e-6)
        up = height - 34 - values * (height - 60)
        if kind == 0:
            draw.line([(float(x), float(y)) for x, y in zip(across, up, strict=True)], fill=colour, width=2)
        elif kind == 1:
            for x, y in zip(across, up, strict=True):
                draw.rectangle((x - 3, y, x + 3, height - 31), fill=colour)
        else:
            for x, y in zip(across, up, strict=True):
                draw.ellipse((x - 3, y - 3, x + 3, y + 3), fill=colour)
    draw.text((60, 6), _words(generator, 4), fill=ink)
    return np.asarray(page, dtype=np.uint8)


def screen(generator: np.random.Generator) -> Picture:
    """A program's window: bars, panels, buttons and text."""
    from PIL import Image, ImageDraw

    width, height = int(generator.integers(400, 900)), int(generator.integers(300, 640))
    page = Image.new("RGB", (width, height), tuple(int(v) for v in generator.integers(0, 256, 3)))
    draw: Any = ImageDraw.Draw(page)
    for _ in range(int(generator.integers(5, 25))):
        left, top = generator.uniform(0, 0.9, 2) * (width, height)
        right, bottom = left + generator.uniform(10, width / 2), top + generator.uniform(8, height / 3)
        draw.rectangle((left, top, right, bottom), fill=tuple(int(v) for v in generator.integers(0, 256, 3)))
        ink = (int(generator.choice([10, 245])),) * 3
        draw.text((left + 3, top + 2), _words(generator, 3), fill=ink)
    return np.asarray(page, dtype=np.uint8)


def texture(generator: np.random.Generator) -> Picture:
    """Noise, stripes, rings or a slope of grey or colour: what a broken or an empty picture holds."""
    side = 200
    y, x = np.mgrid[0:side, 0:side] / side
    kind = int(generator.integers(4))
    if kind == 0:
        grey = generator.random((side, side)) ** generator.uniform(0.5, 2)
    elif kind == 1:
        turn = generator.uniform(0, math.pi)
        grey = 0.5 + 0.5 * np.sin((x * math.cos(turn) + y * math.sin(turn)) * generator.uniform(5, 120))
    elif kind == 2:
        grey = 0.5 + 0.5 * np.cos(np.hypot(x - generator.random(), y - generator.random()) * generator.uniform(5, 90))
    else:
        grey = np.clip(x * generator.normal() + y * generator.normal() + 0.5, 0, 1)
    tint = generator.uniform(0.3, 1, 3) if generator.random() < 0.5 else np.ones(3)
    noise = generator.normal(0, generator.uniform(0, 0.15), (side, side, 1))
    return np.asarray(np.clip(grey[..., None] * tint + noise, 0, 1) * 255, dtype=np.uint8)


NO_MEDICINE = (page_of_text, chart, screen, texture)


def _grid(draw: Any, size: tuple[int, int], step: float, fine: Any, coarse: Any) -> None:
    """Fine lines a millimetre apart, coarse ones every five."""
    for axis in (0, 1):
        for line in range(int(size[axis] / step) + 1):
            place = line * step
            ends = [(place, 0), (place, size[1])] if axis == 0 else [(0, place), (size[0], place)]
            draw.line(ends, fill=fine if line % 5 else coarse)


def _strip(
    draw: Any,
    signals: Signals,
    rate: float,
    box: tuple[float, float, float],
    step: float,
    ink: Any,
    generator: np.random.Generator,
) -> None:
    """One lead: `box` is its left, its middle row and its width; a millimetre is `step` pixels, 25 mm a second."""
    left, middle, width = box
    needed = int(width / (25 * step) * rate)
    lead = signals[int(generator.integers(len(signals)))]
    first = int(generator.integers(0, max(1, lead.size - needed)))
    shown = lead[first : first + needed]
    if shown.size < 2:
        return
    scale = 10 * step * float(generator.choice([0.5, 1, 1, 2])) * float(generator.choice([1, 1, -1]))
    across = left + np.arange(shown.size) / rate * 25 * step
    rows = middle - (shown - np.median(shown)) * scale
    points = [(float(x), float(y)) for x, y in zip(across, rows, strict=True)]
    draw.line(points, fill=ink, width=int(generator.integers(1, 4)))


def _words(generator: np.random.Generator, count: int) -> str:
    letters = "etaoinshrdlucmfwypvbgkjqxz"
    sizes = generator.integers(2, 9, max(1, count))
    return " ".join("".join(letters[int(i)] for i in generator.integers(0, 26, size)) for size in sizes)
