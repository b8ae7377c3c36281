"""Test-time augmentation: a sample is outlined as it is, nearer, farther and mirrored. How far these views disagree is
shown as the uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.tools.experts.segmentation.warp import standardised

if TYPE_CHECKING:
    import torch


class View(NamedTuple):
    """One view.

    Attributes:
        zoom: how much of each axis is seen; below 1 is nearer.
        mirrored: whether it is mirrored.
    """

    zoom: float = 1.0
    mirrored: bool = False


class Mirror(NamedTuple):
    """What mirroring does: the axis of the sample, and the order in which the classes come back."""

    axis: int
    classes: tuple[int, ...]


def probabilities(
    network: torch.nn.Module, sample: NDArray[np.float32], views: Sequence[View], mirror: Mirror
) -> NDArray[np.float32]:
    """The probability of each class in each view, brought back to the sample's grid.

    Args:
        network: (N, 1, …) float32 to (N, classes, …) logits.
        sample: … float32 from 0 to 1, every axis a multiple of the network's step.
        views: how it is seen.
        mirror: what a mirrored view is.

    Returns:
        (views, classes, …) float32; the classes of a voxel sum to 1.
    """
    import torch

    with torch.inference_mode():
        whole = torch.from_numpy(np.ascontiguousarray(sample))[None, None]
        # One pass over all views: in batches of one, convolutions in 3-D take a slower way.
        seen = torch.cat([_turned(_zoomed(whole, view.zoom), view, mirror) for view in views])
        found = torch.softmax(network(standardised(seen)), dim=1)
        out = []
        for one, view in zip(found[:, None], views, strict=True):
            back = _turned(one, view, mirror)[:, list(mirror.classes)] if view.mirrored else one
            out.append(_zoomed(back, 1 / view.zoom)[0])
        return np.asarray(torch.stack(out).numpy(), dtype=np.float32)


def _turned(batch: torch.Tensor, view: View, mirror: Mirror) -> torch.Tensor:
    return batch.flip(2 + mirror.axis) if view.mirrored else batch


def _zoomed(batch: torch.Tensor, zoom: float) -> torch.Tensor:
    """The middle `zoom` of every axis, or with more than 1 what lies around it, its border repeated."""
    import torch
    import torch.nn.functional as functional

    if zoom == 1.0:
        return batch
    axes = batch.ndim - 2
    matrix = torch.cat([torch.eye(axes) * zoom, torch.zeros(axes, 1)], dim=1)[None]
    grid = functional.affine_grid(matrix, list(batch.shape), align_corners=False)
    return functional.grid_sample(batch, grid, mode="bilinear", padding_mode="border", align_corners=False)
