"""Fits a segmenter: AdamW under one rise and fall of the rate. What is kept is a running mean of the weights."""

from __future__ import annotations

import copy
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bedside.tools.experts.running_mean import follow, hold, resumed

if TYPE_CHECKING:
    import torch

Draw = Callable[[int, np.random.Generator], "tuple[torch.Tensor, torch.Tensor]"]


class Recipe(NamedTuple):
    """Settings of a run.

    Attributes:
        steps: of the optimiser.
        batch: samples a step.
        rate: the highest learning rate.
        decay: weight decay.
        keep: share of the running mean of the weights that stays at each step.
        seed: of the weights, the order and the augmentation.
        every: steps between two looks at it.
    """

    steps: int
    batch: int
    rate: float = 3e-3
    decay: float = 1e-3
    keep: float = 0.99
    seed: int = 20261128
    every: int = 100


def fit(
    network: torch.nn.Module,
    draw: Draw,
    recipe: Recipe,
    watch: Callable[[int, torch.nn.Module], None],
    checkpoint: Path | None = None,
) -> torch.nn.Module:
    """Trains on the sum of Dice loss and cross-entropy.

    Args:
        network: (N, 1, …) float32 to (N, classes, …) logits; is changed.
        draw: gives `batch` augmented samples, images (N, 1, …) and labels (N, 1, …), from a generator.
        recipe: settings; each step's generator is made of the seed and the step.
        watch: called every `every` steps with the running mean in evaluation mode.
        checkpoint: where the run's state is kept that often; a run that finds it there goes on from it.

    Returns:
        The running mean of the weights, in evaluation mode.
    """
    import torch
    from monai.losses import DiceCELoss

    loss_of = DiceCELoss(include_background=False, to_onehot_y=True, softmax=True, batch=True)
    optimiser = torch.optim.AdamW(network.parameters(), recipe.rate, weight_decay=recipe.decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.rate, total_steps=max(20, recipe.steps + 1), pct_start=0.15
    )
    mean = copy.deepcopy(network).eval()
    held = (network, mean, optimiser, schedule)
    total, began = 0.0, time.monotonic()
    network.train()
    for step in range(resumed(checkpoint, held) + 1, recipe.steps + 1):
        images, labels = draw(recipe.batch, np.random.default_rng((recipe.seed, step)))
        loss = loss_of(network(images), labels)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        schedule.step()
        follow(mean, network, min(recipe.keep, 1 - 1 / (1 + step / 2)))
        total += float(loss.detach())
        if step % recipe.every == 0 or step == recipe.steps:
            hold(checkpoint, step, held)
            seconds = time.monotonic() - began
            print(f"step {step}: loss {total / recipe.every:.4f}, {seconds:.0f} s", file=sys.stderr, flush=True)
            total = 0.0
            watch(step, mean)
    return mean
