"""The trained head as it is shipped: a safetensors file, and what was chosen with it in a JSON beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.errors import WeightError
from bedside.tools import shipped
from bedside.tools.gate.classes import CLASSES
from bedside.tools.gate.familiar import Space
from bedside.tools.gate.network import Head, described, outputs
from bedside.tools.similar.efficientnet import trunk

if TYPE_CHECKING:
    import torch

    from bedside.core.settings import Settings

FOLDER = Path(__file__).resolve().parent
_MEANS, _WHITENING, _THUMBS = "space.means", "space.whitening", "thumbs"


@dataclass(frozen=True)
class Trained:
    """The networks and what was chosen on validation pictures.

    Attributes:
        trunk: EfficientNet-Lite0, in evaluation mode.
        head: over its features.
        space: of the places along the head's axes.
        thumbs: the mean training thumbnail of each class, (classes, 16, 16, 3) float32: what the baseline goes by.
        temperature: what logits are divided by.
        limit: the distance beyond which a picture is unfamiliar.
        sha256: of the head's file.
    """

    trunk: Any
    head: Head
    space: Space
    thumbs: NDArray[np.float32]
    temperature: float
    limit: float
    sha256: str

    def outputs(self, pictures: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Of pictures (N, side, side, 3): places (N, D) and logits (N, classes) before the temperature."""
        return outputs(self.head, described(self.trunk, pictures))


def load(settings: Settings, folder: Path = FOLDER) -> Trained:
    """Reads what `save` wrote, by default the head that comes with Bedside, and has the trunk ready.

    Raises:
        WeightError: the head is not there, its sha256 is not that of the JSON, or it is of other classes; or the trunk
            cannot be had.
        StorageError: the trunk cannot be kept.
    """
    parts = shipped.read(folder, _parts, _unusable)
    return Trained(trunk(settings), *parts)


def save(head: Head, space: Space, thumbs: NDArray[np.float32], chosen: dict[str, Any], folder: Path) -> Path:
    """Writes the head and, with its sha256 first, `chosen`, which holds ``temperature`` and ``limit``."""
    import torch

    state = {**head._asdict(), _MEANS: space.means, _WHITENING: space.whitening, _THUMBS: thumbs}
    tensors = {name: torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32)) for name, values in state.items()}
    return shipped.write(tensors, {"classes": [one.name for one in CLASSES], **chosen}, folder)


def _parts(
    tensors: dict[str, torch.Tensor], chosen: dict[str, Any], sha256: str
) -> tuple[Head, Space, NDArray[np.float32], float, float, str]:
    if chosen["classes"] != [one.name for one in CLASSES]:
        raise ValueError(f"its classes are {chosen['classes']}")
    state = {name: tensor.numpy() for name, tensor in tensors.items()}
    head = Head(*(state[name] for name in Head._fields))
    space = Space(state[_MEANS], state[_WHITENING])
    return head, space, state[_THUMBS], float(chosen["temperature"]), float(chosen["limit"]), sha256


def _unusable(why: str) -> WeightError:
    return WeightError(f"The gate's weights cannot be used: {why}.", "Install Bedside again.", code="BED-GATE-002")
