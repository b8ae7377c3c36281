"""Chooses the damping of the differential on synthetic cases of DDXPlus: ``python -m bedside.evals.fit_differential``.

Cases are drawn from the published frequencies of its 49 conditions (Fansi Tchango 2022, doi:10.48550/arXiv.2205.09148),
with findings that come together: a severity of the case moves all of them (correlation `rho` of the normals behind
them). The ranker sees the frequencies as somebody would estimate them (off by `_ERROR` in log odds) in its own six
words, half of the findings are never asked, and a few are overlooked. No patient, and no benchmark that is reported
elsewhere, has a part in it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from bedside.core.settings import Settings
from bedside.knowledge.diseases import FREQUENCIES
from bedside.tools.differential.rank import shares
from bedside.tools.differential.table import Floats, unnamed_share, weights_of

_SEED = 20261128
_CASES = 40
_ASKED, _OVERLOOKED = 0.5, 0.03
_ERROR = 1.0
_TRIED = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2)
_CORRELATIONS = (0.0, 0.3, 0.5)


def drawn(truth: Floats, rho: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Cases: the (n,) disease of each, and (n, F) 1 there, 0 not, -1 not asked; `_CASES` of each of the D diseases."""
    from scipy.stats import norm

    draw = np.random.default_rng(seed)
    disease = np.repeat(np.arange(len(truth)), _CASES)
    severity = draw.standard_normal((len(disease), 1))
    own = draw.standard_normal((len(disease), truth.shape[1]))
    latent = np.sqrt(rho) * severity + np.sqrt(1 - rho) * own
    there = latent < norm.ppf(np.clip(truth[disease], 1e-6, 1 - 1e-6))
    there ^= (draw.random(there.shape) < _OVERLOOKED) & there  # what is there is overlooked, hardly ever made up
    state = there.astype(np.int8)
    state[draw.random(there.shape) > _ASKED] = -1
    return disease, state


def in_words(truth: Floats) -> Floats:
    """(D, F) as a writer would put it: the nearest of the six frequencies to an estimate, 0 where it hardly ever is."""
    levels = np.array(sorted(FREQUENCIES.values()))
    odds = np.log(np.clip(truth, 1e-6, 1 - 1e-6) / np.clip(1 - truth, 1e-6, 1 - 1e-6))
    guess = 1 / (1 + np.exp(-odds - _ERROR * np.random.default_rng(_SEED + 1).standard_normal(truth.shape)))
    nearest = levels[np.abs(guess[:, :, None] - levels).argmin(axis=2)]
    out: Floats = np.where(truth > 0.02, nearest, 0.0)
    return out


def measured(truth: Floats, rho: float, seed: int = _SEED) -> list[tuple[float, float, float]]:
    """(damping, mean log loss, share first) for each damping tried."""
    disease, state = drawn(truth, rho, seed)
    prior = np.full(len(truth), 1 / len(truth))
    said = in_words(truth)
    least = np.full(truth.shape[1], 0.003)
    share = np.clip(np.where(said > 0, said, unnamed_share(said, prior, least)), 0.003, 0.997)
    there, gone = weights_of(share, prior, least)
    evidence = (state == 1) @ there.T + (state == 0) @ gone.T
    out = []
    for damping in _TRIED:
        posterior = np.array([shares(prior, damping * row) for row in evidence])
        of_truth = posterior[np.arange(len(disease)), disease]
        first = float((posterior.argmax(axis=1) == disease).mean())
        out.append((damping, float(-np.log(np.maximum(of_truth, 1e-12)).mean()), first))
    return out


def load(path: Path) -> Floats:
    """(D, F) the frequencies of ``symptom_condition_probs.json``."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    table: Floats = np.array(
        [[raw["probabilities"][c].get(s, 0.0) for s in raw["symptoms"]] for c in raw["conditions"]]
    )
    return table


def main() -> None:
    """Prints log loss and share first for each damping and correlation, and the damping with the least mean loss."""
    folder = Settings().data
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else (folder or Path()) / "ddxplus" / "symptom_condition_probs.json"
    truth = load(path)
    runs = {rho: measured(truth, rho) for rho in _CORRELATIONS}
    for rho, rows in runs.items():
        for damping, loss, first in rows:
            print(
                f"rho {rho:.1f}  damping {damping:.1f}  log loss {loss:.3f}  first {first:.3f}  n={len(truth) * _CASES}"
            )
    means = np.mean([[loss for _, loss, _ in rows] for rows in runs.values()], axis=0)
    print(f"least mean log loss: damping {_TRIED[int(means.argmin())]} ({means.min():.3f})")


if __name__ == "__main__":
    main()
