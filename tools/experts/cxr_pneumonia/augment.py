"""What training does to a film so that the network cannot lean on what is not lung.

Kermany's classes differ in exposure, framing, markers ("R", "A-P"), sharpness and compression. Each of these is made
random here: the labels are not in them any more.
"""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

_TURN = math.radians(10)


def augmented(squares: NDArray[np.uint8], side: int, generator: np.random.Generator) -> torch.Tensor:
    """A batch, each film changed in its own way.

    Args:
        squares: (N, S, S) uint8.
        side: rows and columns of the result.
        generator: the only source of chance.

    Returns:
        (N, 1, side, side) float32, each film of mean 0 and deviation 1.
    """
    import torch

    with torch.no_grad():
        packed = np.stack([_compressed(one, generator) for one in squares])
        batch = torch.from_numpy(packed).float()[:, None] / 255
        batch = _framed(batch, side, generator)
        batch = _exposed(batch, generator)
        batch = _softened(batch, generator)
        batch = _marked(batch, generator)
        return standardised(batch)


def standardised(batch: torch.Tensor) -> torch.Tensor:
    """Each film of (N, 1, H, W) brought to mean 0 and deviation 1."""
    mean = batch.mean(dim=(2, 3), keepdim=True)
    return (batch - mean) / batch.std(dim=(2, 3), keepdim=True).clamp_min(1e-3)


def _uniform(generator: np.random.Generator, low: float, high: float, n: int) -> torch.Tensor:
    import torch

    return torch.from_numpy(generator.uniform(low, high, n).astype(np.float32))


def _compressed(one: NDArray[np.uint8], generator: np.random.Generator) -> NDArray[np.uint8]:
    """Three in ten films saved as JPEG of quality 20 to 85 and read again."""
    if generator.random() > 0.3:
        return one
    from PIL import Image

    held = io.BytesIO()
    Image.fromarray(one).save(held, format="JPEG", quality=int(generator.integers(20, 86)))
    return np.asarray(Image.open(held), dtype=np.uint8)


def _framed(batch: torch.Tensor, side: int, generator: np.random.Generator) -> torch.Tensor:
    """Another frame: 70 to 105 % of each side, off centre, turned up to 10 degrees, half of them mirrored."""
    import torch
    import torch.nn.functional as functional

    n = len(batch)
    size, ratio = _uniform(generator, 0.72, 1.05, n), _uniform(generator, -0.14, 0.14, n).exp()
    across, down = size * ratio.sqrt(), size / ratio.sqrt()
    turn = _uniform(generator, -_TURN, _TURN, n)
    mirror = torch.from_numpy(generator.choice([-1.0, 1.0], n).astype(np.float32))
    room_x, room_y = (1.08 - across).clamp_min(0.02), (1.08 - down).clamp_min(0.02)
    shift_x, shift_y = _uniform(generator, -1, 1, n) * room_x * 0.8, _uniform(generator, -1, 1, n) * room_y * 0.8
    rows = torch.stack(
        [
            torch.stack([across * turn.cos() * mirror, -down * turn.sin(), shift_x], dim=1),
            torch.stack([across * turn.sin() * mirror, down * turn.cos(), shift_y], dim=1),
        ],
        dim=1,
    )
    grid = functional.affine_grid(rows, [n, 1, side, side], align_corners=False)
    return functional.grid_sample(batch, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def _exposed(batch: torch.Tensor, generator: np.random.Generator) -> torch.Tensor:
    """Another exposure: gamma, contrast, a slow slope of brightness across the film, clipped ends."""
    import torch
    import torch.nn.functional as functional

    n, side = len(batch), batch.shape[-1]
    gamma = _uniform(generator, -0.6, 0.6, n).exp()[:, None, None, None]
    out = batch.clamp(1e-4, 1).pow(gamma)
    field = torch.from_numpy(generator.normal(0, 0.12, (n, 1, 3, 3)).astype(np.float32))
    out = out * (1 + functional.interpolate(field, size=(side, side), mode="bicubic", align_corners=True))
    gain = _uniform(generator, 0.7, 1.3, n)[:, None, None, None]
    middle = _uniform(generator, 0.35, 0.65, n)[:, None, None, None]
    return ((out - middle) * gain + middle + _uniform(generator, -0.1, 0.1, n)[:, None, None, None]).clamp(0, 1)


def _softened(batch: torch.Tensor, generator: np.random.Generator) -> torch.Tensor:
    """Another sharpness for half of them (blurred, or sharpened by what a blur takes away), and grain."""
    import torch
    import torch.nn.functional as functional

    sigma = float(generator.uniform(0.5, 1.6))
    steps = torch.arange(-4, 5, dtype=torch.float32)
    line = torch.exp(-(steps**2) / (2 * sigma**2))
    line = line / line.sum()
    blurred = functional.conv2d(functional.pad(batch, (4, 4, 4, 4), mode="replicate"), line[None, None, None, :])
    blurred = functional.conv2d(blurred, line[None, None, :, None])
    amount = _uniform(generator, -0.6, 1.0, len(batch)) * torch.from_numpy(
        (generator.random(len(batch)) < 0.5).astype(np.float32)
    )
    out = batch + amount[:, None, None, None] * (blurred - batch)
    grain = torch.from_numpy(generator.standard_normal(batch.shape, dtype=np.float32))
    return out + grain * _uniform(generator, 0.0, 0.05, len(batch))[:, None, None, None]


def _marked(batch: torch.Tensor, generator: np.random.Generator) -> torch.Tensor:
    """Corners blotted out, bright marks set near the edges, and now and then a box of the film erased."""
    side = batch.shape[-1]
    for one in batch[:, 0]:
        for top in (True, False):
            for left in (True, False):
                if generator.random() < 0.35:
                    height, width = (int(v) for v in generator.integers(side // 16, side // 4, 2))
                    rows = slice(0, height) if top else slice(side - height, side)
                    columns = slice(0, width) if left else slice(side - width, side)
                    one[rows, columns] = float(generator.uniform(0, 1))
        if generator.random() < 0.4:
            row, column = int(generator.integers(0, side // 3)), int(generator.integers(0, side // 5))
            column = column if generator.random() < 0.5 else side - column - 8
            one[row : row + int(generator.integers(3, 10)), column : column + int(generator.integers(2, 8))] = 1.0
        if generator.random() < 0.25:
            height, width = (int(v) for v in generator.integers(side // 12, side // 5, 2))
            row, column = int(generator.integers(0, side - height)), int(generator.integers(0, side - width))
            one[row : row + height, column : column + width] = float(generator.uniform(0, 1))
    return batch
