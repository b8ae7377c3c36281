"""A head made of ellipsoids: bright deep tissue, a darker rim, black air."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RADII_MM = (70.0, 88.0, 68.0)
DEEP, RIM = 150.0, 100.0


def head(
    shape: tuple[int, int, int], spacing: tuple[float, float, float], deep: float = DEEP, rim: float = RIM
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """A volume along (R, A, S) and the truth mask of its brain, about 1,750 mL, in the middle of the field."""
    centred = [(np.arange(n) - (n - 1) / 2) * step for n, step in zip(shape, spacing, strict=True)]
    x, y, z = np.meshgrid(*centred, indexing="ij")
    radius = np.sqrt((x / RADII_MM[0]) ** 2 + (y / RADII_MM[1]) ** 2 + (z / RADII_MM[2]) ** 2)
    brain = radius < 1.0
    volume = np.where(radius < 0.88, deep, np.where(brain, rim, 0.0)).astype(np.float32)
    return volume, brain
