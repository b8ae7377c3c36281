"""How far a picture lies from what the network was trained on: a Mahalanobis distance over its features.

Lee et al. 2018, arXiv:1807.03888: each class that an expert reads has its mean, all share one covariance; the distance
is that to the class the picture is given. From what distance it counts as unfamiliar is chosen on validation pictures.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.tools.gate.classes import CLASSES

KEPT = 0.99
_SHRINK = 0.05


class Space(NamedTuple):
    """What is known of the features of training pictures.

    Attributes:
        means: (classes, D) float32; rows of classes that no expert reads are not used.
        whitening: (D, D) float32; its product with a difference has the distance as its length.
    """

    means: NDArray[np.float32]
    whitening: NDArray[np.float32]


def fit_space(features: NDArray[np.float32], labels: NDArray[np.int64]) -> Space:
    """Means and shared covariance of features (N, D) whose classes are (N,) indices into `CLASSES`.

    The covariance is drawn a twentieth of the way towards the same variance everywhere, so that it can be inverted.
    """
    width = features.shape[1]
    means = np.zeros((len(CLASSES), width))
    centred = []
    for index, one in enumerate(CLASSES):
        rows = features[labels == index].astype(np.float64)
        if one.read and len(rows):
            means[index] = rows.mean(axis=0)
            centred.append(rows - means[index])
    spread = np.cov(np.concatenate(centred), rowvar=False)
    spread = (1 - _SHRINK) * spread + _SHRINK * np.trace(spread) / width * np.eye(width)
    values, vectors = np.linalg.eigh(spread)
    whitening = (vectors / np.sqrt(np.maximum(values, 1e-9))) @ vectors.T
    return Space(means.astype(np.float32), whitening.astype(np.float32))


def distances(space: Space, features: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """The distance of each of the features (N, D) to the mean of the class given, over the square root of D."""
    apart = (features - space.means[labels]) @ space.whitening
    return np.asarray(np.sqrt((apart**2).mean(axis=1)), dtype=np.float32)


def limit(found: NDArray[np.float32]) -> float:
    """The distance within which 99 % of validation pictures lie."""
    return float(np.quantile(found, KEPT))
