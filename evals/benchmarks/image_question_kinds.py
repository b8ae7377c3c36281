"""The kinds of closed questions that can be asked of labelled images, each with balanced right answers.

Only images of persons whom Bedside's experts were not trained on are asked about (`part_of` of each set).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from bedside.core.errors import SettingsError
from bedside.tools.experts.cxr_lungs import hannover
from bedside.tools.experts.cxr_pneumonia import kermany
from bedside.tools.experts.hippocampus import msd

_HELD_OUT = "held-out"
_FILMS = 4
_MODALITIES = ("X-ray", "MRI", "CT", "ultrasound")
_SIDES = ("the right lung", "the left lung")
# A lung counts as the larger where it is so by this factor, so that the trace does not decide.
_LARGER = 1.15
# Points keep away from the outline by the first share of the image's width, and stay as near as the second.
_NEAREST, _FARTHEST = 0.02, 0.15
# Volumes offered lie apart by this factor.
_STEP = 1.3
_PLACES = 4

_Item = TypeVar("_Item")


class Source(NamedTuple):
    """A file of a labelled set: a film, a volume to be given whole, or the middle slice of one."""

    path: Path
    form: Literal["film", "volume", "slice"]


class Asked(NamedTuple):
    """A question: its text, options, the place of the right one, and the images that it is asked of."""

    question: str
    options: tuple[str, ...]
    right: int
    images: tuple[Source, ...]


class Sets(NamedTuple):
    """What is there of the labelled sets, held-out persons only; empty where a set is not there."""

    children: list[kermany.Film]
    adults: list[hannover.Film]
    brains: list[msd.Crop]


def held_out(data: Path) -> Sets:
    """The sets below a data folder.

    Raises:
        SettingsError: there is none of them.
    """
    sets = Sets(
        [f for f in _there(kermany.films, data, "kermany_cxr_224") if kermany.part_of(f.person) == _HELD_OUT],
        [f for f in _there(hannover.films, data, hannover.FOLDER) if hannover.part_of(f.person) == _HELD_OUT],
        [c for c in _there(msd.crops, data, msd.FOLDER) if msd.part_of(c.person) == _HELD_OUT],
    )
    if not any(sets):
        raise SettingsError(
            f"{data} holds none of the labelled sets.",
            f"It needs kermany_cxr_224, {hannover.FOLDER} or {msd.FOLDER}.",
            code="BED-EVAL-005",
        )
    return sets


def modality(sets: Sets, count: int, rng: Random) -> list[Asked]:
    """What made an image: an X-ray of the chest, or a slice of an MRI of the brain (never CT or ultrasound)."""
    paths = [*(f.path for f in sets.children), *(f.path for f in sets.adults)]
    films = [Source(path, "film") for path in paths]
    slices = [Source(c.path, "slice") for c in sets.brains]
    out = []
    for right, image in _balanced({"X-ray": films, "MRI": slices}, count, rng):
        options = rng.sample(_MODALITIES, len(_MODALITIES))
        out.append(Asked("How was this image made?", tuple(options), options.index(right), (image,)))
    return out


def finding(sets: Sets, count: int, rng: Random) -> list[Asked]:
    """Whether a child's chest X-ray shows pneumonia."""
    ill, well = _ill_and_well(sets.children)
    question = "Does this chest X-ray of a child show pneumonia?"
    return [
        Asked(question, ("yes", "no"), 0 if right == "yes" else 1, (image,))
        for right, image in _balanced({"yes": ill, "no": well}, count, rng)
    ]


def count(sets: Sets, count: int, rng: Random) -> list[Asked]:
    """How many of four chest X-rays of children show pneumonia: 0 to 4."""
    ill, well = _ill_and_well(sets.children)
    if len(ill) < _FILMS or len(well) < _FILMS:
        return []
    question = f"How many of these {_FILMS} chest X-rays of children show pneumonia?"
    options = tuple(str(n) for n in range(_FILMS + 1))
    out = []
    for right in _in_turn(range(_FILMS + 1), count, rng):
        images = rng.sample(ill, right) + rng.sample(well, _FILMS - right)
        rng.shuffle(images)
        out.append(Asked(question, options, right, tuple(images)))
    return out


