"""A segmenter's weights as they are shipped: one safetensors file, and what is known of it in a JSON beside it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside.core.errors import WeightError
from bedside.tools.experts.segmentation.network import Shape, usable, weights_of

if TYPE_CHECKING:
    import torch

WEIGHT, FACTS = "model.safetensors", "model.json"
LIMIT = 12_000_000  # bytes; a file that is larger is not ours


@dataclass(frozen=True)
class Trained:
    """A network with its weights.

    Attributes:
        network: in evaluation mode.
        shape: of the network.
        facts: what was written beside the weights, read from JSON.
        sha256: of the weights.
    """

    network: torch.nn.Module
    shape: Shape
    facts: dict[str, Any]
    sha256: str


def load(folder: Path) -> Trained:
    """Reads what `save` wrote.

    Raises:
        WeightError: it is not there, its sha256 is not that of its JSON, or it holds another network.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load as tensors

    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        content = (folder / WEIGHT).read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if len(content) > LIMIT or found != facts["sha256"]:
            raise _unusable(folder, f"its sha256 is {found}, not {facts['sha256']}")
        dimensions, classes, filters = facts["network"]
        shape = Shape(int(dimensions), int(classes), tuple(int(width) for width in filters))
        return Trained(usable(shape, tensors(content)), shape, facts, found)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise _unusable(folder, repr(error)[:300]) from error


def save(network: torch.nn.Module, shape: Shape, facts: dict[str, Any], folder: Path) -> Path:
    """Writes the weights and, with their sha256 and the network's shape first, `facts`."""
    from safetensors.torch import save as packed

    folder.mkdir(parents=True, exist_ok=True)
    content = packed(weights_of(network))
    (folder / WEIGHT).write_bytes(content)
    head = {"sha256": hashlib.sha256(content).hexdigest(), "network": list(shape)}
    (folder / FACTS).write_text(json.dumps({**head, **facts}, indent=2) + "\n", encoding="utf-8")
    return folder / WEIGHT


def _unusable(folder: Path, why: str) -> WeightError:
    return WeightError(
        f"The model {folder.name} cannot be used: {why}.", "Install Bedside again.", code="BED-WEIGHT-030"
    )
