"""Answers about pictures: a mask against a mask, a point against a mask, a number against limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def dice(said: NDArray[Any], right: NDArray[Any]) -> float:
    """2|A and B| / (|A| + |B|) of two masks on one grid; any axes, 0 is background. Two empty masks agree: 1.

    Raises:
        ValueError: the grids differ.
    """
    if said.shape != right.shape:
        raise ValueError(f"masks of {said.shape} and {right.shape} are not on one grid")
    one, other = said != 0, right != 0
    both = int(one.sum()) + int(other.sum())
    return 2 * int((one & other).sum()) / both if both else 1.0


def in_mask(point: tuple[float, ...], mask: NDArray[Any]) -> bool:
    """Whether a point lies in a mask.

    Args:
        point: one coordinate per axis of the mask, in its order, in pixels from the centre of the first.
        mask: 0 is background.
    """
    if len(point) != mask.ndim:
        return False
    place = tuple(int(c + 0.5) if c >= -0.5 else -1 for c in point)
    return all(0 <= p < size for p, size in zip(place, mask.shape, strict=True)) and bool(mask[place])


def numbers_in(text: str) -> tuple[float, ...]:
    """The numbers of an answer, in order; a comma between digits parts thousands only."""
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    return tuple(float(n) for n in _NUMBER.findall(plain))


def within(text: str, low: float, high: float) -> bool:
    """Whether the one number of an answer lies within limits; an answer with two numbers is none."""
    found = numbers_in(text)
    return len(found) == 1 and low <= found[0] <= high