def point(sets: Sets, count: int, rng: Random) -> list[Asked]:
    """Whether a point lies in a lung, as it was traced: with what lies behind the heart."""
    out = []
    for n, right in enumerate(_in_turn((0, 1), count if sets.adults else 0, rng)):
        film = sets.adults[n % len(sets.adults)]
        lungs = hannover.read(film)[1] > 0
        question = f"Is the point at {_point(lungs, inside=right == 0, rng=rng)} inside a lung?"
        out.append(Asked(question, ("yes", "no"), right, (Source(film.path, "film"),)))
    return out


def volume(sets: Sets, count: int, rng: Random) -> list[Asked]:
    """The volume of the hippocampus, as it was traced, among four; each place is right equally often."""
    question = "What is the volume of the hippocampus in this MRI of its surroundings?"
    crops = rng.sample(sets.brains, min(count, len(sets.brains)))
    out = []
    for crop, right in zip(crops, _in_turn(range(_PLACES), len(crops), rng), strict=True):
        study, labels = msd.read(crop)
        voxel = float(np.prod(study.info.spacing or (1.0, 1.0, 1.0)))
        traced = float((labels > 0).sum()) * voxel / 1000
        offered = tuple(f"{traced * _STEP ** (place - right):.2f} mL" for place in range(_PLACES))
        out.append(Asked(question, offered, right, (Source(crop.path, "volume"),)))
    return out


def side(sets: Sets, count: int, rng: Random) -> list[Asked]:
    """Which of the patient's lungs is larger on the film, as they were traced; then in which of them a point lies."""
    by_side: dict[str, list[Source]] = {name: [] for name in _SIDES}
    for film in sets.adults:
        labels = hannover.read(film)[1]
        right, left = (int((labels == label).sum()) for label in (hannover.RIGHT, hannover.LEFT))
        if max(right, left) >= _LARGER * min(right, left):
            by_side[_SIDES[0 if right > left else 1]].append(Source(film.path, "film"))
    question = "Which of the patient's lungs is larger on this frontal chest X-ray?"
    out = [Asked(question, _SIDES, _SIDES.index(larger), (i,)) for larger, i in _balanced(by_side, count, rng)]
    for n, place in enumerate(_in_turn((0, 1), count - len(out) if sets.adults else 0, rng)):
        film = sets.adults[n % len(sets.adults)]
        lung = hannover.read(film)[1] == (hannover.RIGHT, hannover.LEFT)[place]
        asked = f"In which of the patient's lungs is the point at {_point(lung, inside=True, rng=rng)}?"
        out.append(Asked(asked, _SIDES, place, (Source(film.path, "film"),)))
    return out


KINDS: dict[str, Callable[[Sets, int, Random], list[Asked]]] = {
    "modality": modality,
    "finding": finding,
    "count": count,
    "point": point,
    "volume": volume,
    "side": side,
}


def _there(read: Callable[[Path], list[_Item]], data: Path, folder: str) -> list[_Item]:
    return read(data / folder) if (data / folder).is_dir() else []


def _ill_and_well(films: Sequence[kermany.Film]) -> tuple[list[Source], list[Source]]:
    """The films with pneumonia, and those without."""
    ill = [Source(f.path, "film") for f in films if f.label != 0]
    return ill, [Source(f.path, "film") for f in films if f.label == 0]


def _in_turn(answers: Sequence[_Item], count: int, rng: Random) -> list[_Item]:
    """Each answer equally often, as far as that goes, in drawn order."""
    whole = [answers[n % len(answers)] for n in range(count)]
    rng.shuffle(whole)
    return whole


def _balanced(pools: dict[str, list[_Item]], count: int, rng: Random) -> list[tuple[str, _Item]]:
    """Drawn items with their answers, each answer equally often: as many as the smallest pool allows."""
    each = min(count // len(pools), *(len(pool) for pool in pools.values()))
    drawn = [(answer, item) for answer, pool in pools.items() for item in rng.sample(pool, each)]
    rng.shuffle(drawn)
    return drawn


def _point(mask: NDArray[np.bool_], *, inside: bool, rng: Random) -> str:
    """A drawn point near the outline of a mask, (row, column), and not on it, in words."""
    from scipy import ndimage

    rows, columns = mask.shape
    away = ndimage.distance_transform_edt(mask if inside else ~mask)
    nearest = min(_NEAREST * columns, float(away.max()))
    fits = np.argwhere((away >= nearest) & (away <= _FARTHEST * columns))
    row, column = (int(at) for at in fits[rng.randrange(len(fits))])
    return f"column {column} and row {row} (counted from 0 at the top left of {columns} columns and {rows} rows)"
