"""From a crop to what the network reads: the same steps in training, in evaluation and in use."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STEP_MM = 1.0
# A grid within two hundredths of the training grid is taken as it is.
NEAR = 0.02


def unit(volume: NDArray[np.float32]) -> NDArray[np.float32]:
    """Values from 0 to 1 between the 0.5th and 99.5th percentile: MRI has no units of its own; 0 for a flat volume."""
    low, high = (float(v) for v in np.percentile(volume, (0.5, 99.5)))
    if not high > low:
        return np.zeros(volume.shape, dtype=np.float32)
    return np.asarray(np.clip((volume - low) / (high - low), 0, 1), dtype=np.float32)


def at_training_step(volume: NDArray[np.float32], spacing: tuple[float, ...]) -> NDArray[np.float32]:
    """The volume along (R, A, S) at steps of 1 mm."""
    if all(abs(step - STEP_MM) <= NEAR for step in spacing):
        return volume
    size = [max(1, round(n * step / STEP_MM)) for n, step in zip(volume.shape, spacing, strict=True)]
    return np.asarray(on_grid(volume[None], tuple(size))[0])


def on_grid(channels: NDArray[np.float32], size: tuple[int, ...]) -> NDArray[np.float32]:
    """(channels, R, A, S) on a grid of another size over the same field, trilinear."""
    import torch

    if channels.shape[1:] == size:
        return channels
    batch = torch.from_numpy(np.array(channels, dtype=np.float32))[None]
    out = torch.nn.functional.interpolate(batch, size=size, mode="trilinear", align_corners=False)
    return np.asarray(out[0].numpy(), dtype=np.float32)


def padded(volume: NDArray[np.float32], step: int) -> tuple[NDArray[np.float32], tuple[slice, ...]]:
    """The volume with its border repeated until every axis is a multiple of `step`, and where it lies in that."""
    extra = [(-n) % step for n in volume.shape]
    sides = [(more // 2, more - more // 2) for more in extra]
    inside = tuple(slice(low, low + n) for (low, _), n in zip(sides, volume.shape, strict=True))
    return np.pad(volume, sides, mode="edge"), inside


def framed(
    volume: NDArray[np.float32], labels: NDArray[np.uint8], size: tuple[int, ...]
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """A crop and its labels on a grid of one size, the labelled part in the middle, borders repeated.

    Args:
        volume: (R, A, S) from 0 to 1.
        labels: of the same shape; not empty.
        size: of the result.
    """
    held = [np.flatnonzero(labels.any(axis=tuple({0, 1, 2} - {axis}))) for axis in range(3)]
    middle = [int(one[0] + one[-1] + 1) // 2 for one in held]
    # The frame keeps within the volume where it can: what lies beyond the border is not known.
    first = [
        int(np.clip(m - n // 2, min(0, full - n), max(0, full - n)))
        for m, n, full in zip(middle, size, volume.shape, strict=True)
    ]
    index = [np.arange(start, start + n) for start, n in zip(first, size, strict=True)]
    clipped = [np.clip(one, 0, full - 1) for one, full in zip(index, volume.shape, strict=True)]
    within = [(one >= 0) & (one < full) for one, full in zip(index, volume.shape, strict=True)]
    kept = within[0][:, None, None] & within[1][None, :, None] & within[2][None, None, :]
    return volume[np.ix_(*clipped)], np.where(kept, labels[np.ix_(*clipped)], 0).astype(np.uint8)
