"""A segmenter's weights as they are shipped, with the shape of its network and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside.core.errors import WeightError
from bedside.tools import shipped
from bedside.tools.experts.segmentation.network import Shape, usable, weights_of

if TYPE_CHECKING:
    import torch


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
    return shipped.read(folder, _trained, partial(_unusable, folder))


def save(network: torch.nn.Module, shape: Shape, facts: dict[str, Any], folder: Path) -> Path:
    """Writes the weights and, with their sha256 and the network's shape first, `facts`."""
    return shipped.write(weights_of(network), {"network": list(shape), **facts}, folder)


def _trained(tensors: dict[str, torch.Tensor], facts: dict[str, Any], sha256: str) -> Trained:
    dimensions, classes, filters = facts["network"]
    shape = Shape(int(dimensions), int(classes), tuple(int(width) for width in filters))
    return Trained(usable(shape, tensors), shape, facts, sha256)


def _unusable(folder: Path, why: str) -> WeightError:
    return WeightError(
        f"The model {folder.name} cannot be used: {why}.", "Install Bedside again.", code="BED-WEIGHT-030"
    )
