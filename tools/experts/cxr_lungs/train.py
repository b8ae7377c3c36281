"""Trains the lung outlines: ``python -m bedside.tools.experts.cxr_lungs.train --data DIR``.

DIR is the Hannover set as published (docs/evaluations.md). The held-out persons are never read: they are for `bedside
eval run imaging --only cxr_lungs`. Needs ``pip install 'bedside[train]'``.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bedside.tools.experts.cxr_lungs import hannover
from bedside.tools.experts.cxr_lungs.outline import LABELS, SHAPE, SIDE, outlined, seen_small
from bedside.tools.experts.cxr_pneumonia.likeness import mean_film
from bedside.tools.experts.cxr_pneumonia.preprocess import square
from bedside.tools.experts.segmentation import weights
from bedside.tools.experts.segmentation.command import arguments
from bedside.tools.experts.segmentation.fit import Recipe, fit
from bedside.tools.experts.segmentation.network import trainable, usable, weights_of
from bedside.tools.experts.segmentation.overlap import dice
from bedside.tools.experts.segmentation.split import PARTS
from bedside.tools.experts.segmentation.warp import Warp, warped

if TYPE_CHECKING:
    import torch

FOLDER = Path(__file__).resolve().parent
RECIPE = Recipe(steps=1000, batch=8)
WARP = Warp(
    turn=0.26,
    zoom=0.22,
    stretch=0.12,
    shift=0.16,
    bend=0.05,
    mirror=1,
    swapped=(hannover.RIGHT, hannover.LEFT),
    gamma=0.6,
    gain=0.3,
    slope=0.25,
    grain=0.05,
    patches=4,
)


def prepared(film: hannover.Film) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """A film and its labels as the network is fitted on them: (SIDE, SIDE) float32 from 0 to 1, and uint8."""
    from PIL import Image

    grey, labels = hannover.read(film)
    shrunk = Image.fromarray(labels).resize((SIDE, SIDE), Image.Resampling.NEAREST)
    return seen_small(square(grey)), np.asarray(shrunk, dtype=np.uint8)


def train(data: Path, out: Path, recipe: Recipe, checkpoint: Path | None, check: bool) -> dict[str, object]:
    """Trains and writes weights and facts into `out`.

    Args:
        data: the set.
        out: the folder to write into.
        recipe: settings of the fit.
        checkpoint: where the run's state is kept.
        check: leaves the validation persons out of the fit and prints how well they are outlined.

    Raises:
        SettingsError: `data` is not as published.
    """
    import torch

    torch.manual_seed(recipe.seed)
    split = {name: [f for f in hannover.films(data) if hannover.part_of(f.person) == name] for name in PARTS}
    fitting = split["train"] + ([] if check else split["validation"])
    samples = [prepared(film) for film in fitting]
    images, labels = (np.stack(kind) for kind in zip(*samples, strict=True))

    def draw(count: int, generator: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        rows = generator.integers(0, len(images), count)
        return warped(images[rows], labels[rows], WARP, generator)

    def watch(step: int, network: torch.nn.Module) -> None:
        if check:
            found = checked(network, split["validation"])
            print(f"step {step}: Dice on validation {found}", file=sys.stderr, flush=True)

    network = fit(trainable(SHAPE), draw, recipe, watch, checkpoint)
    facts: dict[str, object] = {
        "recipe": recipe._asdict(),
        "warp": WARP._asdict(),
        "fitted on": {"films": len(fitting), "persons": len({film.person for film in fitting})},
        "held out": {"films": len(split["held-out"]), "persons": len({film.person for film in split["held-out"]})},
        "mean film": mean_film((images * 255).astype(np.uint8)).tolist(),
    }
    print(f"wrote {weights.save(network, SHAPE, facts, out)}")
    return facts


def checked(network: torch.nn.Module, films: list[hannover.Film]) -> dict[str, float]:
    """The mean Dice of each lung."""
    trained = weights.Trained(usable(SHAPE, weights_of(network)), SHAPE, {}, "")
    found: dict[str, list[float]] = {name: [] for name in LABELS}
    for film in films:
        grey, truth = hannover.read(film)
        masks = outlined(trained, square(grey), grey.shape).masks
        for name, label in LABELS.items():
            found[name].append(dice(masks[name], truth == label))
    return {name: round(float(np.mean(values)), 4) for name, values in found.items()}


def main() -> None:
    """Reads the arguments and trains."""
    given = arguments("cxr_lungs", "the folder that holds images, lung_masks and data.csv", FOLDER, RECIPE.steps)
    began = time.monotonic()
    facts = train(given.data, given.out, RECIPE._replace(steps=given.steps), given.checkpoint, given.check)
    print(f"{time.monotonic() - began:.0f} s: {json.dumps(facts['fitted on'])}")


if __name__ == "__main__":
    main()
