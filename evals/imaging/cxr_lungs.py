"""`cxr_lungs` and the mean mask on chest films of held-out persons of the Hannover set."""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bedside.core.settings import Settings
from bedside.evals.imaging.overlaps import dice_scores, mean_labels, mean_of, spread
from bedside.evals.imaging.part import Part
from bedside.evals.registry import Score
from bedside.tools.contract import ToolRequest
from bedside.tools.experts.cxr_lungs.expert import FOLDER, implausible
from bedside.tools.experts.cxr_lungs.hannover import ADDRESS, Film, films, part_of, read
from bedside.tools.experts.cxr_lungs.measure import areas
from bedside.tools.experts.cxr_lungs.outline import LABELS, outline
from bedside.tools.experts.cxr_lungs.train import prepared
from bedside.tools.experts.cxr_pneumonia.gate import judge
from bedside.tools.experts.segmentation.overlap import dice
from bedside.tools.experts.segmentation.pieces import labelled
from bedside.tools.experts.segmentation.split import PARTS
from bedside.tools.experts.segmentation.weights import Trained, load

BOTH = "lungs"
_LIMIT_BYTES = 100_000_000


class Seen(NamedTuple):
    """One held-out film.

    Attributes:
        film: which.
        dice: of both lungs together, the right and the left; 0 each where the film is refused.
        baseline: the same of the mean mask.
        within: of each lung, whether the traced area lies in the range over views.
        apart: of each lung, the area over the traced one, less 1.
        seconds: from the Study to the masks.
        refused: whether the expert refuses the film.
    """

    film: Film
    dice: dict[str, float]
    baseline: dict[str, float]
    within: list[bool]
    apart: list[float]
    seconds: float
    refused: bool


def measured(data: Path, trained: Trained, limit: int | None = None) -> tuple[list[Score], list[str]]:
    """The scores on the held-out persons, and notes on what was scored.

    Raises:
        SettingsError: `data` is not as published.
    """
    everything = films(data)
    own = [film for film in everything if part_of(film.person) == PARTS[2]]
    mean = mean_labels([prepared(film)[1] for film in everything if part_of(film.person) != PARTS[2]], 1 + len(LABELS))
    seen = [_seen(own[row], trained, mean) for row in spread(range(len(own)), limit)]
    persons = [one.film.person for one in seen]
    names = (BOTH, *LABELS)
    scores = dice_scores("cxr_lungs", {name: [one.dice[name] for one in seen] for name in names}, persons)
    scores += dice_scores("mean mask", {name: [one.baseline[name] for one in seen] for name in names}, persons)
    figures = {
        "traced area within the range over views": [float(np.mean(one.within)) for one in seen],
        "error of an area, as a share of the traced one": [float(np.mean(np.abs(one.apart))) for one in seen],
        "seconds a film": [one.seconds for one in seen],
    }
    scores += [Score(metric=m, system="cxr_lungs", estimate=mean_of(values, persons)) for m, values in figures.items()]
    return scores, _notes(seen)


def _seen(film: Film, trained: Trained, mean: np.ndarray) -> Seen:
    from PIL import Image

    from bedside.tools.imaging.door import open_file

    study = open_file(film.path, attachment_id="A1", limit_bytes=_LIMIT_BYTES)
    _, truth = read(film)
    began = time.monotonic()
    found = outline(trained, study)
    seconds = time.monotonic() - began
    refused = not judge(ToolRequest(study=study), study).accepted or bool(implausible(trained, study, found))
    flat = np.asarray(Image.fromarray(mean).resize(truth.shape[::-1], Image.Resampling.NEAREST))
    own = dict.fromkeys((BOTH, *LABELS), 0.0)
    if not refused:
        own = {name: dice(mask, truth == LABELS[name]) for name, mask in found.masks.items()}
        own[BOTH] = dice(labelled(found.masks) > 0, truth > 0)
    base = {name: dice(flat == label, truth == label) for name, label in LABELS.items()}
    base[BOTH] = dice(flat > 0, truth > 0)
    traced = {name: float((truth == label).sum()) for name, label in LABELS.items()}
    sizes = areas(found)
    return Seen(
        film,
        own,
        base,
        [low <= traced[name] <= high for name, (_, low, high) in sizes.items()],
        [size / traced[name] - 1 for name, (size, _, _) in sizes.items()],
        seconds,
        refused,
    )


def _notes(seen: list[Seen]) -> list[str]:
    persons = len({one.film.person for one in seen})
    notes = [
        f"held-out persons: {len(seen)} films of {persons} persons; {sum(one.refused for one in seen)} refused, which "
        "count as Dice 0; intervals over persons"
    ]
    for view in ("PA", "AP"):
        own = [one.dice[BOTH] for one in seen if one.film.view == view]
        notes += [f"{view}: mean Dice of the lungs {np.mean(own):.3f} (n={len(own)})"] if own else []
    worst = sorted(seen, key=lambda one: one.dice[BOTH])[:3]
    return [*notes, "lowest: " + ", ".join(f"{one.film.path.name} {one.dice[BOTH]:.3f}" for one in worst)]


def _run(settings: Settings, data: Path, limit: int | None) -> tuple[list[Score], list[str]]:
    return measured(data, load(FOLDER), limit)


PART = Part("cxr_lungs", f"`hannover_cxr_lungs`: images, lung_masks, data.csv ({ADDRESS})", _run)
