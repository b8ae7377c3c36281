"""The views of one film that are scored in use, and their probabilities.

Four views: the film as it is and a little nearer, each also mirrored. Mirroring is fair here: no label depends on the
side, and training mirrors half of its films. How far the views disagree is shown as the uncertainty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bedside.tools.experts.cxr_pneumonia.augment import standardised
from bedside.tools.experts.cxr_pneumonia.preprocess import SIDE, SQUARE

if TYPE_CHECKING:
    import torch

# (share of the square's side, shift right, shift down, mirrored); shifts as shares of the side.
VIEWS = ((0.94, 0.0, 0.0, False), (0.94, 0.0, 0.0, True), (0.86, 0.03, 0.02, False), (0.86, -0.03, -0.02, True))
_BATCH = 32


def views(squares: NDArray[np.uint8], first: int = len(VIEWS)) -> torch.Tensor:
    """The views of N films.

    Args:
        squares: (N, S, S) uint8, as `preprocess.square` makes them.
        first: how many views.

    Returns:
        (first, N, 1, SIDE, SIDE) float32, each of mean 0 and deviation 1.
    """
    import torch
    import torch.nn.functional as functional

    batch = torch.from_numpy(np.ascontiguousarray(squares)).float()[:, None] / 255
    out = []
    for share, right, down, mirrored in VIEWS[:first]:
        size = round(share * SQUARE)
        top = round((SQUARE - size) / 2 + down * SQUARE)
        left = round((SQUARE - size) / 2 + right * SQUARE)
        part = batch[:, :, top : top + size, left : left + size]
        part = functional.interpolate(part, size=(SIDE, SIDE), mode="bilinear", align_corners=False, antialias=True)
        out.append(standardised(part.flip(3) if mirrored else part))
    return torch.stack(out)


def logits(network: torch.nn.Module, squares: NDArray[np.uint8], first: int = len(VIEWS)) -> NDArray[np.float32]:
    """The network's logits of the first views of N films: (first, N, 3) float32."""
    import torch

    out = []
    with torch.inference_mode():
        for start in range(0, len(squares), _BATCH):
            batch = views(squares[start : start + _BATCH], first)
            flat = network(batch.flatten(0, 1))
            out.append(flat.reshape(first, -1, flat.shape[1]).numpy())
    return np.concatenate(out, axis=1)


def probabilities(of_views: NDArray[np.float32], temperature: float) -> NDArray[np.float64]:
    """The probabilities of the classes in each view, from logits along the last axis divided by the temperature.

    Temperature scaling: Guo et al. 2017, arXiv:1706.04599.
    """
    scaled = of_views.astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
