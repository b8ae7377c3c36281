"""What lung outlines can tell: areas, and the width of the thorax on a film from behind.

Not the cardiothoracic ratio (Danzer 1919, Am J Med Sci 157:513-521), which needs the width of the heart. The outlines
that this model learned run through the heart's shadow, so what lies between the lungs is not the heart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.core.study import StudyInfo
from bedside.tools.experts.cxr_lungs.outline import LABELS, Outlined

NO_RATIO = (
    "The cardiothoracic ratio is not given: it needs the width of the heart, and these outlines run through the "
    "heart's shadow, so the gap between them is not the heart."
)


class Scale(NamedTuple):
    """What a film's own measures are worth.

    Attributes:
        area: cm² of a pixel, or the share of the film in per cent that a pixel is.
        area_unit: ``cm2`` or ``%``.
        width: cm of a column, or the share of the film's width in per cent that a column is.
        width_unit: ``cm`` or ``%``.
        note: what the unit means.
    """

    area: float
    area_unit: str
    width: float
    width_unit: str
    note: str


def scale(info: StudyInfo) -> Scale:
    """The scale of a film, in cm where its spacing is known, else as shares of the film."""
    rows, columns = info.shape[:2]
    if info.spacing is None or info.spacing_unit != "mm" or not info.spacing_at:
        return Scale(
            100.0 / (rows * columns),
            "%",
            100.0 / columns,
            "%",
            "The file does not state its spacing: sizes are shares of the film and hold for no other film.",
        )
    down, across = info.spacing[:2]
    note = (
        "Sizes hold in the patient, by the file's calibrated spacing."
        if info.spacing_at == "patient"
        else "Sizes are those on the film or detector, where everything is larger than in the patient."
    )
    return Scale(down * across / 100.0, "cm2", across / 10.0, "cm", note)


def areas(found: Outlined) -> dict[str, tuple[float, float, float]]:
    """Pixels of each lung, with the least and the most over the views, on the Study's own grid."""
    out = {}
    for name, label in LABELS.items():
        mask = found.masks[name]
        of_views = (found.seen == label).sum(axis=(1, 2)) * (mask.size / found.seen[0].size)
        out[name] = (float(mask.sum()), float(of_views.min()), float(of_views.max()))
    return out


def thoracic_width(found: Outlined) -> tuple[float, float, float]:
    """The greatest distance, in columns, between the outer borders of both lungs in one row, with its least and most
    over the views; 0 where no row holds both."""
    own = _width(found.masks)
    columns = next(iter(found.masks.values())).shape[1] / found.seen.shape[2]
    seen = [_width({name: one == label for name, label in LABELS.items()}) * columns for one in found.seen]
    return own, min(seen), max(seen)


def _width(masks: Mapping[str, NDArray[np.bool_]]) -> float:
    right, left = masks["right lung"], masks["left lung"]
    both = right.any(axis=1) & left.any(axis=1)
    if not both.any():
        return 0.0
    outer = right[both].argmax(axis=1)
    other = left.shape[1] - left[both][:, ::-1].argmax(axis=1)
    return float((other - outer).max())


def cut_off(masks: Mapping[str, NDArray[np.bool_]]) -> tuple[str, ...]:
    """The lungs that reach the edge of the film."""
    return tuple(name for name, mask in masks.items() if mask[[0, -1]].any() or mask[:, [0, -1]].any())
