"""The trained weights as they are shipped: one safetensors file, and what was chosen with it in a JSON beside it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.errors import WeightError
from bedside.tools.experts.cxr_pneumonia.network import usable

if TYPE_CHECKING:
    import torch

FOLDER = Path(__file__).resolve().parent
WEIGHT, CHOSEN = "model.safetensors", "model.json"
_LIMIT = 12_000_000  # bytes; a file that is larger is not ours


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
    from safetensors import SafetensorError
    from safetensors.torch import load as tensors

    try:
        chosen = json.loads((folder / CHOSEN).read_text(encoding="utf-8"))
        content = (folder / WEIGHT).read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if len(content) > _LIMIT or found != chosen["sha256"]:
            raise _unusable(f"its sha256 is {found}, not {chosen['sha256']}")
        return Trained(
            usable(tensors(content)),
            float(chosen["temperature"]),
            float(chosen["threshold"]),
            np.asarray(chosen["mean film"], dtype=np.float64),
            found,
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise _unusable(repr(error)[:300]) from error


def save(network: torch.nn.Module, chosen: dict[str, Any], folder: Path) -> Path:
    """Writes the weights and, with their sha256 first, `chosen`, which holds what `load` reads."""
    from safetensors.torch import save as packed

    folder.mkdir(parents=True, exist_ok=True)
    content = packed({name: tensor.contiguous() for name, tensor in network.state_dict().items()})
    (folder / WEIGHT).write_bytes(content)
    facts = {"sha256": hashlib.sha256(content).hexdigest(), **chosen}
    (folder / CHOSEN).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return folder / WEIGHT


def _unusable(why: str) -> WeightError:
    return WeightError(f"The chest X-ray model cannot be used: {why}.", "Install Bedside again.", code="BED-WEIGHT-008")
