"""Fitting the two maps: contrast of each question with its passage against those of the batch and hard ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.retrieval.vectors import Floats

Integers = NDArray[np.int64]
_HARD_EACH = 3


class Material(NamedTuple):
    """What is fitted, as frozen unit vectors.

    Attributes:
        asked: questions, (M, D) float32.
        rows: the passage that answers each, (M,).
        fields: the passages by kind of text (their own question, the opening of their answer), each (N, D) float32.
        weights: how much the cosine with each kind of text counts.
        group: a number a passage (N,); passages of one group answer the same, so they are not set against each other.
        hard: passages near to each passage that answer something else, (N, H).
    """

    asked: Floats
    rows: Integers
    fields: tuple[Floats, ...]
    weights: tuple[float, ...]
    group: Integers
    hard: Integers


class Recipe(NamedTuple):
    """How it is fitted; `decay` pulls the maps to nothing, which leaves the vectors as they were."""

    epochs: int = 8
    batch: int = 128
    rate: float = 3e-4
    temperature: float = 0.05
    decay: float = 0.1
    seed: int = 20261128


class _AdamW:
    """Adam with decoupled decay of one map (Loshchilov and Hutter 2019, arXiv:1711.05101)."""

    def __init__(self, width: int, recipe: Recipe) -> None:
        self.weight: Floats = np.zeros((width, width), dtype=np.float32)
        self._mean, self._square = np.zeros_like(self.weight), np.zeros_like(self.weight)
        self._rate, self._decay, self._steps = recipe.rate, recipe.decay, 0

    def step(self, gradient: Floats) -> None:
        """Moves the map against the gradient."""
        self._steps += 1
        self._mean = 0.9 * self._mean + 0.1 * gradient
        self._square = 0.999 * self._square + 0.001 * gradient**2
        mean, square = self._mean / (1 - 0.9**self._steps), self._square / (1 - 0.999**self._steps)
        moved = mean / (np.sqrt(square) + 1e-8) + self._decay * self.weight
        self.weight = (self.weight - self._rate * moved).astype(np.float32)


def fit(material: Material, recipe: Recipe, watch: Callable[[int, Floats, Floats], None]) -> None:
    """Fits the maps and calls `watch(epoch, question map, passage map)` before the first epoch (0) and after each.

    The same material, recipe and number of threads give the same maps.
    """
    chance = np.random.default_rng(recipe.seed)
    width = material.asked.shape[1]
    question, passage = _AdamW(width, recipe), _AdamW(width, recipe)
    watch(0, question.weight, passage.weight)
    for epoch in range(1, recipe.epochs + 1):
        order = chance.permutation(len(material.asked))
        for start in range(0, len(order), recipe.batch):
            batch = order[start : start + recipe.batch]
            candidates, same = _candidates(material, batch, chance)
            slopes = gradients(material, batch, candidates, same, (question.weight, passage.weight), recipe.temperature)
            question.step(slopes[1])
            passage.step(slopes[2])
        watch(epoch, question.weight, passage.weight)


def _candidates(material: Material, batch: Integers, chance: np.random.Generator) -> tuple[Integers, NDArray[np.bool_]]:
    """The passages a batch is set against, its own first; and which of them answer the same as a question's own."""
    rows = material.rows[batch]
    picked = chance.integers(0, material.hard.shape[1], (len(rows), _HARD_EACH))
    candidates = np.concatenate([rows, np.take_along_axis(material.hard[rows], picked, axis=1).ravel()])
    same = material.group[rows][:, None] == material.group[candidates][None, :]
    np.fill_diagonal(same, False)
    return candidates, same


def gradients(
    material: Material,
    batch: Integers,
    candidates: Integers,
    same: NDArray[np.bool_],
    maps: tuple[Floats, Floats],
    temperature: float,
) -> tuple[float, Floats, Floats]:
    """The mean cross entropy of each question's own passage, on the score that search uses, and its two gradients."""
    asked = material.asked[batch]
    unit, length = _unit(asked, maps[0])
    total = sum(material.weights)
    texts = [_unit(field[candidates], maps[1]) for field in material.fields]
    scores = sum(w / total * (unit @ text.T) for w, (text, _) in zip(material.weights, texts, strict=True))
    logits = np.where(same, -np.inf, np.asarray(scores) / temperature)
    logits -= logits.max(axis=1, keepdims=True)
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    own = np.arange(len(batch))
    loss = float(-np.log(shares[own, own]).mean())
    shares[own, own] -= 1
    slope = shares / (len(batch) * temperature)
    to_unit = np.zeros_like(unit)
    of_passage = np.zeros_like(maps[1])
    for weight, field, (text, text_length) in zip(material.weights, material.fields, texts, strict=True):
        part = slope * (weight / total)
        to_unit += part @ text
        of_passage += field[candidates].T @ _through(part.T @ unit, text, text_length)
    return loss, asked.T @ _through(to_unit, unit, length), of_passage


def _unit(vectors: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """The mapped vectors at unit length, and the lengths they had."""
    moved = vectors + vectors @ weight
    length = np.linalg.norm(moved, axis=1, keepdims=True)
    return moved / length, length


def _through(slope: Floats, unit: Floats, length: Floats) -> Floats:
    """The gradient before vectors were brought to unit length."""
    out: Floats = (slope - (slope * unit).sum(axis=1, keepdims=True) * unit) / length
    return out
