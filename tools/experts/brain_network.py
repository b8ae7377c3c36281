"""Runs deepbet's two networks: one finds the head's brain roughly, the other outlines it finely.

The method is that of Fisch et al. 2024 (doi:10.1016/j.compbiomed.2024.108845), written anew from its description: the
whole volume at 128 voxels a side gives a box, the box at 256 voxels a side gives the mask. Resampling takes the nearest
voxel, intensities are cut at the 0.5th and 99.5th percentiles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bedside.tools.experts.segmentation.pieces import filled, largest

COARSE, FINE = 128, 256
PERCENTILES = (0.5, 99.5)
# The networks were trained on values with this mean and spread.
TRAINED_MEAN, TRAINED_SPREAD = 0.449, 0.226
LEAST_SLICE_SHARE = 0.02
MARGIN = 0.1
BRAIN_CHANNEL = 1
Box = tuple[slice, slice, slice]


@dataclass(frozen=True)
class BrainMask:
    """What the two networks found.

    Attributes:
        mask: on the volume's grid: the largest connected region above 0.5, holes filled.
        box: the part of the volume that the fine network saw.
        loose: voxels above 0.3, for how sharp the edge is.
        tight: voxels above 0.7.
        one_piece: the share of the voxels above 0.5 that lie in the largest region.
    """

    mask: NDArray[np.bool_]
    box: Box
    loose: int
    tight: int
    one_piece: float


class BrainNetworks:
    """The two networks, loaded from TorchScript archives whose sha256 the weight registry has checked."""

    def __init__(self, coarse: Path, fine: Path) -> None:
        import torch

        self._coarse = torch.jit.load(str(coarse), map_location="cpu").eval()
        self._fine = torch.jit.load(str(fine), map_location="cpu").eval()

    def find(self, volume: NDArray[np.float32], progress: Callable[[float], None]) -> BrainMask | None:
        """Outlines the brain of one head.

        Args:
            volume: (R, A, S) float32, any positive scale.
            progress: told the share that is done.

        Returns:
            The mask, or None where the coarse network sees no brain.
        """
        small = _nearest(volume, (COARSE,) * 3)
        low, high = (float(v) for v in np.percentile(small, PERCENTILES))
        if not high > low:
            return None
        rough = largest(_probability(self._coarse, small, low, high) > 0.5)
        progress(0.2)
        box = _box(rough, volume.shape)
        if box is None:
            return None
        inside = volume[box]
        fine = _probability(self._fine, _nearest(inside, (FINE,) * 3), low, high)
        progress(0.9)
        return _cleaned(_nearest(fine, inside.shape), box, volume.shape)


def _probability(network: Any, samples: NDArray[np.float32], low: float, high: float) -> NDArray[np.float32]:
    """The network's probability of brain for each voxel of a cube."""
    import torch

    scaled = np.clip((samples - low) / (high - low), 0, 1)
    # Sums of millions of float32 lose digits, so the moments are taken in float64.
    mean, spread = float(scaled.mean(dtype=np.float64)), float(scaled.std(dtype=np.float64, ddof=1))
    prepared = ((scaled - mean) / max(spread, 1e-6) * TRAINED_SPREAD + TRAINED_MEAN).astype(np.float32)
    with torch.inference_mode():
        out = network(torch.from_numpy(prepared)[None, None])
    return np.asarray(out[0, BRAIN_CHANNEL].numpy(), dtype=np.float32)


def _nearest(volume: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Resamples to `shape` by taking the voxel under the centre of each new voxel."""
    index = [
        np.minimum(((np.arange(new) + 0.5) * old / new).astype(np.int64), old - 1)
        for old, new in zip(volume.shape, shape, strict=True)
    ]
    return np.ascontiguousarray(volume[np.ix_(*index)])


def _box(rough: NDArray[np.bool_], shape: tuple[int, ...]) -> Box | None:
    """The bounding box of the rough mask on the full grid, a tenth of its size wider on every side.

    Slices of which the mask covers less than two in a hundred do not count: a few stray voxels must not widen the box.
    """
    sides = []
    for axis, full in enumerate(shape):
        others = tuple({0, 1, 2} - {axis})
        held = np.flatnonzero(rough.mean(axis=others) > LEAST_SLICE_SHARE)
        if held.size == 0:
            return None
        first, last = held[0] * full / COARSE, (held[-1] + 1) * full / COARSE
        middle, half = round((first + last) / 2), round((last - first) * (1 + 2 * MARGIN)) / 2
        sides.append(slice(max(0, int(middle - half)), min(full, int(middle + half))))
    return sides[0], sides[1], sides[2]


def _cleaned(probability: NDArray[np.float32], box: Box, shape: tuple[int, ...]) -> BrainMask | None:
    above = probability > 0.5
    piece = largest(above)
    if not piece.any():
        return None
    mask = np.zeros(shape, dtype=np.bool_)
    mask[box] = filled(piece)
    return BrainMask(
        mask=mask,
        box=box,
        loose=int(np.count_nonzero(probability > 0.3)),
        tight=int(np.count_nonzero(probability > 0.7)),
        one_piece=float(piece.sum() / above.sum()),
    )
