"""Small pictures: what is kept of a case, and the row of them that is shown with an answer."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.study import Modality, Study
from bedside.tools.imaging.display import LUNG, shown

if TYPE_CHECKING:
    from PIL import Image

SIDE = 160
MOST_BYTES = 200_000
_GAP, _LINES, _LINE = 8, 3, 15
_PAPER, _INK = (255, 255, 255), (20, 20, 30)
_LETTERS = 24


def flat(study: Study) -> NDArray[np.uint8]:
    """A Study as one picture.

    Returns:
        uint8 (row, column) or (row, column, 3) in colour: an image as it is shown; of a volume the middle axial
        slice, a CT in the lung window, front on top and the patient's right on the left.
    """
    if study.info.kind == "volume":
        lung = LUNG if study.info.modality in (Modality.CT, Modality.UNKNOWN) else None
        grey = shown(study, lung)[:, :, study.array.shape[2] // 2].T[::-1, ::-1]
        return np.asarray(np.rint(grey * 255), dtype=np.uint8)
    if study.info.axes[-1] == "channel":
        return np.clip(np.rint(study.array[..., :3]), 0, 255).astype(np.uint8)
    return np.asarray(np.rint(shown(study) * 255), dtype=np.uint8)


def thumbnail(study: Study) -> bytes:
    """The picture as PNG, its longer side at most `SIDE` pixels; it holds pixels and nothing else of the file."""
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(flat(study)))
    picture.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    held = io.BytesIO()
    picture.save(held, format="PNG", optimize=True)
    return held.getvalue()


def save_row(pictures: list[tuple[bytes, tuple[str, ...]]], path: Path) -> Path:
    """Writes a row of thumbnails, each with up to three lines of words below it, as PNG.

    Args:
        pictures: PNG bytes and the words.
        path: where to write; its folder is made.
    """
    from PIL import Image, ImageDraw

    width = _GAP + len(pictures) * (SIDE + _GAP)
    sheet = Image.new("RGB", (width, SIDE + 2 * _GAP + _LINES * _LINE + _GAP), _PAPER)
    draw, font = ImageDraw.Draw(sheet), _font()
    for place, (content, words) in enumerate(pictures):
        left = _GAP + place * (SIDE + _GAP)
        one = _opened(content)
        sheet.paste(one, (left + (SIDE - one.width) // 2, _GAP + (SIDE - one.height) // 2))
        for line, text in enumerate(words[:_LINES]):
            draw.text((left, SIDE + 2 * _GAP + line * _LINE), _cut(text), fill=_INK, font=font)
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, format="PNG")
    return path


def _opened(content: bytes) -> Image.Image:
    """A thumbnail as it was stored; one that is no PNG of that size is a grey square."""
    from PIL import Image, UnidentifiedImageError

    try:
        one = Image.open(io.BytesIO(content), formats=["PNG"])
        if max(one.size) <= SIDE:
            return one.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        pass
    return Image.new("RGB", (SIDE, SIDE), (128, 128, 128))


def _cut(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"


def _font() -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size=12)
