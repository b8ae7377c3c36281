"""What is chosen on the validation part, and nowhere else: the temperature and the operating point."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bedside.tools.experts.cxr_pneumonia.views import probabilities

# Two points above the .95 that is asked for: on films that chose nothing the sensitivity varies by about as much.
SENSITIVITY = 0.97


def temperature(of_views: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """The temperature at which the mean probability over views has the least log loss.

    Args:
        of_views: logits, (views, N, classes).
        labels: the true class of each of N films.
    """
    steps = np.geomspace(0.25, 4.0, 161)
    return float(min(steps, key=lambda step: log_loss(of_views, labels, float(step))))


def log_loss(of_views: NDArray[np.float32], labels: NDArray[np.int64], at: float) -> float:
    """Mean negative log probability of the true class, at a temperature."""
    mean = probabilities(of_views, at).mean(axis=0)
    return float(-np.log(np.clip(mean[np.arange(len(labels)), labels], 1e-9, 1.0)).mean())


def operating_point(scores: NDArray[np.float64], ill: NDArray[np.bool_], sensitivity: float = SENSITIVITY) -> float:
    """The highest threshold at which at least `sensitivity` of the ill score at or above it.

    Raises:
        ValueError: nobody is ill.
    """
    of_ill = np.sort(scores[ill])[::-1]
    if not of_ill.size:
        raise ValueError("no film with pneumonia to choose an operating point on")
    return float(of_ill[int(np.ceil(sensitivity * len(of_ill))) - 1])
