"""A CT of the chest as a vector: the pooled features of astra, a network trained to tell reports of CT apart.

Takes 13 to 19 seconds and 2 GB for a volume on two cores, and 235 MB of weights: these are never fetched unasked.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from bedside.core.errors import CaseError, WeightError
from bedside.core.settings import Settings
from bedside.core.study import Modality, Study, StudyInfo
from bedside.retrieval.vectors import Floats

if TYPE_CHECKING:
    import torch

WEIGHT = "astra-chest-ct"
CHEST = ("", "CHEST", "THORAX", "LUNG")
LEAST_SIDE = 16
GRID = (224, 224, 160)
AIR, SOFT = -1000.0, 200.0
_LEAST_AIR, _LEAST_TISSUE = -500.0, 0.0


class ChestCtEmbedder:
    """Embeds a CT of the chest. Loads its network once, on the first call. Safe for threads."""

    identity = "astra of 2026, 224 x 224 x 160, -1000 to 200 HU"
    width = 2048

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._network: Any = None
        self._lock = threading.Lock()

    def refuses(self, info: StudyInfo) -> str:
        """Why a Study cannot be embedded: no volume, no CT, not of the chest, or too thin."""
        if info.kind != "volume":
            return f"it is a {info.kind} and not a volume"
        if info.modality not in (Modality.CT, Modality.UNKNOWN) or info.body_part not in CHEST:
            return f"it is a volume of {info.modality.value} {info.body_part} and not a CT of the chest".replace(
                "  ", " "
            )
        return "" if min(info.shape) >= LEAST_SIDE else f"it has only {min(info.shape)} slices along one side"

    def encode(self, study: Study) -> Floats:
        """The (2048,) float32 unit vector of a volume in HU along (R, A, S).

        Raises:
            CaseError: its values are not those of a CT.
            WeightError: the network is not there, or its file holds another one.
        """
        import torch

        low, high = (float(v) for v in np.percentile(study.array[::2, ::2, ::2], (1, 99)))
        if low > _LEAST_AIR or high < _LEAST_TISSUE:
            raise CaseError(
                f"This picture cannot be compared: its values ({low:.0f} to {high:.0f}) are not those of a CT in HU.",
                "Give the CT with its rescale, as DICOM or NIfTI.",
                code="BED-CASE-003",
            )
        network = self._load()
        with torch.inference_mode():
            features = np.asarray(network(prepared(study))[0].numpy(), dtype=np.float32)
        unit: Floats = features / max(float(np.linalg.norm(features)), 1e-12)
        return unit

    def _load(self) -> Any:
        from bedside.core.weights import weight_path, weight_status

        with self._lock:
            if self._network is None:
                from bedside.tools.similar.inflated import network
                from bedside.tools.similar.states import read_state

                if weight_status(WEIGHT, self._settings).state != "ready":
                    raise WeightError(
                        "The network that compares CT of the chest is not here, and is not fetched unasked (235 MB).",
                        f"Run `bedside models fetch {WEIGHT}` once.",
                        code="BED-WEIGHT-010",
                    )
                self._network = read_state(weight_path(WEIGHT, self._settings), network)
            return self._network


def prepared(study: Study) -> torch.Tensor:
    """A volume as the network takes it.

    Args:
        study: HU along (R, A, S).

    Returns:
        (1, 1, 160, 224, 224) float32 along (S, R, A), 0 at -1000 HU and 1 at 200: air at the borders is cut
        off, the rest is brought to the grid by means over boxes.
    """
    import torch
    import torch.nn.functional as functional

    inside = study.array[_bounds(study)]
    volume = torch.from_numpy(np.array(inside, dtype=np.float32))[None, None]
    grid = functional.adaptive_avg_pool3d(volume, GRID)
    return ((grid - AIR) / (SOFT - AIR)).clamp_(0, 1).permute(0, 1, 4, 2, 3).contiguous()


def _bounds(study: Study) -> tuple[slice, ...]:
    """The box outside which every value is at or below air; the whole volume where there is none."""
    above = study.array > AIR
    sides = []
    for axis in range(3):
        held = np.flatnonzero(above.any(axis=tuple({0, 1, 2} - {axis})))
        sides.append(slice(int(held[0]), int(held[-1]) + 1) if held.size else slice(None))
    return tuple(sides)
