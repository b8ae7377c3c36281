"""Weights as they are shipped: one safetensors file, and what is known of it in a JSON beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

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

    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        content = (folder / WEIGHT).read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if len(content) > _LIMIT or found != facts["sha256"]:
            raise unusable(f"its sha256 is {found}, not {facts['sha256']}")
        return made(tensors(content), facts, found)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise unusable(repr(error)[:300]) from error


def write(tensors: Mapping[str, torch.Tensor], facts: dict[str, Any], folder: Path) -> Path:
    """Writes the weights and, with their sha256 first, the facts."""
    from safetensors.torch import save as packed

    folder.mkdir(parents=True, exist_ok=True)
    content = packed(dict(tensors))
    (folder / WEIGHT).write_bytes(content)
    known = {"sha256": hashlib.sha256(content).hexdigest(), **facts}
    (folder / FACTS).write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
    return folder / WEIGHT
