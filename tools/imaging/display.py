"""How a Study is shown and normalised: 0 is black and 1 is white, whatever file the image came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.core.study import Modality

if TYPE_CHECKING:
    from bedside.core.study import Study, StudyInfo

LUMA = (0.299, 0.587, 0.114)
DARK_PERCENT, BRIGHT_PERCENT = 0.5, 99.5
SAMPLE = 2_000_000


class Window(NamedTuple):
    """A named window: what lies within `width` HU about `centre` goes from black to white."""

    name: str
    centre: float
    width: float


# As radiologists set them (Murphy A, Windowing (CT), Radiopaedia, doi:10.53347/rID-52108).
BRAIN, SUBDURAL, STROKE = Window("brain", 40, 80), Window("subdural", 75, 215), Window("stroke", 40, 40)
LUNG, MEDIASTINUM = Window("lung", -600, 1500), Window("mediastinum", 50, 350)
SOFT, LIVER = Window("soft tissue", 50, 400), Window("liver", 30, 150)
BONE, SPINE = Window("bone", 400, 1800), Window("spine", 50, 250)
CT_WINDOWS = {
    **dict.fromkeys(("HEAD", "BRAIN", "SKULL"), (BRAIN, SUBDURAL, STROKE, BONE)),
    "CHEST": (MEDIASTINUM, LUNG, BONE),
    **dict.fromkeys(("ABDOMEN", "PELVIS", "ABDOMENPELVIS"), (SOFT, LIVER, BONE)),
    "LIVER": (LIVER, SOFT),
    **dict.fromkeys(("SPINE", "CSPINE", "TSPINE", "LSPINE", "SSPINE"), (SPINE, BONE)),
}
ANY_CT = (SOFT, LUNG, BONE)


def windows(info: StudyInfo) -> tuple[Window, ...]:
    """The windows to offer for a CT in HU, by its body part, the usual one first; none for anything else."""
    if info.modality is not Modality.CT or info.value_unit != "HU":
        return ()
    return CT_WINDOWS.get(info.body_part, ANY_CT)


def shown(study: Study, window: Window | None = None) -> NDArray[np.float32]:
    """What a reader sees.

    Args:
        study: an image or a volume.
        window: used instead of the file's own; in the Study's units.

    Returns:
        float32 in 0..1 along the axes of the Study, without its channels: the given window, else that of the file,
        else the usual one for a CT, else everything between the 0.5th and the 99.5th percentile.
    """
    values = _grey_of(study)
    usual = windows(study.info)
    if window is None and study.info.display:
        at, greys = zip(*study.info.display, strict=True)
        return np.asarray(np.interp(values, at, greys), dtype=np.float32)
    chosen = window or (usual[0] if usual else None)
    if chosen is not None:
        return _between(values, chosen.centre - chosen.width / 2, chosen.centre + chosen.width / 2)
    return _stretched(values)


def normalised(study: Study) -> NDArray[np.float32]:
    """One film as one array: the same from PNG, JPEG, MONOCHROME1 and MONOCHROME2, so that a model sees no format.

    Returns:
        float32 in 0..1 along (row, column): as shown, then stretched between the 0.5th and the 99.5th percentile,
        because formats differ in how much of their range a film fills.
    """
    return _stretched(shown(study))


def _grey_of(study: Study) -> NDArray[Any]:
    if study.info.axes[-1] != "channel":
        return study.array
    return np.asarray(study.array @ np.asarray(LUMA, dtype=np.float32))


def _stretched(values: NDArray[Any]) -> NDArray[np.float32]:
    flat = values.reshape(-1)
    low, high = np.percentile(flat[:: max(1, flat.size // SAMPLE)], (DARK_PERCENT, BRIGHT_PERCENT))
    return _between(values, float(low), float(high))


def _between(values: NDArray[Any], low: float, high: float) -> NDArray[np.float32]:
    """Grey 0 at `low` and 1 at `high`; an image of one value is black."""
    reach = high - low
    if not reach > 0:
        return np.zeros(values.shape, dtype=np.float32)
    return np.asarray(np.clip((values - np.float32(low)) / np.float32(reach), 0, 1), dtype=np.float32)
