"""The Hannover chest X-rays with lung outlines as published: films, persons, the split by person.

Films: Winther et al. 2020, doi:10.6084/m9.figshare.12275009 (CC BY 3.0), adults with COVID-19 of one hospital
(Hannover Medical School). Outlines of the lungs of some of them were drawn by others (CC BY 4.0). ``images`` and
``lung_masks`` hold PNG files of one name; ``data.csv`` says whose film each is.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.core.errors import SettingsError
from bedside.tools.experts.segmentation.split import part_of as _part_of

ADDRESS = "https://doi.org/10.6084/m9.figshare.12275009"
FOLDER = "hannover_cxr_lungs"
BACKGROUND, RIGHT, LEFT = 0, 1, 2
TRAIN, VALIDATION = 0.60, 0.12
_LIMIT_BYTES = 100_000_000


class Film(NamedTuple):
    """One film with its outline.

    Attributes:
        path: of the film.
        mask: of its outline.
        person: whose film it is.
        view: ``AP`` or ``PA``, as the table says.
    """

    path: Path
    mask: Path
    person: str
    view: str


def films(data: Path) -> list[Film]:
    """Every film that has an outline, by name.

    Args:
        data: the folder that holds ``images``, ``lung_masks`` and ``data.csv``, or holds them inside
            ``hannover_cxr_lungs``.

    Raises:
        SettingsError: it holds no such films.
    """
    root = data / FOLDER if (data / FOLDER).is_dir() else data
    table = root / "data.csv"
    found = []
    if table.is_file():
        with table.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                path, mask = (root / kind / f"{row['image_id']}.png" for kind in ("images", "lung_masks"))
                if path.is_file() and mask.is_file():
                    found.append(Film(path, mask, row["patient_id"], row["projection"].upper()))
    if not found:
        raise SettingsError(
            f"{data} holds no films with lung outlines.",
            f"Name the folder that holds images, lung_masks and data.csv ({ADDRESS}).",
            code="BED-EVAL-005",
        )
    return sorted(found, key=lambda film: film.path.name)


def part_of(person: str) -> str:
    """``train``, ``validation`` or ``held-out``, by the hash of the person's name."""
    return _part_of("cxr_lungs", person, TRAIN, VALIDATION)


def read(film: Film) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """The film, (row, column) float32, and its labels on the same grid: RIGHT, LEFT or BACKGROUND, uint8.

    Raises:
        ImageReadError: a file is damaged.
        ValueError: the outline does not hold two lungs.
    """
    grey, outline = (_grey(path) for path in (film.path, film.mask))
    return grey, sides(outline > 127)


def _grey(path: Path) -> NDArray[np.float32]:
    from bedside.tools.imaging.door import open_file

    array = open_file(path, attachment_id="A1", limit_bytes=_LIMIT_BYTES).array
    return array.mean(axis=2) if array.ndim == 3 else array


def sides(lungs: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The outline of both lungs, told apart: the patient's right is at the left of the film.

    Args:
        lungs: (row, column); two large pieces side by side. Lungs that touch are cut at the emptiest column of the
            middle third.

    Raises:
        ValueError: one side is empty.
    """
    from scipy import ndimage

    labels, count = ndimage.label(lungs)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    large = [index + 1 for index in np.argsort(sizes)[::-1] if sizes[index] > 0.15 * sizes.sum()]
    out = np.zeros(lungs.shape, dtype=np.uint8)
    if len(large) >= 2:
        middles = {index: float(np.nonzero(labels == index)[1].mean()) for index in large}
        cut = float(np.mean([min(middles.values()), max(middles.values())]))
        for index in range(1, count + 1):
            piece = labels == index
            out[piece] = RIGHT if float(np.nonzero(piece)[1].mean()) < cut else LEFT
    elif large:
        held = np.flatnonzero(lungs.any(axis=0))
        first, last = int(held[0]), int(held[-1]) + 1
        third = max(1, (last - first) // 3)
        column = first + third + int(lungs[:, first + third : last - third].sum(axis=0).argmin())
        out[:, :column][lungs[:, :column]] = RIGHT
        out[:, column:][lungs[:, column:]] = LEFT
    if not ((out == RIGHT).any() and (out == LEFT).any()):
        raise ValueError("the outline does not hold two lungs")
    return out
