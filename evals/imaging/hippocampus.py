"""`hippocampus` and the mean atlas on held-out crops of the Medical Segmentation Decathlon."""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.core.settings import Settings
from bedside.core.study import Study
from bedside.evals.imaging.overlaps import dice_scores, mean_labels, mean_of, spread
from bedside.evals.imaging.part import Part
from bedside.evals.registry import Score
from bedside.tools.experts.hippocampus.checks import not_a_crop, not_a_hippocampus
from bedside.tools.experts.hippocampus.expert import FOLDER, WHOLE
from bedside.tools.experts.hippocampus.msd import ADDRESS, Crop, crops, part_of, read
from bedside.tools.experts.hippocampus.outline import LABELS, outline
from bedside.tools.experts.segmentation.overlap import dice
from bedside.tools.experts.segmentation.pieces import labelled
from bedside.tools.experts.segmentation.split import PARTS
from bedside.tools.experts.segmentation.weights import Trained, load

ATLAS = (64, 80, 64)


class Seen(NamedTuple):
    """One held-out crop.

    Attributes:
        crop: which.
        dice: of the whole, the anterior and the posterior part; 0 each where the crop is refused.
        baseline: the same of the mean atlas.
        within: whether the traced volume of the whole lies in the range over views.
        apart: the volume of the whole over the traced one, less 1.
        seconds: from the Study to the masks.
        refused: whether the expert refuses the crop.
    """

    crop: Crop
    dice: dict[str, float]
    baseline: dict[str, float]
    within: bool
    apart: float
    seconds: float
    refused: bool


def measured(data: Path, trained: Trained, limit: int | None = None) -> tuple[list[Score], list[str]]:
    """The scores on the held-out crops, and notes on what was scored.

    Raises:
        SettingsError: `data` is not as published.
    """
    everything = crops(data)
    own = [crop for crop in everything if part_of(crop.person) == PARTS[2]]
    fitted = [crop for crop in everything if part_of(crop.person) == PARTS[0]]
    mean = mean_labels([centred(read(crop)[1], ATLAS) for crop in fitted], 1 + len(LABELS)) if fitted else None
    seen = [_seen(own[row], trained, mean) for row in spread(range(len(own)), limit)]
    persons = [one.crop.person for one in seen]
    names = (WHOLE, *LABELS)
    scores = dice_scores("hippocampus", {name: [one.dice[name] for one in seen] for name in names}, persons)
    if mean is not None:
        scores += dice_scores("mean atlas", {name: [one.baseline[name] for one in seen] for name in names}, persons)
    figures = {
        "traced volume within the range over views": [float(one.within) for one in seen],
        "error of the volume, as a share of the traced one": [abs(one.apart) for one in seen],
        "seconds a crop": [one.seconds for one in seen],
    }
    scores += [Score(metric=m, system="hippocampus", estimate=mean_of(v, persons)) for m, v in figures.items()]
    worst = sorted(seen, key=lambda one: one.dice[WHOLE])[:3]
    notes = [
        f"held-out crops: {len(seen)}; {sum(one.refused for one in seen)} refused, which count as Dice 0",
        f"{len(fitted)} crops make the atlas, laid centre on centre",
        "lowest: " + ", ".join(f"{one.crop.person} {one.dice[WHOLE]:.3f}" for one in worst),
    ]
    return scores, notes


def centred(labels: NDArray[np.uint8], size: tuple[int, ...]) -> NDArray[np.uint8]:
    """Labels in the middle of a grid of another size, cut or filled with background."""
    out = np.zeros(size, dtype=np.uint8)
    pairs = []
    for own, full in zip(labels.shape, size, strict=True):
        held = min(own, full)
        pairs.append(
            (slice((own - held) // 2, (own - held) // 2 + held), slice((full - held) // 2, (full - held) // 2 + held))
        )
    out[tuple(there for _, there in pairs)] = labels[tuple(here for here, _ in pairs)]
    return out


def _seen(crop: Crop, trained: Trained, mean: NDArray[np.uint8] | None) -> Seen:
    study, truth = read(crop)
    began = time.monotonic()
    found = outline(trained, study)
    seconds = time.monotonic() - began
    refused = bool(not_a_crop(study) or not_a_hippocampus(found))
    own = dict.fromkeys((WHOLE, *LABELS), 0.0)
    if not refused:
        own = _overlaps(labelled(found.masks), truth)
    base = _overlaps(centred(mean, truth.shape), truth) if mean is not None else {}
    traced = float((truth > 0).sum()) * _voxel(study)
    volume = sum(float(mask.sum()) for mask in found.masks.values()) * _voxel(study)
    of_views = found.volumes.sum(axis=1)
    within = bool(of_views.min() <= traced <= of_views.max())
    return Seen(crop, own, base, within, volume / traced - 1, seconds, refused)


def _overlaps(labels: NDArray[np.uint8], truth: NDArray[np.uint8]) -> dict[str, float]:
    out = {name: dice(labels == label, truth == label) for name, label in LABELS.items()}
    return {WHOLE: dice(labels > 0, truth > 0), **out}


def _voxel(study: Study) -> float:
    return float(np.prod(study.info.spacing or (1.0, 1.0, 1.0)))


def _run(settings: Settings, data: Path, limit: int | None) -> tuple[list[Score], list[str]]:
    return measured(data, load(FOLDER), limit)


PART = Part("hippocampus", f"`msd_hippocampus`: the Decathlon's imagesTr and labelsTr ({ADDRESS})", _run)
