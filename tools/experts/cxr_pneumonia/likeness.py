"""How much a picture looks like the mean training film: a rough look, for what is plainly no upright chest film."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Of the validation films 99.9 % are above TYPICAL; noise, a film turned on its side and one with black and white
# exchanged are below LEAST.
LEAST, TYPICAL = 0.15, 0.45
_CELLS = 16


def cells(square: NDArray[np.uint8]) -> NDArray[np.float64]:
    """A square as 16 x 16 mean values, flat: what the likeness is measured on."""
    from PIL import Image

    small = Image.fromarray(square).resize((_CELLS, _CELLS), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float64).ravel()


def likeness(square: NDArray[np.uint8], mean_film: NDArray[np.float64]) -> float:
    """The correlation of a film's cells with those of the mean training film, from -1 to 1; 0 for a blank one."""
    own, other = cells(square), mean_film
    own, other = own - own.mean(), other - other.mean()
    length = float(np.linalg.norm(own) * np.linalg.norm(other))
    return float(own @ other) / length if length > 0 else 0.0


def mean_film(squares: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The cells of the mean of N squares and their mirror images."""
    mean = np.mean([cells(one) for one in squares], axis=0).reshape(_CELLS, _CELLS)
    return np.asarray(((mean + mean[:, ::-1]) / 2).round(1).ravel())
