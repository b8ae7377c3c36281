"""A drawn chest film, as files of every kind, and small sets in the published form of Kermany's films."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from support.image_files import write_dicom


def chest(rows: int = 240, columns: int = 260, seed: int = 0, opacity: float = 0.0) -> NDArray[np.uint8]:
    """A body with two dark lungs, a bright spine, a heart, an abdomen and ribs: (row, column) uint8.

    Args:
        rows: of the film.
        columns: of the film.
        seed: of the grain and of small differences.
        opacity: how far the lower right lung is filled, 0 to 1.
    """
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float64)
    y, x = y / rows, x / columns
    film = np.where(np.abs(x - 0.5) < 0.42, 130.0, 12.0)
    for middle in (0.31, 0.69):
        lung = ((x - middle) / 0.14) ** 2 + ((y - 0.45 + rng.normal(0, 0.01)) / 0.30) ** 2 < 1
        film = np.where(lung, 62 + 14 * np.sin(y * 75), film)
    film = np.where(np.abs(x - 0.5) < 0.045, 205.0, film)
    film = np.where(((x - 0.55) / 0.14) ** 2 + ((y - 0.58) / 0.16) ** 2 < 1, 178.0, film)
    film = np.where((y > 0.76) & (np.abs(x - 0.5) < 0.42), 200.0, film)
    patch = np.exp(-(((x - 0.31) / 0.09) ** 2 + ((y - 0.6) / 0.11) ** 2))
    film = film + 110 * opacity * patch + rng.normal(0, 3, film.shape)
    return np.clip(film, 0, 255).astype(np.uint8)


def write_picture(path: Path, film: NDArray[np.uint8], **options: Any) -> Path:
    """Writes a film as PNG or JPEG, by the path's ending."""
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(film).save(path, **options)
    return path


def write_film_dicom(path: Path, film: NDArray[np.uint8], inverted: bool = False, **tags: Any) -> Path:
    """Writes a film as 12-bit DICOM of a chest, from the front; `inverted` stores it as MONOCHROME1."""
    values = film.astype(np.uint16) * 16
    given = {"BodyPartExamined": "CHEST", "ViewPosition": "AP", **tags}
    if inverted:
        values, given = 4095 - values, {"PhotometricInterpretation": "MONOCHROME1", **given}
    return write_dicom(path, values, **given)


def kermany_set(root: Path, persons: int = 24, folder: str = "train") -> Path:
    """Writes a set in the published form: a normal, a bacterial and a viral film of each person number."""
    for number in range(persons):
        named = {
            f"NORMAL/IM-{number * 10:04d}-0001.jpeg": chest(seed=number),
            f"PNEUMONIA/person{number}_bacteria_{number}.jpeg": chest(seed=1000 + number, opacity=0.9),
            f"PNEUMONIA/person{number + 500}_virus_{number}.jpeg": chest(seed=2000 + number, opacity=0.6),
        }
        for name, film in named.items():
            write_picture(root / folder / name, film, quality=95)
    return root
