"""Scores of the gate on pictures of sets and patients that it was not trained on, beside nearest mean thumbnails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.core.settings import Settings
from bedside.evals.binary_metrics import by_person
from bedside.evals.imaging.part import Part
from bedside.evals.registry import Score
from bedside.tools.gate.admit import SURE, surely
from bedside.tools.gate.augment import photographed
from bedside.tools.gate.classes import CHEST_FRONTAL, CLASSES, NOT_MEDICAL
from bedside.tools.gate.familiar import distances
from bedside.tools.gate.picture import SIDE, squared, thumbnails
from bedside.tools.gate.sources import UNKNOWN, Sample, samples
from bedside.tools.gate.weights import Trained, load

_SEED = 20261128
_READ = np.asarray([one.read for one in CLASSES])
_NONE, _FILM = CLASSES.index(NOT_MEDICAL), CLASSES.index(CHEST_FRONTAL)
Pictures = NDArray[np.uint8]


class Told(NamedTuple):
    """What one system says of N pictures.

    Attributes:
        name: of the system.
        labels: (N,) indices into `CLASSES`.
        familiar: (N,) whether each is within the limit of distance.
        sure: (N,) whether the score is one that nobody's word overrules.
    """

    name: str
    labels: NDArray[np.int64]
    familiar: NDArray[np.bool_]
    sure: NDArray[np.bool_]

    @property
    def admitted(self) -> NDArray[np.bool_]:
        """Whether an expert would be given it without tags and without a word for it: as its class, and familiar."""
        return np.asarray(_READ[self.labels] & self.familiar)

    @property
    def overruled(self) -> NDArray[np.bool_]:
        """Whether a caller who says that it is a chest X-ray is not believed."""
        told = zip(self.labels.tolist(), self.sure.tolist(), self.familiar.tolist(), strict=True)
        return np.asarray(
            [
                label != _FILM and surely(CLASSES[label], sure=sure, familiar=familiar, learnt=True, scan=False)
                for label, sure, familiar in told
            ],
            dtype=np.bool_,
        )


def measured(data: Path, trained: Trained, limit: int | None = None) -> tuple[list[Score], list[str]]:
    """The scores on the test part of every set that is there, and notes: pictures by set, and what was taken for what.

    Pictures of a kind that the gate has not learnt are scored apart.

    Raises:
        SettingsError: none of the sets is there.
    """
    everything = samples(data, ("test", UNKNOWN))
    found = [one for one in everything if one.part == "test"]
    strange = [one for one in everything if one.part == UNKNOWN]
    if limit is not None and limit < len(found):
        found = [found[int(i)] for i in np.linspace(0, len(found) - 1, limit)]
    shown = np.stack([squared(one.picture, SIDE) for one in found])
    systems = [by_gate(trained, shown), nearest_means(trained.thumbs, shown)]
    scores = [score for told in systems for score in scored(found, told)]
    taken = by_gate(trained, off_a_screen(found))
    scores += [_mean("photographed off a screen: right of classes", taken, taken.labels == labels_of(found), found)]
    notes = [*_absent(found), *_sets(found, systems[0]), *_confusion(found, systems[0])]
    if strange:
        told = by_gate(trained, np.stack([squared(one.picture, SIDE) for one in strange]))
        scores += unknown(strange, told)
        notes += _sets(strange, told)
    return scores, notes


def unknown(found: Sequence[Sample], told: Told) -> list[Score]:
    """Lateral chest X-rays and the like: called by the class of their set with certainty, or read by an expert."""
    wrong = (told.labels == labels_of(found)) & told.familiar
    return [
        _mean("a kind not learnt (lateral chest X-ray): not surely called frontal", told, ~(wrong & told.sure), found),
        _mean("a kind not learnt (lateral chest X-ray): kept from every expert", told, ~told.admitted, found),
    ]


def by_gate(trained: Trained, shown: Pictures) -> Told:
    """The gate on (N, SIDE, SIDE, 3) pictures."""
    from scipy.special import softmax

    places, logits = trained.outputs(shown)
    labels = logits.argmax(axis=1)
    far = distances(trained.space, places, labels)
    sure = softmax(logits / trained.temperature, axis=1).max(axis=1) >= SURE
    return Told("gate", labels, np.asarray(~_READ[labels] | (far <= trained.limit)), sure)


def nearest_means(means: NDArray[np.float32], shown: Pictures) -> Told:
    """The class whose mean training thumbnail of 16 x 16 cells is nearest; everything counts as familiar."""
    own = thumbnails(shown)
    apart = np.stack([((own - mean) ** 2).sum(axis=(1, 2, 3)) for mean in means], axis=1)
    every = np.ones(len(shown), dtype=np.bool_)
    return Told("nearest mean thumbnail", apart.argmin(axis=1), every, every)


def off_a_screen(found: Sequence[Sample]) -> Pictures:
    """The pictures as a camera sees them on a screen, (N, SIDE, SIDE, 3)."""
    from PIL import Image

    generator = np.random.default_rng(_SEED)
    taken = (photographed(Image.fromarray(one.picture), generator) for one in found)
    return np.stack([squared(np.asarray(one), SIDE) for one in taken])


def scored(found: Sequence[Sample], told: Told) -> list[Score]:
    """Accuracy over all and by class, and what is let through and kept out; intervals over patients.

    Of what there are no pictures, nothing is said.
    """
    labels = labels_of(found)
    right = told.labels == labels
    read = _READ[labels]
    out = [_mean("right of classes", told, right, found)]
    out += [_mean(f"{CLASSES[i].name}: right", told, right, found, labels == i) for i in np.unique(labels)]
    own = right & told.familiar
    out.append(_mean("read by experts: let through as their class", told, own, found, read))
    out.append(_mean("not medical: kept from every expert", told, ~told.admitted, found, labels == _NONE))
    called = told.overruled
    out.append(_mean("not medical: kept from a film's expert though called one", told, called, found, labels == _NONE))
    films = labels == _FILM
    out.append(_mean("chest_xray_frontal: read where called a chest X-ray", told, ~called, found, films))
    rest = ~read & (labels != _NONE)
    out.append(_mean("other medical: kept from every expert", told, ~told.admitted, found, rest))
    return [score for score in out if score.estimate.n]


def labels_of(found: Sequence[Sample]) -> NDArray[np.int64]:
    """The class of each picture."""
    return np.asarray([one.label for one in found], dtype=np.int64)


def _mean(
    metric: str, told: Told, hits: NDArray[np.bool_], found: Sequence[Sample], of: NDArray[np.bool_] | None = None
) -> Score:
    rows = np.flatnonzero(of if of is not None else np.ones(len(hits), dtype=np.bool_))
    persons = [f"{found[int(i)].source} {found[int(i)].patient}" for i in rows]
    share = by_person(hits[rows].astype(np.float64), hits[rows], persons, lambda values, _: float(values.mean()))
    return Score(metric=metric, system=told.name, estimate=share)


def _absent(found: Sequence[Sample]) -> list[str]:
    """Of which classes there are no pictures here, so that nothing is said of them."""
    there = set(labels_of(found).tolist())
    names = [one.name for index, one in enumerate(CLASSES) if index not in there]
    return (
        [f"no test pictures here of: {', '.join(names)}; tools/gate/sources.yaml says whose they are"] if names else []
    )


def _sets(found: Sequence[Sample], told: Told) -> list[str]:
    """A line a set: pictures, patients, how many are right and how many are let through."""
    lines = []
    for source in dict.fromkeys(one.source for one in found):
        rows = [i for i, one in enumerate(found) if one.source == source]
        right = sum(int(told.labels[i]) == found[i].label for i in rows)
        through = sum(bool(told.admitted[i]) for i in rows)
        persons = len({found[i].patient for i in rows})
        name = CLASSES[found[rows[0]].label].name
        lines.append(f"{source} ({name}): {len(rows)} of {persons}, {right} right, {through} let through")
    return lines


def _confusion(found: Sequence[Sample], told: Told) -> list[str]:
    pairs = Counter((one.label, int(label)) for one, label in zip(found, told.labels, strict=True))
    lines = []
    for index, one in enumerate(CLASSES):
        row = [f"{CLASSES[other].name} {n}" for (own, other), n in sorted(pairs.items()) if own == index]
        if row:
            lines.append(f"{one.name} taken for: {', '.join(row)}")
    return lines


def _run(settings: Settings, data: Path, limit: int | None) -> tuple[list[Score], list[str]]:
    return measured(data, load(settings), limit)


PART = Part("gate", "the sets of `tools/gate/sources.yaml`, those that are there", _run)
