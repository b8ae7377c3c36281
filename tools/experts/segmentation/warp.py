"""What training does to a sample: another pose, shape and exposure, the same for image and outline.

Everything is drawn for 2-D and 3-D alike, in coordinates that run from -1 to 1 along each axis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch


class Warp(NamedTuple):
    """How much may change; every amount is drawn evenly up to these.

    Attributes:
        turn: rotation about each axis, in radians.
        zoom: natural logarithm of the size.
        stretch: the same for each axis alone.
        shift: as a share of half the width.
        bend: of a smooth field of displacements, as a share of half the width.
        knots: of that field along each axis.
        mirror: axis of the image along which half of the samples are mirrored; None for no axis.
        swapped: labels that change places in a mirror.
        gamma: natural logarithm of the exponent of the exposure.
        gain: of the contrast, about 1.
        slope: of a slow change of brightness over the image.
        grain: standard deviation of the noise.
        blur: share of a 3-voxel mean that is mixed in, or taken away.
        patches: boxes that are filled with one grey, at most.
    """

    turn: float = 0.2
    zoom: float = 0.15
    stretch: float = 0.08
    shift: float = 0.1
    bend: float = 0.06
    knots: int = 5
    mirror: int | None = None
    swapped: tuple[int, int] | None = None
    gamma: float = 0.4
    gain: float = 0.25
    slope: float = 0.1
    grain: float = 0.04
    blur: float = 0.8
    patches: int = 0


def warped(
    images: NDArray[np.float32], labels: NDArray[np.uint8], warp: Warp, generator: np.random.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """A batch, each sample changed in its own way.

    Args:
        images: (N, …) float32 from 0 to 1.
        labels: (N, …) uint8, 0 the background.
        warp: how much may change.
        generator: the only source of chance.

    Returns:
        (N, 1, …) float32 of mean 0 and deviation 1, and (N, 1, …) int64 labels on the same grid.
    """
    import torch
    import torch.nn.functional as functional

    with torch.no_grad():
        grid = _grid(images.shape, warp, generator)
        out = functional.grid_sample(
            torch.from_numpy(images)[:, None], grid, mode="bilinear", padding_mode="border", align_corners=False
        )
        wanted = functional.grid_sample(
            torch.from_numpy(labels.astype(np.float32))[:, None],
            grid,
            mode="nearest",
            padding_mode="zeros",
            align_corners=False,
        ).long()
        if warp.mirror is not None:
            out, wanted = _mirrored(out, wanted, warp, generator)
        return standardised(_exposed(out, warp, generator)), wanted


def standardised(batch: torch.Tensor) -> torch.Tensor:
    """Each sample of (N, 1, …) brought to mean 0 and deviation 1."""
    axes = tuple(range(1, batch.ndim))
    mean = batch.mean(dim=axes, keepdim=True)
    return (batch - mean) / batch.std(dim=axes, keepdim=True).clamp_min(1e-3)


def _drawn(generator: np.random.Generator, reach: float, *shape: int) -> torch.Tensor:
    import torch

    return torch.from_numpy(generator.uniform(-reach, reach, shape).astype(np.float32))


def _grid(shape: tuple[int, ...], warp: Warp, generator: np.random.Generator) -> torch.Tensor:
    """Where each voxel of the result is taken from: (N, …, axes), axes in the order of `grid_sample` (last first)."""
    import torch
    import torch.nn.functional as functional

    count, size = shape[0], shape[1:]
    axes = len(size)
    turn = _drawn(generator, warp.turn, count, axes, axes).triu(1)
    rotation = torch.linalg.matrix_exp(turn - turn.transpose(1, 2))
    scale = (_drawn(generator, warp.zoom, count, 1) + _drawn(generator, warp.stretch, count, axes)).exp()
    # Rotations are meant in steps of a voxel, and coordinates run from -1 to 1 whatever the size of the axis.
    half = torch.tensor(size[::-1], dtype=torch.float32)
    matrix = rotation * scale[:, None, :] * (half[None, None, :] / half[None, :, None])
    shift = _drawn(generator, warp.shift, count, axes, 1)
    grid = functional.affine_grid(torch.cat([matrix, shift], dim=2), [count, 1, *size], align_corners=False)
    if warp.bend:
        field = _drawn(generator, warp.bend, count, axes, *(warp.knots,) * axes)
        smooth = functional.interpolate(
            field, size=size, mode="trilinear" if axes == 3 else "bicubic", align_corners=True
        )
        grid = grid + smooth.movedim(1, -1)
    return grid


def _mirrored(
    out: torch.Tensor, wanted: torch.Tensor, warp: Warp, generator: np.random.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    import torch

    axis = 2 + (warp.mirror or 0)
    turned = torch.from_numpy(generator.random(len(out)) < 0.5).reshape(-1, *(1,) * (out.ndim - 1))
    other = wanted.flip(axis)
    if warp.swapped is not None:
        first, second = warp.swapped
        other = torch.where(other == first, second, torch.where(other == second, first, other))
    return torch.where(turned, out.flip(axis), out), torch.where(turned, other, wanted)


def _exposed(batch: torch.Tensor, warp: Warp, generator: np.random.Generator) -> torch.Tensor:
    """Another exposure: gamma, a slow slope, contrast, sharpness, grain and erased boxes."""
    import torch
    import torch.nn.functional as functional

    count, size = len(batch), batch.shape[2:]
    flat = (count, 1, *(1,) * len(size))
    out = batch.clamp(1e-4, 1).pow(_drawn(generator, warp.gamma, *flat).exp())
    field = _drawn(generator, 2 * warp.slope, count, 1, *(3,) * len(size))
    mode = "trilinear" if len(size) == 3 else "bilinear"
    out = out * (1 + functional.interpolate(field, size=size, mode=mode, align_corners=True))
    out = (out - 0.5) * (1 + _drawn(generator, warp.gain, *flat)) + 0.5
    pool = functional.avg_pool3d if len(size) == 3 else functional.avg_pool2d
    out = out + _drawn(generator, warp.blur, *flat) * (pool(out, 3, stride=1, padding=1, count_include_pad=False) - out)
    noise = torch.from_numpy(generator.standard_normal(out.shape, dtype=np.float32))
    out = out + noise * _drawn(generator, warp.grain, *flat).abs()
    for one in out[:, 0]:
        for _ in range(int(generator.integers(0, warp.patches + 1))):
            corner = [int(generator.integers(0, n)) for n in size]
            box = tuple(
                slice(c, c + int(generator.integers(2, max(3, n // 5)))) for c, n in zip(corner, size, strict=True)
            )
            one[box] = float(generator.uniform(0, 1))
    return out
