"""Fits the network: AdamW under one rise and fall of the rate. What is kept is a running mean of the weights."""

from __future__ import annotations

import copy
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.tools.experts.cxr_pneumonia.augment import augmented
from bedside.tools.experts.cxr_pneumonia.preprocess import SIDE
from bedside.tools.experts.running_mean import follow, hold, resumed

if TYPE_CHECKING:
    import torch


class Recipe(NamedTuple):
    """Settings of a run.

    Attributes:
        epochs: passes over the training films.
        batch: films a step.
        rate: the highest learning rate.
        decay: weight decay.
        smoothing: how much of each label is spread over the classes.
        keep: share of the running mean of the weights that stays at each step.
        seed: of the weights, the order and the augmentation.
    """

    epochs: int = 11
    batch: int = 32
    rate: float = 2e-3
    decay: float = 0.02
    smoothing: float = 0.05
    keep: float = 0.995
    seed: int = 20261128


def fit(
    network: torch.nn.Module,
    squares: NDArray[np.uint8],
    labels: NDArray[np.int64],
    recipe: Recipe,
    watch: Callable[[int, torch.nn.Module], None],
    checkpoint: Path | None = None,
) -> torch.nn.Module:
    """Trains.

    Args:
        network: takes (N, 1, SIDE, SIDE) float32; is changed.
        squares: the training films, (N, S, S) uint8.
        labels: their classes.
        recipe: settings; the seed fixes order and augmentation.
        watch: called after each epoch, from 1, with the running mean in evaluation mode.
        checkpoint: where the run's state is kept after each epoch; a run that finds it there goes on from it.

    Returns:
        The running mean of the weights, in evaluation mode.
    """
    import torch

    steps = max(1, len(squares) // recipe.batch)
    optimiser = torch.optim.AdamW(network.parameters(), recipe.rate, weight_decay=recipe.decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.rate, total_steps=max(20, recipe.epochs * steps + 1), pct_start=0.2
    )
    mean = copy.deepcopy(network).eval()
    held = (network, mean, optimiser, schedule)
    for epoch in range(resumed(checkpoint, held) + 1, recipe.epochs + 1):
        began = time.monotonic()
        generator = np.random.default_rng((recipe.seed, epoch))
        network.train()
        total = 0.0
        order = generator.permutation(len(squares))
        for chosen in np.array_split(order[: steps * recipe.batch], steps):
            batch = augmented(squares[chosen], SIDE, generator)
            wanted = torch.from_numpy(labels[chosen])
            loss = torch.nn.functional.cross_entropy(network(batch), wanted, label_smoothing=recipe.smoothing)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
            follow(mean, network, min(recipe.keep, 1 - 1 / (1 + schedule.last_epoch / 2)))
            total += float(loss.detach())
        hold(checkpoint, epoch, held)
        print(f"epoch {epoch}: loss {total / steps:.4f}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        watch(epoch, mean)
    return mean
