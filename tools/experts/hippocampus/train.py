"""Trains the hippocampus outlines: ``python -m bedside.tools.experts.hippocampus.train --data DIR``.

DIR is the Decathlon's set as published (docs/evaluations.md). The held-out crops are never read: they are for `bedside
eval run imaging --only hippocampus`. Needs ``pip install 'bedside[train]'``.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bedside.tools.experts.hippocampus import msd
from bedside.tools.experts.hippocampus.outline import LABELS, SHAPE, outline, outlined, seen
from bedside.tools.experts.hippocampus.preprocess import framed, unit
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
FRAME = (40, 56, 40)
PATCH = (32, 48, 32)
RECIPE = Recipe(steps=900, batch=2, every=50)
WARP = Warp(turn=0.2, zoom=0.12, stretch=0.06, shift=0.04, bend=0.06, mirror=0, slope=0.15, patches=0)


def train(data: Path, out: Path, recipe: Recipe, checkpoint: Path | None, check: bool) -> dict[str, object]:
    """Trains and writes weights and facts into `out`.

    The limit of background is chosen on the validation part, and the error of volumes is measured there.

    Args:
        data: the set.
        out: the folder to write into.
        recipe: settings of the fit.
        checkpoint: where the run's state is kept.
        check: prints at every look how well the validation crops are outlined.

    Raises:
        SettingsError: `data` is not as published.
    """
    import torch

    torch.manual_seed(recipe.seed)
    split = {name: [c for c in msd.crops(data) if msd.part_of(c.person) == name] for name in PARTS}
    samples = []
    volumes = []
    for crop in split["train"]:
        study, labels = msd.read(crop)
        samples.append(framed(unit(study.array), labels, FRAME))
        volumes.append([float((labels == label).sum()) * float(np.prod(study.info.spacing or 1.0)) for label in (1, 2)])
    images, outlines = (np.stack(kind) for kind in zip(*samples, strict=True))

    def draw(count: int, generator: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        rows = generator.integers(0, len(images), count)
        corner = [int(generator.integers(0, full - n + 1)) for full, n in zip(FRAME, PATCH, strict=True)]
        box = tuple(slice(c, c + n) for c, n in zip(corner, PATCH, strict=True))
        return warped(images[rows][(slice(None), *box)], outlines[rows][(slice(None), *box)], WARP, generator)

    def watch(step: int, network: torch.nn.Module) -> None:
        if check:
            found = checked(network, split["validation"], 0.5)
            print(f"step {step}: on validation {json.dumps(found)}", file=sys.stderr, flush=True)

    network = fit(trainable(SHAPE), draw, recipe, watch, checkpoint)
    below = chosen(network, split["validation"])
    facts: dict[str, object] = {
        "background below": below,
        "recipe": recipe._asdict(),
        "warp": WARP._asdict(),
        "crops": {name: len(chosen) for name, chosen in split.items()},
        "validation": checked(network, split["validation"], below),
        "traced volumes of the training crops, mm3": _spread(np.asarray(volumes)),
    }
    print(f"wrote {weights.save(network, SHAPE, facts, out)}: {json.dumps(facts['validation'])}")
    return facts


def chosen(network: torch.nn.Module, crops: Sequence[msd.Crop]) -> float:
    """The limit of the probability of background at which volumes of the whole are right on average.

    With Dice loss a network outlines generously; half would give volumes that are too large.
    """
    trained = weights.Trained(usable(SHAPE, weights_of(network)), SHAPE, {}, "")
    limits = [round(0.02 * step, 2) for step in range(5, 31)]
    apart = []
    for crop in crops:
        study, truth = msd.read(crop)
        views = seen(trained, study)
        sizes = [sum(float(m.sum()) for m in outlined(views, study, below).masks.values()) for below in limits]
        apart.append([size / float((truth > 0).sum()) - 1 for size in sizes])
    return limits[int(np.abs(np.mean(apart, axis=0)).argmin())]


def checked(network: torch.nn.Module, crops: Sequence[msd.Crop], below: float) -> dict[str, Any]:
    """The mean Dice of each part, and how far its volume is from the traced one: mean and 95 % limits of the relative
    difference (Bland and Altman 1986, doi:10.1016/S0140-6736(86)90837-8)."""
    trained = weights.Trained(usable(SHAPE, weights_of(network)), SHAPE, {"background below": below}, "")
    overlaps: list[list[float]] = []
    apart: list[list[float]] = []
    for crop in crops:
        study, truth = msd.read(crop)
        found = outline(trained, study)
        overlaps.append([dice(found.masks[name], truth == label) for name, label in LABELS.items()])
        own = [float(mask.sum()) for mask in found.masks.values()]
        traced = [float((truth == label).sum()) for label in LABELS.values()]
        apart.append([one / other - 1 for one, other in zip([*own, sum(own)], [*traced, sum(traced)], strict=True)])
    names = [*LABELS, "hippocampus"]
    errors = {name: _limits(values) for name, values in zip(names, np.asarray(apart).T, strict=True)}
    means = {name: round(float(value), 4) for name, value in zip(LABELS, np.mean(overlaps, axis=0), strict=True)}
    return {"crops": len(crops), "dice": means, "volume error": errors}


def _limits(values: NDArray[np.float64]) -> dict[str, float]:
    mean, reach = float(values.mean()), 1.96 * float(values.std(ddof=1))
    return {"mean": round(mean, 4), "low": round(mean - reach, 4), "high": round(mean + reach, 4)}


def _spread(volumes: NDArray[np.float64]) -> dict[str, dict[str, float]]:
    """Mean, deviation and the middle 95 % of volumes, (crops, parts), and of their sum."""
    table = np.column_stack([volumes, volumes.sum(axis=1)])
    out: dict[str, dict[str, float]] = {}
    for name, column in zip([*LABELS, "hippocampus"], table.T, strict=True):
        low, high = np.percentile(column, (2.5, 97.5))
        figures = {"mean": column.mean(), "deviation": column.std(ddof=1), "low": low, "high": high}
        out[name] = {key: round(float(value)) for key, value in figures.items()}
    return out


def main() -> None:
    """Reads the arguments and trains."""
    given = arguments("hippocampus", "the folder that holds imagesTr and labelsTr", FOLDER, RECIPE.steps)
    began = time.monotonic()
    train(given.data, given.out, RECIPE._replace(steps=given.steps), given.checkpoint, given.check)
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
