"""A network over a volume that is too large for it at once: overlapping windows, blended, plane by plane.

The result is that of MONAI's `sliding_window_inference`, but it never lies in memory as a whole: windows go along the
first axis, and a plane leaves as soon as no window to come can change it. What is held is one window's thickness.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bedside.tools.bundles.expressions import Component
from bedside.tools.bundles.network import Score, as_tuple, is_plain, monai_part, not_done

if TYPE_CHECKING:
    import torch

# Above this, the blended scores are held in half precision: 105 classes over a window's thickness are 1.6 GB otherwise.
MOST_BYTES = 400_000_000
_PADDING = {"constant", "reflect", "replicate", "circular"}


class Stopped(Exception):
    """The work was stopped by whoever asked for it."""


@dataclass(frozen=True)
class Windowing:
    """How windows go over a volume.

    Attributes:
        roi: a window's voxels along each axis; 0 for the whole axis.
        overlap: share of a window that the next one covers again, along each axis.
        mode: ``constant`` or ``gaussian``: how much a window's edge counts.
        sigma: width of the Gaussian, as a share of the window.
        padding: how a volume smaller than a window is filled up.
        fill: the value it is filled with, for ``constant``.
    """

    roi: tuple[int, int, int]
    overlap: tuple[float, float, float] = (0.25, 0.25, 0.25)
    mode: str = "constant"
    sigma: float = 0.125
    padding: str = "constant"
    fill: float = 0.0


def windowing(found: Any) -> Windowing:
    """Reads MONAI's `SlidingWindowInferer` (or `SimpleInferer`, which is one window).

    Raises:
        BundleError: it is another inferer, or one of its values is not possible.
    """
    if not isinstance(found, Component) or not is_plain({k: v for k, v in found.arguments.items() if k != "device"}):
        raise not_done("its inferer is none of MONAI's")
    name, given = found.target.rpartition(".")[2], found.arguments
    if name == "SimpleInferer":
        return Windowing(roi=(0, 0, 0))
    if name not in ("SlidingWindowInferer", "SlidingWindowInfererAdapt", "Vista3dInferer"):
        raise not_done(f"it uses the inferer `{name}`")
    roi = _three(given.get("roi_size", 0), int)
    overlap = _three(given.get("overlap", 0.25), float)
    made = Windowing(
        roi=(max(0, roi[0]), max(0, roi[1]), max(0, roi[2])),
        overlap=overlap,
        mode=str(given.get("mode", "constant")).lower(),
        sigma=float(given.get("sigma_scale", 0.125)),
        padding=str(given.get("padding_mode", "constant")).lower(),
        fill=float(given.get("cval", 0.0)),
    )
    sound = made.mode in ("constant", "gaussian") and made.padding in _PADDING and max(made.roi) <= 512
    if not sound or not all(0 <= o < 1 for o in overlap) or not 0 < made.sigma <= 10:
        raise not_done("a value of its inferer is not possible")
    return made


def planes(
    image: torch.Tensor, score: Score, over: Windowing, tick: Callable[[float], None]
) -> Iterator[tuple[int, torch.Tensor]]:
    """The blended scores of a volume, plane by plane along its first axis.

    Args:
        image: (C, X, Y, Z) float32.
        score: (1, C, x, y, z) to (1, K, x, y, z), for one window.
        over: how the windows go.
        tick: told the share that is done before each window; stops the work by raising.

    Yields:
        (x, scores) with scores (K, Y, Z) float32, x rising from 0 to X - 1.
    """
    padded, before = _padded(image, over)
    full = tuple(int(n) for n in padded.shape[1:])
    roi = tuple(r or n for r, n in zip(over.roi, full, strict=True))
    weight = _importance(roi, over)
    starts = [window_starts(n, r, o) for n, r, o in zip(full, roi, over.overlap, strict=True)]
    each = len(starts[1]) * len(starts[2])
    held: _Held | None = None
    for row, first in enumerate(starts[0]):
        for number, (second, third) in enumerate((y, z) for y in starts[1] for z in starts[2]):
            tick((row * each + number) / (len(starts[0]) * each))
            place = (slice(first, first + roi[0]), slice(second, second + roi[1]), slice(third, third + roi[2]))
            out = _scored(score, padded[(slice(None), *place)][None])
            held = held if held is not None else _Held(int(out.shape[0]), roi[0], full)
            held.add(out, weight, place[1:])
            del out  # of 105 classes it is 370 MB, and the next window needs the room
        assert held is not None
        done = starts[0][row + 1] - first if row + 1 < len(starts[0]) else roi[0]
        for index in range(done):
            at = first + index - before[0]
            if 0 <= at < image.shape[1]:
                yield at, held.plane(index, before[1:], (int(image.shape[2]), int(image.shape[3])))
        held.roll(done)
    tick(1.0)


class _Held:
    """The sums of the windows over one window's thickness along the first axis."""

    def __init__(self, classes: int, thick: int, full: tuple[int, ...]) -> None:
        import torch

        size = (classes, thick, full[1], full[2])
        dtype = torch.float32 if math.prod(size) * 4 <= MOST_BYTES else torch.float16
        self._sum = torch.zeros(size, dtype=dtype)
        self._weight = torch.zeros(size[1:], dtype=torch.float32)

    def add(self, out: torch.Tensor, weight: torch.Tensor, place: tuple[slice, ...]) -> None:
        """Adds one window's scores (K, x, y, z) under its weights (x, y, z)."""
        for number in range(out.shape[0]):  # class by class: a second copy of all of them is what would not fit
            self._sum[(number, slice(None), *place)] += (out[number] * weight).to(self._sum.dtype)
        self._weight[(slice(None), *place)] += weight

    def plane(self, index: int, before: tuple[int, ...], size: tuple[int, int]) -> torch.Tensor:
        """The mean (K, Y, Z) of one plane, without what the volume was filled up with."""
        inside = (slice(before[0], before[0] + size[0]), slice(before[1], before[1] + size[1]))
        return self._sum[(slice(None), index, *inside)].float() / self._weight[(index, *inside)]

    def roll(self, done: int) -> None:
        """Makes room for the next row of windows."""
        kept = self._weight.shape[0] - done
        for held in (*self._sum, self._weight):
            held[:kept] = held[done:].clone()
            held[kept:] = 0


