"""How well two masks agree."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def dice(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    """Twice the common part over the sum of both (Dice 1945, doi:10.2307/1932409); 1 where both are empty."""
    both = int(np.count_nonzero(first)) + int(np.count_nonzero(second))
    return 2.0 * int(np.count_nonzero(first & second)) / both if both else 1.0
