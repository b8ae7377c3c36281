"""Fits how much a text reads like an emergency to made-up texts, and prints what it reaches across folds.

    python -m bedside.evals.fit_likeness

It is fitted to `likeness_training.yaml` and to the vignettes `dev`, `held` and `fresh`; the figures that are reported
come from `late`, `last` and `likeness_test.yaml` (``bedside eval run redflags``), which this never opens or leaves out.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.core.settings import Settings
from bedside.evals.likeness_texts import read_told
from bedside.evals.tasks.redflags import load
from bedside.retrieval.embed import MiniLm
from bedside.retrieval.vectors import Floats
from bedside.tools.redflags.likeness import FOLDER, Likeness, phrases, rows, told

FALSE_ALARMS = 0.05
_FITTED_PARTS = ("dev", "held", "fresh")
_PENALTY = 0.1  # of .03, .1 and .3 across folds
_SEEN_AT_LEAST = 3  # texts with a word, below which it is not used
_FOLDS, _SEED = 10, 0


class Texts(NamedTuple):
    """What is fitted: texts, their vectors (N, D), and which tell of an emergency (N,)."""

    texts: tuple[str, ...]
    vectors: Floats
    ill: NDArray[np.bool_]

    def of(self, chosen: NDArray[np.bool_]) -> Texts:
        """The chosen ones."""
        keep = np.flatnonzero(chosen).tolist()
        return Texts(tuple(self.texts[i] for i in keep), self.vectors[chosen], self.ill[chosen])


def main() -> None:
    """Fits, prints the figures across folds, and writes the weights beside the code that uses them."""
    held = training(Settings())
    scores = across_folds(held)
    made, recipe = finished(held, scores)
    print(", ".join(f"{name} {value}" for name, value in recipe.items()))
    made.save(FOLDER, recipe)


def training(settings: Settings) -> Texts:
    """Everything that is fitted to, with the vectors of MiniLM."""
    pairs = [(v.text, bool(v.flags)) for v in load() if v.part in _FITTED_PARTS]
    pairs += [(t.text, bool(t.emergency)) for t in read_told()]
    texts = tuple(text for text, _ in pairs)
    vectors = MiniLm(settings).encode([told(text) for text in texts])
    return Texts(texts, vectors, np.array([ill for _, ill in pairs]))


def fit(held: Texts) -> Likeness:
    """The weights; calibration and threshold are left open."""
    from scipy.optimize import minimize

    seen = Counter(phrase for text in held.texts for phrase in phrases(text))
    words = {w: i for i, w in enumerate(sorted(w for w, n in seen.items() if n >= _SEEN_AT_LEAST))}
    idf = np.array([np.log(len(held.texts) / seen[w]) for w in words], dtype=np.float32)
    inputs = rows(held.texts, held.vectors, words, idf).astype(np.float64)
    inputs = np.hstack([inputs, np.ones((len(inputs), 1))])
    ill = held.ill.astype(np.float64)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = inputs @ weights
        shrunk = np.append(weights[:-1], 0.0)
        value = np.logaddexp(0, logits).sum() - logits @ ill + 0.5 * _PENALTY * (shrunk @ shrunk)
        return float(value), inputs.T @ (1 / (1 + np.exp(-logits)) - ill) + _PENALTY * shrunk

    found = minimize(loss, np.zeros(inputs.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return Likeness(
        weights=found[:-1].astype(np.float32),
        idf=idf,
        words=words,
        bias=float(found[-1]),
        calibration=(1.0, 0.0),
        threshold=0.0,
        identity="",
    )


def across_folds(held: Texts) -> Floats:
    """The score of each text under weights that were fitted without its fold: (N,)."""
    out = np.zeros(len(held.texts), dtype=np.float32)
    order = np.random.default_rng(_SEED).permutation(len(held.texts)) % _FOLDS
    for fold in range(_FOLDS):
        apart = held.of(order == fold)
        out[order == fold] = fit(held.of(order != fold)).scores(apart.texts, apart.vectors)
    return out


def finished(held: Texts, scores: Floats) -> tuple[Likeness, dict[str, object]]:
    """The weights over everything, with threshold and calibration from the scores across folds, and the figures."""
    from dataclasses import replace

    ill = held.ill
    threshold = float(np.quantile(scores[~ill], 1 - FALSE_ALARMS, method="higher"))
    slope, intercept = calibrated(scores, ill)
    better = (scores[ill][:, None] > scores[~ill][None]).mean()
    recipe: dict[str, object] = {
        "texts": len(ill),
        "emergencies": int(ill.sum()),
        "folds": _FOLDS,
        "area": round(float(better), 3),
        "sensitivity": round(float((scores[ill] > threshold).mean()), 3),
        "false alarms": round(float((scores[~ill] > threshold).mean()), 3),
    }
    return replace(fit(held), threshold=threshold, calibration=(slope, intercept)), recipe


def calibrated(scores: Floats, ill: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and intercept of a logistic curve over the scores, both classes with equal weight (Platt 1999)."""
    from scipy.optimize import minimize

    weight = np.where(ill, 0.5 / ill.sum(), 0.5 / (~ill).sum())

    def loss(curve: NDArray[np.float64]) -> float:
        logits = curve[0] * scores + curve[1]
        return float((weight * (np.logaddexp(0, logits) - logits * ill)).sum())

    slope, intercept = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(slope), float(intercept)


if __name__ == "__main__":
    main()
