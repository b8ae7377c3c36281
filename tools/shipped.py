"""Weights as they are shipped: one safetensors file, and what is known of it in a JSON beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bedside.core.carded import read_carded, write_carded
from bedside.core.errors import WeightError

if TYPE_CHECKING:
    import torch

WEIGHT, FACTS = "model.safetensors", "model.json"
_LIMIT = 12_000_000  # bytes; a file that is larger is not ours
_Made = TypeVar("_Made")


def read(
    folder: Path,
    made: Callable[[dict[str, torch.Tensor], dict[str, Any], str], _Made],
    unusable: Callable[[str], WeightError],
) -> _Made:
    """What `made` makes of the tensors, the facts and the sha256 that `write` left in a folder.

    Args:
        folder: of the model.
        made: builds the network; what it raises for tensors or facts of another one is an unusable weight too.
        unusable: the error for the reason given.

    Raises:
        WeightError: a file is not there, the sha256 is not that of the JSON, or it is another network's.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load as tensors

    content, facts, found = read_carded(folder / WEIGHT, folder / FACTS, _LIMIT, unusable)
    try:
        return made(tensors(content), facts, found)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise unusable(repr(error)[:300]) from error


def write(tensors: Mapping[str, torch.Tensor], facts: dict[str, Any], folder: Path) -> Path:
    """Writes the weights and, with their sha256 first, the facts."""
    from safetensors.torch import save as packed

    return write_carded(folder / WEIGHT, packed(dict(tensors)), folder / FACTS, facts)
