"""Do similar cases have the same label? Chest films of children: training persons held, other persons asked about.

Every figure is the share of the five found, one of each person, that have the label of the film asked about (normal,
bacterial or viral pneumonia). Copies within Kermany's set are removed first; no film of a person is on both sides.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.core.settings import Settings
from bedside.evals.binary_metrics import by_person
from bedside.evals.imaging.part import Part
from bedside.evals.registry import Score
from bedside.evals.stats import Estimate, bootstrap
from bedside.tools.experts.cxr_pneumonia.kermany import ADDRESS, PARTS, UNTOLD, Film, films, part_of, without_copies
from bedside.tools.experts.cxr_pneumonia.labels import CLASSES
from bedside.tools.experts.cxr_pneumonia.preprocess import square
from bedside.tools.search.similar_cases import SHOWN
from bedside.tools.similar.cases import Cases
from bedside.tools.similar.store import CENTRED_FROM

if TYPE_CHECKING:
    from bedside.core.study import Study

SYSTEM, PIXELS, CHANCE = "similar_cases", "nearest by pixels", "drawn at random"
LIMIT_BYTES = 100_000_000
_SIDE = 32


class Sets(NamedTuple):
    """The films of the training persons, which are held, and those of each set that is asked about."""

    held: tuple[Film, ...]
    asked: dict[str, tuple[Film, ...]]
    copies: int


def sets(data: Path, limit: int | None = None) -> Sets:
    """Kermany's films by side.

    Args:
        data: see `films`.
        limit: of films on each side, at equal steps; None for all.

    Raises:
        SettingsError: `data` is not as published.
        ImageReadError: a film is damaged.
    """
    everything = [film for film in films(data) if film.label != UNTOLD]
    own = {part: [f for f in everything if f.folder == "train" and part_of(f.person) == part] for part in PARTS}
    others = sorted({film.folder for film in everything} - {"train"})
    sides = {"held": own[PARTS[0]], "held-out persons": own[PARTS[2]]}
    sides |= {f"folder {name}": [film for film in everything if film.folder == name] for name in others}
    chosen = {name: _spread(found, limit) for name, found in sides.items()}
    flat = [film for found in chosen.values() for film in found]
    squares = np.stack([square(_opened(film).array) for film in flat])
    kept = {flat[row].path for row in without_copies(flat, squares)}
    left = {name: tuple(film for film in found if film.path in kept) for name, found in chosen.items()}
    held = left.pop("held")
    return Sets(held, {name: found for name, found in left.items() if found}, len(flat) - len(kept))


def run(settings: Settings, data: Path, limit: int | None = None) -> tuple[list[Score], list[str]]:
    """Holds the films of the training persons and asks about those of all others: scores, and notes.

    Raises:
        SettingsError: `data` does not hold the films.
        WeightError: the network cannot be had.
    """
    return measured(settings, sets(data, limit))


def measured(settings: Settings, chosen: Sets) -> tuple[list[Score], list[str]]:
    """The scores of every set that is asked about, and notes.

    Args:
        settings: weights and cache are read; the cases go to a folder that is removed afterwards.
        chosen: who is held and who is asked about.

    Raises:
        WeightError: the network cannot be had.
    """
    scores: list[Score] = []
    notes = [
        f"{len(chosen.held)} films of {_persons(chosen.held)} training persons held; {chosen.copies} copies removed"
    ]
    pixels = []
    with (
        tempfile.TemporaryDirectory(prefix="bedside-eval-") as home,
        Cases(settings.model_copy(update={"home": Path(home)})) as cases,
    ):
        for film in chosen.held:
            study = _opened(film)
            cases.add(study, film.person, CLASSES[film.label])
            pixels.append(_pixels(study))
        cases.finish()
        by_pixels = np.stack(pixels)
        for name, asked in chosen.asked.items():
            rows, seconds = [], []
            for film in asked:
                study = _opened(film)
                began = time.perf_counter()
                found = cases.search(study, SHOWN, film.person).found
                seconds.append(time.perf_counter() - began)
                own = [one.case.label == CLASSES[film.label] for one in found]
                near = nearest(by_pixels, _pixels(study), chosen.held, SHOWN)
                rows.append(
                    (_share(own), _share([one.label == film.label for one in near]), _chance(chosen.held, film))
                )
            scores += _scores(name, asked, np.asarray(rows))
            scores.append(Score(metric=f"{name}: seconds a lookup", system=SYSTEM, estimate=bootstrap(seconds)))
            p95 = float(np.percentile(seconds, 95))
            notes.append(
                f"{name}: {len(asked)} films of {_persons(asked)} persons asked about; a lookup took "
                f"{float(np.median(seconds)):.3f} s median, {p95:.3f} s at the 95th percentile, the network included"
            )
    notes.append("normal films count ten neighbouring studies as one person")
    if len(chosen.held) < CENTRED_FROM:
        notes.append(f"fewer than {CENTRED_FROM} films were held: this is no measurement")
    return scores, notes


def nearest(
    held: NDArray[np.float32], asked: NDArray[np.float32], films_held: Sequence[Film], count: int
) -> list[Film]:
    """The films whose pixels correlate most, one of each person: the baseline.

    Args:
        held: (N, D) unit vectors.
        asked: (D,) unit vector.
        films_held: the N films.
        count: how many at most.
    """
    found: dict[str, Film] = {}
    for row in np.argsort(-(held @ asked), kind="stable"):
        film = films_held[int(row)]
        found.setdefault(film.person, film)
        if len(found) >= count:
            break
    return list(found.values())


def _scores(name: str, asked: Sequence[Film], rows: NDArray[np.float64]) -> list[Score]:
    persons = [film.person for film in asked]
    labels = np.asarray([film.label for film in asked])
    out = []
    for column, system in enumerate((SYSTEM, PIXELS, CHANCE)):
        values = rows[:, column]
        out.append(Score(metric=f"{name}: precision@{SHOWN}", system=system, estimate=_mean(values, persons)))
        for index, label in enumerate(CLASSES):
            of = labels == index
            theirs = [person for person, one in zip(persons, of, strict=True) if one]
            estimate = _mean(values[of], theirs)
            out.append(Score(metric=f"{name}: precision@{SHOWN}, {label}", system=system, estimate=estimate))
    return sorted(out, key=lambda score: score.metric)


def _mean(values: NDArray[np.float64], persons: Sequence[str]) -> Estimate:
    """A mean with its interval over persons."""
    return by_person(values, np.zeros(len(values), dtype=np.bool_), persons, lambda drawn, _: float(drawn.mean()))


def _opened(film: Film) -> Study:
    from bedside.tools.imaging.door import open_file

    return open_file(film.path, attachment_id="A1", limit_bytes=LIMIT_BYTES)


def _pixels(study: Study) -> NDArray[np.float32]:
    """The film as 32 x 32 grey values, (1024,) float32 of mean 0 and length 1."""
    from PIL import Image

    from bedside.tools.imaging.display import normalised

    small = Image.fromarray(normalised(study)).resize((_SIDE, _SIDE), Image.Resampling.BOX)
    flat = np.asarray(small, dtype=np.float32).ravel()
    flat = flat - flat.mean()
    return np.asarray(flat / max(float(np.linalg.norm(flat)), 1e-6), dtype=np.float32)


def _share(same: Sequence[bool]) -> float:
    """Of the five places; one that is empty counts as wrong."""
    return sum(same) / SHOWN


def _chance(held: Sequence[Film], film: Film) -> float:
    """The share of the films held that have its label: what five drawn at random have in the mean."""
    return sum(one.label == film.label for one in held) / max(1, len(held))


def _persons(some: Sequence[Film]) -> int:
    return len({film.person for film in some})


def _spread(found: Sequence[Film], limit: int | None) -> Sequence[Film]:
    if limit is None or limit >= len(found):
        return found
    return [found[int(place)] for place in np.linspace(0, len(found) - 1, max(0, limit))]


PART = Part(
    name="similar_cases",
    needs=f"`kermany_cxr_224` ({ADDRESS})",
    run=run,
)