def window_starts(size: int, roi: int, overlap: float) -> list[int]:
    """Where windows begin along an axis; the last one ends with the volume."""
    step = roi if roi >= size else max(1, int(roi * (1 - overlap)))
    starts = list(range(0, max(1, size - roi + step), step))
    return [min(start, max(0, size - roi)) for start in starts]


def _padded(image: torch.Tensor, over: Windowing) -> tuple[torch.Tensor, tuple[int, int, int]]:
    """The volume, at least as large as a window, and how many voxels were put before it along each axis."""
    import torch

    short = [max(0, r - int(n)) for r, n in zip(over.roi, image.shape[1:], strict=True)]
    if not any(short):
        return image, (0, 0, 0)
    before = (short[0] // 2, short[1] // 2, short[2] // 2)
    pad = [n for axis in (2, 1, 0) for n in (before[axis], short[axis] - before[axis])]
    fill = {"value": over.fill} if over.padding == "constant" else {}
    try:
        return torch.nn.functional.pad(image[None], pad, mode=over.padding, **fill)[0], before
    except (RuntimeError, ValueError) as error:
        raise not_done(f"the volume is too thin to be filled up by `{over.padding}`") from error


def _importance(roi: tuple[int, ...], over: Windowing) -> torch.Tensor:
    import torch

    made = monai_part("data.utils").compute_importance_map(roi, mode=over.mode, sigma_scale=over.sigma, device="cpu")
    weight: torch.Tensor = made.to(torch.float32).expand(roi)
    return weight


def _scored(score: Score, window: torch.Tensor) -> torch.Tensor:
    import torch

    with torch.inference_mode():
        out: Any = score(window)
        out = out[0] if isinstance(out, (list, tuple)) else out
        if not isinstance(out, torch.Tensor) or out.shape[2:] != window.shape[2:]:
            raise not_done("its network does not give scores on the grid of its input")
        return out[0]


def _three(given: Any, kind: type) -> Any:
    """A value for each of three axes."""
    held = as_tuple(given)
    held = held if isinstance(held, tuple) else (held,) * 3
    if len(held) != 3:
        raise not_done("its windows are not of three axes")
    return tuple(kind(item if item is not None else 0) for item in held)
