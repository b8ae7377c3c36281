"""From any grey film to what the network reads: the same steps in training, in evaluation and in use.

The file's format, bit depth, window and size leave no trace: values become ranks within the film (histogram
equalisation), and the film becomes one square, as the published set is (Kermany et al. 2018, resized without keeping
the ratio of its sides).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SQUARE = 160
SIDE = 144
_LEVELS = 1024


def square(film: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The whole film as a square of equalised grey.

    Args:
        film: (row, column) float32, high is bright, in any unit; or (row, column, channel), whose mean is taken.

    Returns:
        (SQUARE, SQUARE) uint8, row 0 on top; 0 everywhere for a film of one value.
    """
    from PIL import Image

    grey = film.mean(axis=2) if film.ndim == 3 else film
    low, high = (float(v) for v in np.percentile(grey, (0.5, 99.5)))
    if high <= low:
        return np.zeros((SQUARE, SQUARE), dtype=np.uint8)
    unit = np.clip((grey - low) / (high - low), 0.0, 1.0).astype(np.float32)
    small = Image.fromarray(unit, mode="F").resize(
        (SQUARE, SQUARE), Image.Resampling.BOX if min(grey.shape) >= 2 * SQUARE else Image.Resampling.BILINEAR
    )
    return np.asarray(np.rint(equalised(np.asarray(small)) * 255), dtype=np.uint8)


def equalised(unit: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each value's rank in the middle of the film, as a share from 0 to 1: borders hold no lung and do not count."""
    edge = unit.shape[0] // 16
    middle = unit[edge:-edge, edge:-edge]
    counts, edges = np.histogram(middle, bins=_LEVELS, range=(0.0, 1.0))
    share = np.concatenate([[0.0], np.cumsum(counts) / middle.size])
    return np.asarray(np.interp(unit, edges, share), dtype=np.float32)
