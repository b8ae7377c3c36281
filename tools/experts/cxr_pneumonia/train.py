"""Trains the chest X-ray model: ``python -m bedside.tools.experts.cxr_pneumonia.train --data DIR``.

DIR is Kermany's set as published (docs/evaluations.md). Only its ``train`` folder is read, and of it only the training
and validation persons: the held-out ones are for `bedside eval run imaging`. Needs ``pip install 'bedside[train]'``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.tools.experts.cxr_pneumonia import calibrate, kermany, weights
from bedside.tools.experts.cxr_pneumonia.fit import Recipe, fit
from bedside.tools.experts.cxr_pneumonia.likeness import mean_film
from bedside.tools.experts.cxr_pneumonia.network import trainable
from bedside.tools.experts.cxr_pneumonia.preprocess import square
from bedside.tools.experts.cxr_pneumonia.views import logits, probabilities

if TYPE_CHECKING:
    import torch


class Part(NamedTuple):
    """Films of one part, their squares (N, S, S) uint8 and their classes (N,) int64."""

    films: tuple[kermany.Film, ...]
    squares: NDArray[np.uint8]
    labels: NDArray[np.int64]


def parts(found: Sequence[kermany.Film]) -> dict[str, Part]:
    """The films of each part of `kermany.PARTS`, without copies.

    Args:
        found: films of the published ``train`` folder.
    """
    squares = np.stack([square(kermany.read(film)) for film in found])
    kept = kermany.without_copies(found, squares)
    out = {}
    for name in kermany.PARTS:
        rows = [index for index in kept if kermany.part_of(found[index].person) == name]
        chosen = tuple(found[index] for index in rows)
        labels = np.asarray([film.label for film in chosen], dtype=np.int64)
        out[name] = Part(chosen, squares[np.asarray(rows, dtype=np.int64)], labels)
    return out


def train(data: Path, out: Path, recipe: Recipe, checkpoint: Path | None) -> dict[str, object]:
    """Trains, chooses temperature and operating point on validation, and writes weights and JSON into `out`.

    Raises:
        SettingsError: `data` is not as published.
    """
    import torch

    torch.manual_seed(recipe.seed)
    found = [film for film in kermany.films(data) if film.folder == "train"]
    split = parts(found)
    sizes: dict[str, object] = {name: kermany.counts(part.films) for name, part in split.items()}
    sizes["copies removed"] = len(found) - sum(len(part.films) for part in split.values())
    print(f"split by person: {json.dumps(sizes)}", flush=True)
    fitting, checking = split["train"], split["validation"]
    figures: dict[int, float] = {}

    def watch(epoch: int, network: torch.nn.Module) -> None:
        figures[epoch] = calibrate.log_loss(logits(network, checking.squares, first=1), checking.labels, 1.0)
        print(f"epoch {epoch}: validation log loss {figures[epoch]:.4f}", file=sys.stderr, flush=True)

    network = fit(trainable(), fitting.squares, fitting.labels, recipe, watch, checkpoint)
    chosen = choose(network, checking)
    facts = {
        **chosen,
        "recipe": recipe._asdict(),
        "split": sizes,
        "validation log loss by epoch, one view": {epoch: round(figure, 4) for epoch, figure in figures.items()},
        "mean film": mean_film(fitting.squares).tolist(),
    }
    print(f"wrote {weights.save(network, facts, out)}: {json.dumps(chosen)}")
    return facts


def choose(network: torch.nn.Module, checking: Part) -> dict[str, object]:
    """Temperature and threshold from the validation part, and what they give there."""
    of_views = logits(network, checking.squares)
    temperature = calibrate.temperature(of_views, checking.labels)
    scores = 1 - probabilities(of_views, temperature).mean(axis=0)[:, 0]
    ill = checking.labels > 0
    threshold = calibrate.operating_point(scores, ill)
    return {
        "temperature": round(temperature, 4),
        "threshold": round(threshold - 5e-5, 4),
        "validation sensitivity": round(float((scores[ill] >= threshold).mean()), 4),
        "validation specificity": round(float((scores[~ill] < threshold).mean()), 4),
        "validation log loss": round(calibrate.log_loss(of_views, checking.labels, temperature), 4),
    }


def main() -> None:
    """Reads the arguments and trains."""
    import torch

    parser = argparse.ArgumentParser(prog="python -m bedside.tools.experts.cxr_pneumonia.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds train/NORMAL, train/PNEUMONIA")
    parser.add_argument("--out", type=Path, default=weights.FOLDER, help="where to write the model")
    parser.add_argument("--epochs", type=int, default=Recipe().epochs)
    parser.add_argument("--threads", type=int, default=0, help="of torch; 0 leaves it to torch")
    parser.add_argument("--checkpoint", type=Path, help="keeps the state after each epoch, and goes on from there")
    given = parser.parse_args()
    if given.threads:
        torch.set_num_threads(given.threads)
    began = time.monotonic()
    train(given.data, given.out, Recipe(epochs=given.epochs), given.checkpoint)
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
