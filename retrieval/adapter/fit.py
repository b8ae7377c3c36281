"""Fitting the two maps: contrast of each question with its passage against those of the batch and hard ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.retrieval.vectors import Floats

if TYPE_CHECKING:
    import torch

Integers = NDArray[np.int64]


class Material(NamedTuple):
    """What is fitted, as frozen unit vectors.

    Attributes:
        asked: questions, (M, D) float32.
        rows: the passage that answers each, (M,).
        fields: the passages by kind of text (their own question, the opening of their answer), each (N, D) float32.
        group: a number a passage (N,); passages of one group answer the same, so they are not set against each other.
        hard: passages near to each passage's answer that answer something else, (N, H).
    """

    asked: Floats
    rows: Integers
    fields: tuple[Floats, ...]
    group: Integers
    hard: Integers


class Recipe(NamedTuple):
    """How it is fitted; `decay` pulls the maps to nothing, which leaves the vectors as they were."""

    epochs: int = 6
    batch: int = 256
    rate: float = 1e-3
    temperature: float = 0.05
    decay: float = 0.1
    seed: int = 20261128


def fit(material: Material, recipe: Recipe, watch: Callable[[int, Floats, Floats], None]) -> None:
    """Fits the maps and calls `watch(epoch, question map, passage map)` before the first epoch (0) and after each.

    The same material, recipe and number of threads give the same maps.
    """
    import torch

    torch.manual_seed(recipe.seed)
    chance = np.random.default_rng(recipe.seed)
    width = material.asked.shape[1]
    maps = [torch.zeros(width, width, requires_grad=True) for _ in range(2)]
    optimiser = torch.optim.AdamW(maps, lr=recipe.rate, weight_decay=recipe.decay)
    watch(0, *(_array(m) for m in maps))
    for epoch in range(1, recipe.epochs + 1):
        order = chance.permutation(len(material.asked))
        for start in range(0, len(order), recipe.batch):
            optimiser.zero_grad()
            _loss(material, order[start : start + recipe.batch], maps, recipe, chance).backward()
            optimiser.step()
        watch(epoch, *(_array(m) for m in maps))


def _loss(
    material: Material, batch: Integers, maps: list[torch.Tensor], recipe: Recipe, chance: np.random.Generator
) -> Any:
    """The mean over kinds of text of the cross entropy of each question's own passage among all of the batch."""
    import torch

    rows = material.rows[batch]
    hard = material.hard[rows, chance.integers(0, material.hard.shape[1], len(rows))]
    candidates = np.concatenate([rows, hard])
    same = material.group[rows][:, None] == material.group[candidates][None, :]
    np.fill_diagonal(same, False)
    asked = _unit(torch.from_numpy(material.asked[batch]), maps[0])
    own = torch.arange(len(batch))
    losses = []
    for field in material.fields:
        scores = asked @ _unit(torch.from_numpy(field[candidates]), maps[1]).T / recipe.temperature
        losses.append(torch.nn.functional.cross_entropy(scores.masked_fill(torch.from_numpy(same), -1e4), own))
    return torch.stack(losses).mean()


def _unit(vectors: torch.Tensor, weight: torch.Tensor) -> Any:
    import torch

    return torch.nn.functional.normalize(vectors + vectors @ weight, dim=1)


def _array(weight: torch.Tensor) -> Floats:
    out: Floats = weight.detach().numpy().astype(np.float32).copy()
    return out
