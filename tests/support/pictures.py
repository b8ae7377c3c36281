"""Drawn pictures: a pigmented spot on skin, and a slice of a head."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def lesion(rows: int = 300, columns: int = 400, seed: int = 0, dark: float = 0.6) -> NDArray[np.uint8]:
    """Skin with one dark, uneven spot: (row, column, 3) uint8."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float64)
    angle = np.arctan2(y - rows / 2, x - columns / 2)
    reach = 0.28 * min(rows, columns) * (1 + 0.1 * np.sin(3 * angle) + 0.05 * np.sin(7 * angle))
    spot = 1 / (1 + np.exp((np.hypot(y - rows / 2, x - columns / 2) - reach) / 3))
    skin = np.array([222.0, 178.0, 158.0])
    picture = skin - spot[..., None] * dark * np.array([150.0, 135.0, 120.0]) + rng.normal(0, 4, (rows, columns, 1))
    return np.clip(picture, 0, 255).astype(np.uint8)


def head_slice(side: int = 256, mass: bool = False) -> NDArray[np.uint8]:
    """A bright skull around grey brain with dark ventricles, and a bright mass if asked for: (row, column) uint8."""
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    out = np.zeros((side, side))
    out[(x / 0.72) ** 2 + (y / 0.88) ** 2 < 1] = 210
    out[(x / 0.66) ** 2 + (y / 0.82) ** 2 < 1] = 105 + 10 * np.sin(20 * x[(x / 0.66) ** 2 + (y / 0.82) ** 2 < 1])
    for middle in (-0.12, 0.12):
        out[((x - middle) / 0.07) ** 2 + (y / 0.25) ** 2 < 1] = 30
    if mass:
        out[((x - 0.35) / 0.16) ** 2 + ((y + 0.2) / 0.16) ** 2 < 1] = 240
    return out.astype(np.uint8)
