"""What the gate tells pictures by: the features of EfficientNet-Lite0, and a small head over them trained here."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

WIDTH = 1280
_BATCH = 32
Floats = NDArray[np.float32]


class Head(NamedTuple):
    """What was trained here.

    Attributes:
        centre: (1280,), the mean of the features.
        axes: (1280, D), the directions in which training pictures differ most, each scaled to a spread of one.
        hidden: (D, H), the weights of the hidden layer.
        hidden_bias: (H,).
        weights: (H, classes).
        bias: (classes,).
    """

    centre: Floats
    axes: Floats
    hidden: Floats
    hidden_bias: Floats
    weights: Floats
    bias: Floats


def described(network: Any, pictures: NDArray[np.uint8]) -> Floats:
    """The features (N, 1280) of pictures (N, side, side, 3) uint8."""
    import torch

    found = [np.zeros((0, WIDTH), dtype=np.float32)]
    with torch.inference_mode():
        for start in range(0, len(pictures), _BATCH):
            values = (pictures[start : start + _BATCH].astype(np.float32) - 127.0) / 128.0
            found.append(network(torch.from_numpy(np.ascontiguousarray(values.transpose(0, 3, 1, 2)))).numpy())
    return np.concatenate(found)


def outputs(head: Head, features: Floats) -> tuple[Floats, Floats]:
    """Of features (N, 1280): their places along the axes (N, D), and logits (N, classes)."""
    places = np.asarray((features - head.centre) @ head.axes, dtype=np.float32)
    inner = np.maximum(places @ head.hidden + head.hidden_bias, 0.0)
    return places, np.asarray(inner @ head.weights + head.bias, dtype=np.float32)
