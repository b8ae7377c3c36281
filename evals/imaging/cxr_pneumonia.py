"""`cxr_pneumonia` and two simple baselines on Kermany's chest X-rays of children.

Films that the model was fitted or chosen on are never scored. The baselines are fitted, and their operating points
chosen, on the same persons as the model's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.core.settings import Settings
from bedside.evals.binary_metrics import area, by_person, calibration_error, sensitivity_at, specificity_at
from bedside.evals.imaging.part import Part
from bedside.evals.registry import Score
from bedside.evals.stats import proportion
from bedside.tools.contract import ToolRequest
from bedside.tools.experts.cxr_pneumonia.calibrate import operating_point
from bedside.tools.experts.cxr_pneumonia.expert import scored
from bedside.tools.experts.cxr_pneumonia.gate import judge
from bedside.tools.experts.cxr_pneumonia.kermany import ADDRESS, PARTS, Film, films, part_of, without_copies
from bedside.tools.experts.cxr_pneumonia.likeness import LEAST, cells, likeness
from bedside.tools.experts.cxr_pneumonia.preprocess import square
from bedside.tools.experts.cxr_pneumonia.weights import Trained, load

Floats = NDArray[np.float64]
LIMIT_BYTES = 100_000_000
_PENALTY = 1.0


class Seen(NamedTuple):
    """Films as they are scored.

    Attributes:
        films: N films.
        squares: (N, S, S) uint8.
        raw: mean and deviation of each film's own grey values, (N, 2).
        read: whether the gate let each through.
    """

    films: tuple[Film, ...]
    squares: NDArray[np.uint8]
    raw: NDArray[np.float64]
    read: NDArray[np.bool_]

    def only(self, rows: Sequence[int]) -> Seen:
        """Some of them."""
        index = np.asarray(rows, dtype=np.int64)
        return Seen(tuple(self.films[row] for row in rows), self.squares[index], self.raw[index], self.read[index])

    @property
    def ill(self) -> NDArray[np.bool_]:
        """Whether each has pneumonia."""
        return np.asarray([film.label != 0 for film in self.films], dtype=np.bool_)

    @property
    def persons(self) -> tuple[str, ...]:
        """Whose film each is."""
        return tuple(film.person for film in self.films)


class Scored(NamedTuple):
    """One system on one set: the probability of pneumonia of each film, and the point from which it calls it."""

    name: str
    scores: NDArray[np.float64]
    threshold: float


def seen(found: Sequence[Film], trained: Trained) -> Seen:
    """The films through the door, the gate and the preprocessing, as the tool takes them.

    Raises:
        ImageReadError: a film is damaged.
    """
    from bedside.tools.imaging.door import open_file

    squares, raw, read = [], [], []
    for film in found:
        study = open_file(film.path, attachment_id="A1", limit_bytes=LIMIT_BYTES)
        squares.append(square(study.array))
        raw.append((float(study.array.mean()), float(study.array.std())))
        alike = likeness(squares[-1], trained.mean_film)
        read.append(judge(ToolRequest(study=study), study).accepted and alike >= LEAST)
    return Seen(tuple(found), np.stack(squares), np.asarray(raw), np.asarray(read, dtype=np.bool_))


def measured(data: Path, trained: Trained, limit: int | None = None) -> tuple[list[Score], list[str]]:
    """The scores on the held-out persons of ``train`` and on every other folder, and notes on what was scored.

    Raises:
        SettingsError: `data` is not as published.
    """
    everything = seen(films(data), trained)
    kept = everything.only(without_copies(everything.films, everything.squares))
    own = {name: _rows(kept, "train", name) for name in PARTS}
    sets = {"held-out persons": own[PARTS[2]]}
    sets |= {f"folder {name}": _rows(kept, name) for name in _others(kept)}
    notes = [f"{len(everything.films) - len(kept.films)} copies removed; a film that the gate refuses counts as wrong"]
    scores: list[Score] = []
    for name, rows in sets.items():
        chosen = kept.only(_spread(rows, limit))
        if not chosen.films:
            continue
        systems = [_model(trained, chosen), *_baselines(kept.only(own[PARTS[0]]), kept.only(own[PARTS[1]]), chosen)]
        scores += [score for system in systems for score in _scores(name, system, chosen)]
        scores += _causes(name, trained, chosen)
        notes.append(_told(name, chosen))
    if not own[PARTS[0]]:
        notes.append("no baseline: there are no films of training persons to fit it on")
    return scores, notes


def _rows(kept: Seen, folder: str, part: str | None = None) -> list[int]:
    return [
        row
        for row, film in enumerate(kept.films)
        if film.folder == folder and (part is None or part_of(film.person) == part)
    ]


def _others(kept: Seen) -> list[str]:
    return sorted({film.folder for film in kept.films} - {"train"})


def _spread(rows: list[int], limit: int | None) -> list[int]:
    """All rows, or `limit` of them at equal steps, so that every class is among them."""
    if limit is None or limit >= len(rows):
        return rows
    return [rows[int(place)] for place in np.linspace(0, len(rows) - 1, max(0, limit))]


def _model(trained: Trained, chosen: Seen) -> Scored:
    found = 1 - scored(trained, chosen.squares).mean(axis=0)[:, 0]
    return Scored("cxr_pneumonia", np.where(chosen.read, found, np.where(chosen.ill, 0.0, 1.0)), trained.threshold)


def _baselines(fitting: Seen, checking: Seen, chosen: Seen) -> list[Scored]:
    """Logistic regression on mean and deviation of the grey values, and on 16 x 16 cells of the equalised film."""
    if not fitting.films or not checking.ill.any():
        return []
    out = []
    for name, of in (
        ("mean and deviation", lambda s: s.raw),
        ("16 x 16 cells", lambda s: np.stack([*map(cells, s.squares)])),
    ):
        predict = logistic(of(fitting), fitting.ill)
        threshold = operating_point(predict(of(checking)), checking.ill)
        out.append(Scored(f"regression on {name}", predict(of(chosen)), threshold))
    return out


def logistic(inputs: NDArray[np.float64], ill: NDArray[np.bool_]) -> Callable[[Floats], Floats]:
    """Logistic regression with a small ridge penalty: a function from (N, D) inputs to N probabilities."""
    from scipy.optimize import minimize
    from scipy.special import expit

    middle, width = inputs.mean(axis=0), np.maximum(inputs.std(axis=0), 1e-6)
    sign = np.where(ill, 1.0, -1.0)

    def ready(given: Floats) -> Floats:
        return np.hstack([(given - middle) / width, np.ones((len(given), 1))])

    x = ready(inputs)

    def loss(weight: Floats) -> tuple[float, Floats]:
        margin = sign * (x @ weight)
        value = np.logaddexp(0, -margin).sum() + _PENALTY / 2 * (weight[:-1] ** 2).sum()
        slope = -(x.T @ (sign * expit(-margin))) + _PENALTY * np.append(weight[:-1], 0.0)
        return float(value), slope

    weight = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    return lambda given: np.asarray(expit(ready(given) @ weight), dtype=np.float64)


def _scores(name: str, system: Scored, chosen: Seen) -> list[Score]:
    figures = {
        "AUC": area,
        "sensitivity": sensitivity_at(system.threshold),
        "specificity": specificity_at(system.threshold),
        "ECE": calibration_error,
    }
    return [
        Score(
            metric=f"{name}: {metric}",
            system=system.name,
            estimate=by_person(system.scores, chosen.ill, chosen.persons, figure),
        )
        for metric, figure in figures.items()
    ]


def _causes(name: str, trained: Trained, chosen: Seen) -> list[Score]:
    """Bacterial against viral among films with pneumonia whose name tells the cause, and all three classes."""
    told = chosen.only([row for row, film in enumerate(chosen.films) if film.label >= 0])
    if not told.films:
        return []
    labels = np.asarray([film.label for film in told.films])
    found = scored(trained, told.squares).mean(axis=0)
    right = int(((found.argmax(axis=1) == labels) & told.read).sum())
    out = [Score(metric=f"{name}: right of 3 classes", system="cxr_pneumonia", estimate=proportion(right, len(labels)))]
    ill = labels > 0
    if ill.any():
        share = (found[:, 1] / np.maximum(found[:, 1] + found[:, 2], 1e-9))[ill]
        persons = [person for person, one in zip(told.persons, ill, strict=True) if one]
        estimate = by_person(share, labels[ill] == 1, persons, area)
        out.append(Score(metric=f"{name}: bacterial against viral AUC", system="cxr_pneumonia", estimate=estimate))
    return out


def _told(name: str, chosen: Seen) -> str:
    ill = int(chosen.ill.sum())
    refused = int((~chosen.read).sum())
    return (
        f"{name}: {len(chosen.films)} films ({ill} with pneumonia) of {len(set(chosen.persons))} persons; "
        f"normal films count ten neighbouring studies as one person; {refused} refused by the gate"
    )


def _run(settings: Settings, data: Path, limit: int | None) -> tuple[list[Score], list[str]]:
    trained = load()
    scores, notes = measured(data, trained, limit)
    return scores, [*notes, f"operating point {trained.threshold}, temperature {trained.temperature}, from validation"]


PART = Part("cxr_pneumonia", f"`kermany_cxr_224`, or its train or test folder ({ADDRESS})", _run)
