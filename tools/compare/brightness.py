"""How much of what was outlined looks different now, whatever the experts measure on it.

A network that knows the shape of an organ may outline a missing part as if it were there. Brightness does not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LEAST, NOISES = 0.05, 5.0
_TO_SD = 1.4826


class Differing(NamedTuple):
    """What differs in brightness between two aligned images.

    Attributes:
        inside: the part of the outlined region that does, 0 to 1.
        outside: the part of the rest of the shared image that does.
        threshold: from what difference on, as a part of the range of greys.
        voxels: how many differ inside.
        outlined: how many were outlined on either image.
    """

    inside: float
    outside: float
    threshold: float
    voxels: int
    outlined: int


def differing(gap: NDArray[np.float32], region: NDArray[np.bool_], shared: NDArray[np.bool_]) -> Differing | None:
    """Counts what differs by more than five times the noise, and by a twentieth of the range of greys at least.

    Args:
        gap: now less before, in parts of the range of greys.
        region: what was outlined on either image, on the same grid.
        shared: where both images reach.

    Returns:
        None where nothing was outlined, or nothing but that is shared. The noise is 1.4826 times the median absolute
        deviation (Rousseeuw and Croux 1993, doi:10.1080/01621459.1993.10476408) outside what was outlined.
    """
    within, beside = gap[region & shared], gap[shared & ~region]
    if within.size == 0 or beside.size == 0:
        return None
    noise = _TO_SD * float(np.median(np.abs(beside - np.median(beside))))
    threshold = max(LEAST, NOISES * noise)
    count = int(np.count_nonzero(np.abs(within) > threshold))
    outside = float(np.count_nonzero(np.abs(beside) > threshold)) / beside.size
    return Differing(count / within.size, outside, threshold, count, int(within.size))
