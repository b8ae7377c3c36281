"""The trained weights as they are shipped, with what was chosen with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.errors import WeightError
from bedside.tools import shipped
from bedside.tools.experts.cxr_pneumonia.network import usable

if TYPE_CHECKING:
    import torch

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Trained:
    """The network and what was chosen on the validation part.

    Attributes:
        network: (N, 1, SIDE, SIDE) float32 to (N, 3) logits, in evaluation mode.
        temperature: what logits are divided by.
        threshold: the probability of pneumonia from which a film is called positive.
        mean_film: the cells of the mean training film, for `likeness.likeness`.
        sha256: of the weights.
    """

    network: torch.nn.Module
    temperature: float
    threshold: float
    mean_film: NDArray[np.float64]
    sha256: str


def load(folder: Path = FOLDER) -> Trained:
    """Reads what `save` wrote, by default the model that comes with Bedside.

    Raises:
        WeightError: it is not there, its sha256 is not that of its JSON, or it holds another network.
    """
    return shipped.read(folder, _trained, _unusable)


def save(network: torch.nn.Module, chosen: dict[str, Any], folder: Path) -> Path:
    """Writes the weights and, with their sha256 first, `chosen`, which holds what `load` reads."""
    tensors = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    return shipped.write(tensors, chosen, folder)


def _trained(tensors: dict[str, torch.Tensor], chosen: dict[str, Any], sha256: str) -> Trained:
    return Trained(
        usable(tensors),
        float(chosen["temperature"]),
        float(chosen["threshold"]),
        np.asarray(chosen["mean film"], dtype=np.float64),
        sha256,
    )


def _unusable(why: str) -> WeightError:
    return WeightError(f"The chest X-ray model cannot be used: {why}.", "Install Bedside again.", code="BED-WEIGHT-008")
