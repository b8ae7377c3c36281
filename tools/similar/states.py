"""Reads a network's weights from a PyTorch file whose sha256 the weight registry has checked; nothing is unpickled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bedside.core.errors import WeightError


def read_state(path: Path, build: Callable[[dict[str, Any]], Any]) -> Any:
    """The network that `build` makes of the file's tensors.

    Raises:
        WeightError: the file holds anything but tensors, or another network's.
    """
    import pickle

    import torch

    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        return build(state)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError, TypeError, KeyError) as error:
        raise WeightError(
            f"{path.name} does not hold the network it should: {str(error)[:200]}.",
            "Remove it from the cache, then fetch it again with `bedside models fetch`.",
            code="BED-WEIGHT-009",
        ) from error
