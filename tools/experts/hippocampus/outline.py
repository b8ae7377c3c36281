"""From a crop to the outlines in it: what the expert, the evaluation and a comparison with a prior all call."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.core.study import Study
from bedside.tools.experts.hippocampus.msd import ANTERIOR, POSTERIOR
from bedside.tools.experts.hippocampus.preprocess import at_training_step, on_grid, padded, unit
from bedside.tools.experts.segmentation.network import Shape
from bedside.tools.experts.segmentation.overlap import dice
from bedside.tools.experts.segmentation.pieces import largest
from bedside.tools.experts.segmentation.views import Mirror, View, probabilities
from bedside.tools.experts.segmentation.weights import Trained

SHAPE = Shape(dimensions=3, classes=3, filters=(8, 24, 64, 96))
LABELS = {"anterior hippocampus": ANTERIOR, "posterior hippocampus": POSTERIOR}
VIEWS = (View(), View(mirrored=True), View(zoom=0.95), View(zoom=1.05, mirrored=True))
MIRROR = Mirror(axis=0, classes=(0, ANTERIOR, POSTERIOR))


class Outlined(NamedTuple):
    """The hippocampus of one crop.

    Attributes:
        masks: anterior and posterior part by name, each (R, A, S) bool on the Study's own grid.
        volumes: mm³ of each part in each view, (views, parts), in the order of `masks`.
        agreement: the least Dice, over views, between the whole hippocampus of a view and that of all.
        one_piece: the share of what was outlined that hangs together.
        certainty: the mean probability, over the hippocampus, that it is one.
    """

    masks: dict[str, NDArray[np.bool_]]
    volumes: NDArray[np.float64]
    agreement: float
    one_piece: float
    certainty: float


def outline(trained: Trained, study: Study) -> Outlined:
    """Outlines the hippocampus in a crop around it.

    Args:
        trained: what `weights.load` returned for this expert.
        study: a volume along (R, A, S) with its spacing in mm.
    """
    return outlined(seen(trained, study), study, float(trained.facts["background below"]))


def seen(trained: Trained, study: Study) -> NDArray[np.float32]:
    """The probability of each class in each view, (views, classes, R, A, S), at steps of 1 mm over the field."""
    spacing = study.info.spacing or (1.0, 1.0, 1.0)
    ready, inside = padded(unit(at_training_step(study.array, spacing)), trained.shape.step)
    return probabilities(trained.network, ready, VIEWS, MIRROR)[(slice(None), slice(None), *inside)]


def outlined(of_views: NDArray[np.float32], study: Study, below: float) -> Outlined:
    """The outlines from what `seen` found.

    Args:
        of_views: (views, classes, R, A, S).
        study: what was seen.
        below: a voxel is hippocampus where the probability of background is below this.
    """
    mean = of_views.mean(axis=0)
    full = labels_of(on_grid(mean, study.array.shape), below)
    whole = largest(full > 0)
    count = int(np.count_nonzero(full))
    views = [labels_of(one, below) for one in of_views]
    together = labels_of(mean, below) > 0
    # On the network's grid a voxel is what the field gives it, whatever the file's own steps are.
    spacing = study.info.spacing or (1.0, 1.0, 1.0)
    voxel = float(np.prod(spacing)) * study.array.size / together.size
    return Outlined(
        masks={name: (full == label) & whole for name, label in LABELS.items()},
        volumes=np.asarray(
            [[float(((one == label) & largest(one > 0)).sum()) * voxel for label in LABELS.values()] for one in views]
        ),
        agreement=min(dice(one > 0, together) for one in views),
        one_piece=float(whole.sum()) / count if count else 0.0,
        certainty=float(1 - on_grid(mean, study.array.shape)[0][whole].mean()) if whole.any() else 0.0,
    )


def labels_of(found: NDArray[np.float32], below: float) -> NDArray[np.uint8]:
    """Labels from probabilities, (classes, …): the likelier part where background is less probable than `below`."""
    return np.where(found[0] < below, 1 + found[1:].argmax(axis=0), 0).astype(np.uint8)
