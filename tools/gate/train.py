"""Trains the gate's head: ``python -m bedside.tools.gate.train --data DIR``.

DIR holds the sets of ``sources.yaml``; only their training and validation parts are read. What is measured on the rest
is `bedside eval run imaging`.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.core.errors import ImageReadError, SettingsError
from bedside.core.settings import Settings
from bedside.tools.gate import drawn, familiar, weights
from bedside.tools.gate.augment import augmented
from bedside.tools.gate.classes import CLASSES, ECG_TRACING, NOT_MEDICAL
from bedside.tools.gate.network import Floats, Head, described, outputs
from bedside.tools.gate.picture import SIDE, THUMB, squared, thumbnails
from bedside.tools.gate.sources import BASE, LIMIT_BYTES, Sample, samples
from bedside.tools.similar.efficientnet import trunk

_ECG, _NONE = CLASSES.index(ECG_TRACING), CLASSES.index(NOT_MEDICAL)
_COLOURED = {_ECG, _NONE}


class Recipe(NamedTuple):
    """Settings of a run.

    Attributes:
        copies: changed copies of each training picture beside itself; of each validation picture there is one.
        plain: how many times as often a picture itself is drawn as one of its changed copies.
        axes: how many directions of the features are kept.
        hidden: the width of the head's hidden layer.
        rounds: how often as many pictures are drawn as there are.
        batch: pictures a step.
        rate: the highest learning rate.
        decay: weight decay.
        dropout: before either layer.
        smoothing: how much of each label is spread over the classes.
        tracings: ECG pages drawn for training; a fifth as many for validation.
        drawings: pages, charts, screens and textures, likewise.
        seed: of everything.
    """

    copies: int = 2
    plain: float = 24.0
    axes: int = 256
    hidden: int = 256
    rounds: int = 20
    batch: int = 128
    rate: float = 4e-3
    decay: float = 0.05
    dropout: float = 0.4
    smoothing: float = 0.02
    tracings: int = 500
    drawings: int = 500
    seed: int = 20261128


class Described(NamedTuple):
    """Pictures by their features.

    Attributes:
        features: (N, 1280).
        labels: (N,) indices into `CLASSES`.
        chances: (N,) what each counts; sums to one.
    """

    features: Floats
    labels: NDArray[np.int64]
    chances: NDArray[np.float64]


def gathered(data: Path, recipe: Recipe) -> list[Sample]:
    """The pictures of both parts, with the drawn ones."""
    found = samples(data, ("train", "validation"))
    signals = recorded(data)
    for part, share, offset in (("train", 1.0, 0), ("validation", 0.2, 1)):
        generator = np.random.default_rng((recipe.seed, offset))
        # The validation tracings are of other records than those of training.
        own = signals[::2] if part == "train" else signals[1::2]
        for index in range(round(recipe.tracings * share)):
            leads, rate = own[index % len(own)]
            page = squared(drawn.ecg_page(leads, rate, generator), BASE)
            found.append(Sample(page, _ECG, part, "drawn tracings", str(index)))
        for index in range(round(recipe.drawings * share)):
            page = squared(drawn.NO_MEDICINE[index % len(drawn.NO_MEDICINE)](generator), BASE)
            found.append(Sample(page, _NONE, part, "drawn pages", str(index)))
    return found


def recorded(data: Path) -> list[tuple[NDArray[np.float32], float]]:
    """Signals to draw: (lead, sample) mV and samples a second, of every WFDB record of ten seconds and more.

    Raises:
        SettingsError: there are fewer than two.
    """
    from bedside.tools.imaging.reading import read_here

    found = []
    for header in sorted((*data.glob("wfdb_ecg/*.hea"), *data.glob("gate/wfdb/*.hea"))):
        try:
            study = read_here(header, "A1", LIMIT_BYTES)
        except ImageReadError:
            continue
        rate = 1 / study.info.spacing[-1] if study.info.spacing else 0.0
        if rate >= 100 and study.array.shape[1] > 10 * rate:
            found.append((study.array, rate))
    if len(found) < 2:
        raise SettingsError(
            f"{data} holds {len(found)} ECG records of ten seconds; two are needed to draw tracings from.",
            "Put WFDB records into wfdb_ecg or gate/wfdb below it.",
            code="BED-EVAL-005",
        )
    return found


def describe(network: Any, chosen: list[Sample], copies: int, recipe: Recipe) -> Described:
    """The features of pictures and of so many changed copies of each."""
    found, labels = [], np.asarray([one.label for one in chosen])
    for copy in range(copies + 1):
        for start in range(0, len(chosen), 256):
            rows = range(start, min(start + 256, len(chosen)))
            found.append(described(network, np.stack([_changed(chosen[i], copy, recipe) for i in rows])))
        print(f"{copy + 1} of {copies + 1} of {len(chosen)} pictures described", file=sys.stderr, flush=True)
    often = np.asarray([recipe.plain] + [1.0] * copies) / (recipe.plain + copies)
    chances = np.concatenate([share * _evenly(chosen) for share in often])
    return Described(np.concatenate(found), np.tile(labels, copies + 1), chances)


def _changed(one: Sample, copy: int, recipe: Recipe) -> NDArray[np.uint8]:
    """A picture at the size that the network takes: itself, or a changed copy, the same in every run."""
    if copy == 0:
        return squared(one.picture, SIDE)
    generator = np.random.default_rng((recipe.seed, copy, zlib.crc32(one.picture.tobytes())))
    return augmented(one.picture, SIDE, one.label not in _COLOURED, generator)


def fit(train: Described, recipe: Recipe) -> Head:
    """The axes along which the features differ most, and a network of one hidden layer along them."""
    import torch

    centre = np.average(train.features, axis=0, weights=train.chances)
    values, vectors = np.linalg.eigh(np.cov(train.features, rowvar=False, aweights=train.chances))
    kept = np.argsort(values)[::-1][: recipe.axes]
    axes = vectors[:, kept] / np.sqrt(np.maximum(values[kept], 1e-6))
    places = torch.from_numpy(((train.features - centre) @ axes).astype(np.float32))
    first, last = _learnt(places, train, recipe)
    layers = (first.weight.T, first.bias, last.weight.T, last.bias)
    learnt = (layer.detach().numpy() for layer in layers)
    return Head(*(np.asarray(one, dtype=np.float32) for one in (centre, axes, *learnt)))


def _learnt(places: Any, train: Described, recipe: Recipe) -> tuple[Any, Any]:
    """Both layers of the head, trained on places (N, D) that are drawn by their chances."""
    import torch

    torch.manual_seed(recipe.seed)
    first, last = torch.nn.Linear(recipe.axes, recipe.hidden), torch.nn.Linear(recipe.hidden, len(CLASSES))
    head = torch.nn.Sequential(
        torch.nn.Dropout(recipe.dropout), first, torch.nn.ReLU(), torch.nn.Dropout(recipe.dropout), last
    )
    labels, chances = torch.from_numpy(train.labels), torch.from_numpy(train.chances)
    steps = max(1, len(labels) // recipe.batch) * recipe.rounds
    optimiser = torch.optim.AdamW(head.parameters(), recipe.rate, weight_decay=recipe.decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, total_steps=steps + 1)
    for _ in range(steps):
        rows = torch.multinomial(chances, recipe.batch, replacement=True)
        loss = torch.nn.functional.cross_entropy(head(places[rows]), labels[rows], label_smoothing=recipe.smoothing)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return first, last


def _evenly(train: list[Sample]) -> NDArray[np.float64]:
    """The chance of each picture: every class alike, and within a class every set by the root of its size."""
    sets = Counter((one.label, one.source) for one in train)
    weight = {key: size**0.5 for key, size in sets.items()}
    whole: dict[int, float] = {}
    for (label, _), share in weight.items():
        whole[label] = whole.get(label, 0.0) + share
    chance = np.asarray(
        [weight[one.label, one.source] / sets[one.label, one.source] / whole[one.label] for one in train]
    )
    return np.asarray(chance / chance.sum(), dtype=np.float64)


def choose(head: Head, train: Described, checking: Described) -> tuple[familiar.Space, dict[str, Any]]:
    """The space of familiar pictures from training; temperature and limit of distance from validation."""
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    space = familiar.fit_space(outputs(head, train.features)[0], train.labels)
    places, logits = outputs(head, checking.features)
    labels, rows = checking.labels, np.arange(len(checking.labels))

    def loss(temperature: float) -> float:
        return float(-log_softmax(logits / temperature, axis=1)[rows, labels].mean())

    read = np.asarray([CLASSES[label].read for label in labels])
    right = logits.argmax(1) == labels
    half = len(labels) // 2  # the pictures themselves; their changed copies come after
    return space, {
        "temperature": round(float(minimize_scalar(loss, bounds=(0.2, 5), method="bounded").x), 4),
        "limit": round(familiar.limit(familiar.distances(space, places[read], labels[read])), 4),
        "validation accuracy": round(float(right[:half].mean()), 4),
        "validation accuracy of changed copies": round(float(right[half:].mean()), 4),
    }


def main() -> None:
    """Reads the arguments and trains."""
    import torch

    parser = argparse.ArgumentParser(prog="python -m bedside.tools.gate.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the sets of sources.yaml")
    parser.add_argument("--out", type=Path, default=weights.FOLDER, help="where to write the weights")
    parser.add_argument("--threads", type=int, default=0, help="of torch; 0 leaves it to torch")
    given = parser.parse_args()
    if given.threads:
        torch.set_num_threads(given.threads)
    recipe = Recipe()
    found = gathered(given.data, recipe)
    train, checking = ([one for one in found if one.part == part] for part in ("train", "validation"))
    sets = {part: counted(chosen) for part, chosen in (("train", train), ("validation", checking))}
    print(json.dumps(sets), flush=True)
    network = trunk(Settings())
    learnt = describe(network, train, recipe.copies, recipe)
    head = fit(learnt, recipe)
    space, chosen = choose(head, learnt, describe(network, checking, 1, recipe))
    facts = {**chosen, "recipe": recipe._asdict(), "pictures": sets}
    print(f"wrote {weights.save(head, space, mean_thumbnails(train), facts, given.out)}: {json.dumps(chosen)}")


def mean_thumbnails(train: list[Sample]) -> NDArray[np.float32]:
    """The mean thumbnail of each class, (classes, 16, 16, 3); black for one without pictures."""
    labels = np.asarray([one.label for one in train])
    own = thumbnails(np.stack([squared(one.picture, SIDE) for one in train]))
    means = np.zeros((len(CLASSES), THUMB, THUMB, 3), dtype=np.float32)
    for label in np.unique(labels):
        means[label] = own[labels == label].mean(axis=0)
    return means


def counted(chosen: list[Sample]) -> dict[str, dict[str, int]]:
    """Pictures by class and set."""
    out: dict[str, dict[str, int]] = {}
    for (label, source), size in sorted(Counter((one.label, one.source) for one in chosen).items()):
        out.setdefault(CLASSES[label].name, {})[source] = size
    return out


if __name__ == "__main__":
    main()
