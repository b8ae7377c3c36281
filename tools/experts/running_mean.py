"""A training run that keeps the running mean of the weights, and goes on where it was stopped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def follow(mean: torch.nn.Module, network: torch.nn.Module, keep: float) -> None:
    """Moves the running mean towards the network: weights and the statistics of normalisation alike."""
    import torch

    with torch.no_grad():
        for old, new in zip(mean.state_dict().values(), network.state_dict().values(), strict=True):
            if old.dtype.is_floating_point:
                old.lerp_(new, 1 - keep)
            else:
                old.copy_(new)


def hold(checkpoint: Path | None, done: int, held: tuple[Any, ...]) -> None:
    """Keeps the state of a run after `done` epochs or steps; nowhere without a checkpoint."""
    import torch

    if checkpoint is not None:
        torch.save({"done": done, "held": [one.state_dict() for one in held]}, checkpoint)


def resumed(checkpoint: Path | None, held: tuple[Any, ...]) -> int:
    """How much of the run whose state is at `checkpoint` is done; the state is loaded. 0 where there is none."""
    import torch

    if checkpoint is None or not checkpoint.is_file():
        return 0
    state = torch.load(checkpoint, weights_only=True)
    for one, kept in zip(held, state["held"], strict=True):
        one.load_state_dict(kept)
    return int(state["done"])
