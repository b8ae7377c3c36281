"""From a film to the outlines of its lungs: what the expert, the evaluation and a comparison with a prior all call."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.core.study import Study
from bedside.tools.experts.cxr_lungs.hannover import LEFT, RIGHT
from bedside.tools.experts.cxr_pneumonia.preprocess import square
from bedside.tools.experts.segmentation.network import Shape
from bedside.tools.experts.segmentation.overlap import dice
from bedside.tools.experts.segmentation.pieces import filled, largest
from bedside.tools.experts.segmentation.views import Mirror, View, probabilities
from bedside.tools.experts.segmentation.weights import Trained

SHAPE = Shape(dimensions=2, classes=3, filters=(16, 24, 40, 64, 96))
SIDE = 96
LABELS = {"right lung": RIGHT, "left lung": LEFT}
# Mirroring a film exchanges the sides, so the network's "right" of a mirrored film is the left lung.
VIEWS = (View(), View(mirrored=True), View(zoom=0.93), View(zoom=1.08, mirrored=True))
MIRROR = Mirror(axis=1, classes=(0, LEFT, RIGHT))


class Outlined(NamedTuple):
    """The lungs of one film.

    Attributes:
        masks: right and left lung by name, each (row, column) bool on the Study's own grid.
        seen: labels as each view gives them, (views, row, column) uint8, on the network's square over the same field.
        agreement: the least Dice, over views and lungs, between the lung of a view and that of all.
    """

    masks: dict[str, NDArray[np.bool_]]
    seen: NDArray[np.uint8]
    agreement: float


def outline(trained: Trained, study: Study) -> Outlined:
    """Outlines both lungs of a frontal film.

    Args:
        trained: what `weights.load` returned for this expert.
        study: an image along (row, column) or (row, column, channel).
    """
    return outlined(trained, square(study.array), study.array.shape[:2])


def outlined(trained: Trained, film: NDArray[np.uint8], shape: tuple[int, ...]) -> Outlined:
    """The same from the film as `square` makes it, on a grid of `shape`."""
    of_views = probabilities(trained.network, seen_small(film), VIEWS, MIRROR)
    mean = of_views.mean(axis=0)
    best = _enlarged(mean, shape).argmax(axis=0)
    masks = {name: filled(largest(best == label)) for name, label in LABELS.items()}
    together = _cleaned(mean)
    seen = np.stack([_cleaned(one) for one in of_views])
    agreement = min(dice(one == label, together == label) for one in seen for label in LABELS.values())
    return Outlined(masks, seen, agreement)


def seen_small(film: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The film as `square` makes it on the network's own grid: (SIDE, SIDE) float32 from 0 to 1."""
    from PIL import Image

    small = Image.fromarray(film).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    return np.asarray(np.asarray(small) / 255, dtype=np.float32)


def _cleaned(found: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The most probable label of each pixel, of each lung its largest piece without holes."""
    best = found.argmax(axis=0)
    out = np.zeros(best.shape, dtype=np.uint8)
    for label in LABELS.values():
        out[filled(largest(best == label))] = label
    return out


def _enlarged(found: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """(classes, row, column) on another grid, bilinear."""
    import torch

    batch = torch.from_numpy(found)[None]
    out = torch.nn.functional.interpolate(batch, size=tuple(shape), mode="bilinear", align_corners=False)
    return np.asarray(out[0].numpy(), dtype=np.float32)
