"""Kermany's chest X-rays of children as published: films, persons, what is a copy, and the split by person.

Kermany et al. 2018, doi:10.1016/j.cell.2018.02.010; data doi:10.17632/rscbjbr9sj (CC BY 4.0). Folders ``train``,
``test`` and ``val``, each with ``NORMAL`` and ``PNEUMONIA``; names hold the person and, of pneumonia, the cause.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.core.errors import SettingsError
from bedside.tools.experts.cxr_pneumonia.labels import CLASSES

PARTS = ("train", "validation", "held-out")
ADDRESS = "https://doi.org/10.17632/rscbjbr9sj"
FOLDERS = ("NORMAL", "PNEUMONIA")
UNTOLD = -1
_SHARES = (0.70, 0.15, 0.15)
_NAME = re.compile(
    r"(?:(person\d+)_(bacteria|virus)_\d+(?:_\d+)*|((?:NORMAL2-)?IM)-(\d+)(?:-\d+)*)\.(?:jpe?g|png)", re.IGNORECASE
)
_ENDINGS = {".jpeg", ".jpg", ".png"}
_NEAR = 0.995
_THUMB = 48
_BLOCK = 512


class Film(NamedTuple):
    """One film of the set.

    Attributes:
        path: where it is.
        label: index into `CLASSES`; UNTOLD for a pneumonia whose cause the name does not tell.
        person: ``person12``; for normal films, which name a study and no person, ten neighbouring studies together.
        folder: ``train``, ``test`` or ``val``, as published.
    """

    path: Path
    label: int
    person: str
    folder: str


def films(data: Path) -> list[Film]:
    """Every film under `data`, those of ``train`` first, then by path.

    Args:
        data: the folder that holds ``train`` or ``test`` (or another folder with NORMAL and PNEUMONIA in it), or holds
            them inside ``kermany_cxr_224``, or is itself one of them. Films whose names tell no person are left out of
            ``train``, which is split by person; elsewhere each counts as a person of its own.

    Raises:
        SettingsError: there is no film where they are published.
    """
    root = data / "kermany_cxr_224" if (data / "kermany_cxr_224").is_dir() else data
    pattern = "*/*" if any((root / name).is_dir() for name in FOLDERS) else "*/*/*"
    found = [film for path in root.resolve().glob(pattern) if (film := _film(path)) is not None]
    if not found:
        raise SettingsError(
            f"{data} holds no films as Kermany's set has them.",
            f"Name the folder that holds train/NORMAL and train/PNEUMONIA ({ADDRESS}).",
            code="BED-EVAL-005",
        )
    return sorted(found, key=lambda film: (film.folder != "train", str(film.path)))


def _film(path: Path) -> Film | None:
    kind, folder = path.parent.name, path.parent.parent.name
    if kind not in FOLDERS or path.suffix.lower() not in _ENDINGS:
        return None
    match = _NAME.fullmatch(path.name)
    if match is None:
        untold = Film(path, 0 if kind == "NORMAL" else UNTOLD, path.stem, folder)
        return None if folder == "train" else untold
    person, cause, series, study = match.groups()
    if person is not None:
        return Film(path, 1 if cause.lower() == "bacteria" else 2, person.lower(), folder)
    return Film(path, 0, f"{series}-{int(study) // 10}x", folder)


def read(film: Film) -> NDArray[np.float32]:
    """The film's grey values, (row, column) float32.

    Raises:
        ImageReadError: it is damaged.
    """
    from bedside.tools.imaging.door import open_file

    array = open_file(film.path, attachment_id="A1", limit_bytes=100_000_000).array
    return array.mean(axis=2) if array.ndim == 3 else array


def without_copies(found: Sequence[Film], squares: NDArray[np.uint8]) -> list[int]:
    """Which films to keep: of each cluster of exact or near copies the first, and none where their labels differ.

    Args:
        found: N films.
        squares: their squares, (N, S, S) uint8.

    Returns:
        Indices in order. Copies are films whose 48-pixel thumbnails correlate above 0.995.
    """
    thumbs = np.stack([_thumb(one) for one in squares])
    dropped: set[int] = set()
    clashing: set[int] = set()
    for start in range(0, len(found), _BLOCK):
        likeness = thumbs[start : start + _BLOCK] @ thumbs.T
        for row, column in np.argwhere(likeness > _NEAR):
            first, second = start + int(row), int(column)
            if first < second and first not in dropped:
                dropped.add(second)
                if found[first].label != found[second].label:
                    clashing.add(first)
    return [index for index in range(len(found)) if index not in dropped | clashing]


def _thumb(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    from PIL import Image

    small = np.asarray(Image.fromarray(image).resize((_THUMB, _THUMB), Image.Resampling.BOX), dtype=np.float32).ravel()
    small = small - small.mean()
    return np.asarray(small / max(float(np.linalg.norm(small)), 1e-6), dtype=np.float32)


def part_of(person: str) -> str:
    """The part a person belongs to, by the hash of the name: the same on every machine, whatever else is there."""
    share = int.from_bytes(hashlib.sha256(f"cxr_pneumonia {person}".encode()).digest()[:4], "big") / 2**32
    train, validation, _ = _SHARES
    return PARTS[0] if share < train else PARTS[1] if share < train + validation else PARTS[2]


def counts(chosen: Iterable[Film]) -> dict[str, int]:
    """Films of each class, and how many persons."""
    held = list(chosen)
    out = {name: sum(film.label == index for film in held) for index, name in enumerate(CLASSES)}
    return {**out, "persons": len({film.person for film in held})}
