"""From a film to the operating-point scores that TorchXRayVision publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bedside.tools.experts.cxr_pathology.labels import OPERATING_POINTS
from bedside.tools.experts.cxr_pathology.network import SIDE

if TYPE_CHECKING:
    import torch

REACH = 1024.0
NEARER = 0.94


def views(film: NDArray[np.float32]) -> torch.Tensor:
    """The middle square of a film, and the same a little nearer, as the network reads it.

    Args:
        film: (row, column) float32, black 0 and white 1.

    Returns:
        (2, 1, SIDE, SIDE) float32, black -1024 and white 1024.
    """
    import torch
    from torch.nn.functional import interpolate

    side = min(film.shape)
    made = []
    for share in (1.0, NEARER):
        length = max(1, round(side * share))
        top, left = (film.shape[0] - length) // 2, (film.shape[1] - length) // 2
        part = torch.from_numpy(np.ascontiguousarray(film[top : top + length, left : left + length]))[None, None]
        made.append(interpolate(part, size=(SIDE, SIDE), mode="bilinear", antialias=True, align_corners=False))
    return (torch.cat(made) * 2 - 1) * REACH


def scores(network: torch.nn.Module, film: NDArray[np.float32]) -> NDArray[np.float64]:
    """The operating-point scores of the labels in each view: (2, 18), 0.5 where the operating point lies."""
    import torch

    with torch.inference_mode():
        out = torch.sigmoid(network(views(film)).double())
    return at_operating_points(out.numpy())


def at_operating_points(sigmoid: NDArray[np.float64]) -> NDArray[np.float64]:
    """Stretches what lies below each label's operating point to 0..0.5 and what lies above to 0.5..1.

    The published rule (Cohen et al. 2022, arXiv:2111.00595, section 2.5): it makes 0.5 the point at which a label is
    called, and no probability of what it was.
    """
    points = np.asarray(OPERATING_POINTS)
    return np.asarray(np.where(sigmoid < points, sigmoid / (2 * points), 1 - (1 - sigmoid) / (2 * (1 - points))))
