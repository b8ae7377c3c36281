"""From planes of scores on the network's grid to labels on the Study's own, without holding all the scores.

Each plane of scores is brought to the Study's grid as soon as it is final: scores are interpolated and then decided, or
decided and then taken from the nearest voxel, in the order in which the bundle's own postprocessing states it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bedside.tools.bundles.config import BundleConfig, runs_code
from bedside.tools.bundles.expressions import Component
from bedside.tools.bundles.network import not_done
from bedside.tools.bundles.preprocess import Grid
from bedside.tools.imaging.content import printable

if TYPE_CHECKING:
    import torch

# A voxel further than this (in network voxels) outside what the network saw belongs to nothing.
MARGIN = 0.75
MOST_OVERLAPPING = 32
_NO_EFFECT = {
    "SaveImaged",
    "EnsureTyped",
    "ToTensord",
    "ToDeviced",
    "CastToTyped",
    "SqueezeDimd",
}
# The only arguments that are worked out: a step that is not carried out may take anything.
_READ = ("softmax", "sigmoid", "argmax", "threshold", "nearest_interp")


@dataclass(frozen=True)
class Deciding:
    """How scores become labels.

    Attributes:
        activation: ``softmax``, ``sigmoid`` or "" for none.
        threshold: the score above which a channel is on, for channels that may overlap; None where the highest wins.
        activate_first: whether the activation comes before the way back to the Study's grid.
        nearest: whether it is decided on the network's grid, and the nearest voxel's label taken.
        largest: whether only the largest connected part of each label is kept.
        left_out: steps of the bundle that are not carried out, for the reader to know.
    """

    activation: str = ""
    threshold: float | None = None
    activate_first: bool = True
    nearest: bool = False
    largest: bool = False
    left_out: tuple[str, ...] = ()


def deciding(config: BundleConfig) -> Deciding:
    """Reads MONAI's postprocessing.

    Raises:
        BundleError: a step before the decision is not one that is known here.
    """
    listed = _steps(config)
    activation, threshold, decided, inverted, first, nearest, largest = "", None, False, False, True, False, False
    left_out: list[str] = []
    for name, given in listed:
        if name == "Activationsd":
            activation, first = _activation(given), not inverted
        elif name == "Invertd":
            inverted, nearest = True, decided or bool(_first(given.get("nearest_interp", True)))
        elif name == "AsDiscreted":
            decided = True
            threshold = None if _first(given.get("argmax", False)) else float(_first(given.get("threshold", 0.5)))
        elif name == "VistaPostTransformd":
            decided = True  # of a network that is asked by class; `loaded` decides for it
        elif name == "KeepLargestConnectedComponentd":
            largest = True
        elif name not in _NO_EFFECT:
            if not decided and name != "Lambdad":
                raise not_done(f"its postprocessing has `{printable(name)}`")
            if not decided:
                raise runs_code("a function in its postprocessing")
            left_out.append(name)
    if not decided and activation == "sigmoid":
        threshold = 0.5
    return Deciding(activation, threshold, first, nearest, largest, tuple(left_out))


def _steps(config: BundleConfig) -> list[tuple[str, dict[str, Any]]]:
    """Name and plain arguments of each step. What only a step that is not carried out takes is never worked out."""
    raw: Any = config.raw.get("postprocessing", [])
    while isinstance(raw, str) and raw.startswith("@"):
        raw = config.raw.get(raw[1:], [])
    listed = raw.get("transforms", []) if isinstance(raw, dict) else raw
    if isinstance(listed, str):
        listed = config.value("postprocessing")
        listed = listed.arguments.get("transforms", []) if isinstance(listed, Component) else listed
        return [(s.target.rpartition(".")[2], s.arguments) for s in listed if isinstance(s, Component)]
    found = []
    for step in listed if isinstance(listed, list) else []:
        if not isinstance(step, dict) or "_target_" not in step:
            raise not_done("its postprocessing is no list of transforms")
        name = str(step["_target_"]).rpartition(".")[2]
        if step.get("_disabled_") is True:
            continue
        found.append((name, {key: config.resolve(step[key]) for key in _READ if key in step}))
    return found


def _activation(given: dict[str, Any]) -> str:
    return next((name for name in ("softmax", "sigmoid") if _first(given.get(name, False))), "")


def _first(given: Any) -> Any:
    return given[0] if isinstance(given, (list, tuple)) and given else given


class LabelMasks(Mapping[str, NDArray[np.bool_]]):
    """Masks by label, each (R, A, S) bool of the Study's shape, made from one compact volume when it is asked for.

    Attributes:
        codes: (R, A, S): the number of the voxel's label, or a bit for each label that may overlap others.
    """

    def __init__(
        self, codes: NDArray[np.unsignedinteger[Any]], numbers: dict[str, tuple[int, ...]], overlapping: bool
    ) -> None:
        self.codes, self._numbers, self.overlapping = codes, numbers, overlapping

    def __getitem__(self, label: str) -> NDArray[np.bool_]:
        numbers = self._numbers[label]
        if self.overlapping:
            return np.asarray((self.codes >> np.uint32(numbers[0])) & np.uint32(1), dtype=np.bool_)
        return np.asarray(np.isin(self.codes, numbers) if len(numbers) > 1 else self.codes == numbers[0])

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def values_by_label(self) -> dict[str, list[int]]:
        """Which values of `codes` are a label; of labels that may overlap, which value each adds."""
        return {label: [1 << n for n in ns] if self.overlapping else list(ns) for label, ns in self._numbers.items()}

    def voxels(self) -> dict[str, int]:
        """How many voxels each label has."""
        if self.overlapping:
            return {label: int(np.count_nonzero(self[label])) for label in self}
        counts = np.bincount(self.codes.ravel(), minlength=1 + max(max(n) for n in self._numbers.values()))
        return {label: int(sum(counts[n] for n in numbers)) for label, numbers in self._numbers.items()}


def label_volume(
    planes: Iterator[tuple[int, torch.Tensor]], depth: int, grid: Grid, shape: tuple[int, int, int], how: Deciding
) -> NDArray[np.unsignedinteger[Any]]:
    """Labels on the Study's grid.

    Args:
        planes: (x, scores (K, Y, Z)) with x rising from 0 to depth - 1.
        depth: planes to come.
        grid: from the Study's grid to that of the planes.
        shape: of the Study, (R, A, S).
        how: how scores become labels.

    Returns:
        (R, A, S): uint16 channel numbers where the highest score wins, else uint32 with a bit for each channel.
    """
    order = tuple(grid.axes.index(axis) for axis in range(3))
    out = np.zeros(shape, dtype=np.uint16 if how.threshold is None else np.uint32)
    view = out.transpose(order)
    place = _Places(grid, shape, order, depth)
    before: torch.Tensor | None = None
    for index, scores in planes:
        if scores.shape[0] > MOST_OVERLAPPING and how.threshold is not None:
            raise not_done(f"it has {scores.shape[0]} labels that may overlap; the limit is {MOST_OVERLAPPING}")
        if how.nearest:
            decided = _decided(_activated(scores, how), how)
            for slot in place.nearest(index):
                view[slot] = place.in_plane_nearest(decided)
            continue
        now = place.in_plane(_activated(scores, how) if how.activate_first else scores)
        for slot, share in place.between(index):
            mixed = now if before is None or share == 1.0 else before * (1 - share) + now * share
            view[slot] = place.outside_as_none(_decided(mixed if how.activate_first else _activated(mixed, how), how))
        before = now
    return _largest_parts(out, how) if how.largest else out


def _activated(scores: torch.Tensor, how: Deciding) -> torch.Tensor:
    if how.activation == "softmax":
        return scores.softmax(dim=0)
    return scores.sigmoid() if how.activation == "sigmoid" else scores


def _decided(scores: torch.Tensor, how: Deciding) -> NDArray[np.unsignedinteger[Any]]:
    """(Y, Z) labels of (K, Y, Z) scores."""
    if how.threshold is None:
        return np.asarray(scores.argmax(dim=0).numpy(), dtype=np.uint16)
    on = (scores > how.threshold).numpy()
    bits = np.zeros(on.shape[1:], dtype=np.uint32)
    for number in range(on.shape[0]):
        bits |= on[number].astype(np.uint32) << np.uint32(number)
    return bits


class _Places:
    """Where the Study's voxels lie among the planes: axis 0 of the planes first, then the two in each plane."""

    def __init__(self, grid: Grid, shape: tuple[int, int, int], order: tuple[int, ...], depth: int) -> None:
        self._coordinates = [grid.scale[axis] * np.arange(shape[axis]) + grid.offset[axis] for axis in order]
        self._depth = depth
        self._along: dict[int, list[tuple[int, float]]] = {}
        self._close: dict[int, list[int]] = {}
        self._sampling: tuple[Any, ...] | None = None
        for slot, at in enumerate(self._coordinates[0]):
            if -MARGIN <= at <= depth - 1 + MARGIN:
                held = float(np.clip(at, 0, depth - 1))
                upper = min(int(np.floor(held)) + 1, depth - 1)
                share = held - (upper - 1) if depth > 1 else 1.0
                self._along.setdefault(upper, []).append((slot, share))
                self._close.setdefault(int(np.rint(held)), []).append(slot)

    def between(self, index: int) -> list[tuple[int, float]]:
        """Slots of the Study between plane index - 1 and this one, and the share of this one."""
        return self._along.get(index, [])

    def nearest(self, index: int) -> list[int]:
        """Slots of the Study that are nearest to this plane."""
        return self._close.get(index, [])

    def in_plane(self, scores: torch.Tensor) -> torch.Tensor:
        """Scores (K, Y, Z) interpolated at the Study's voxels, (K, Y', Z')."""
        import torch

        if self._sampling is None:
            made = []
            for at, size in zip(self._coordinates[1:], scores.shape[1:], strict=True):
                held = np.clip(at, 0, size - 1)
                low = np.minimum(np.floor(held).astype(np.int64), max(0, size - 2))
                share = torch.from_numpy((held - low).astype(np.float32))
                made.append((torch.from_numpy(low), torch.from_numpy(np.minimum(low + 1, size - 1)), share))
            inside = [
                (at >= -MARGIN) & (at <= n - 1 + MARGIN)
                for at, n in zip(self._coordinates[1:], scores.shape[1:], strict=True)
            ]
            self._sampling = (*made, inside[0][:, None] & inside[1][None, :])
        (low, high, share), (low2, high2, share2), _ = self._sampling
        rows = torch.lerp(scores.index_select(1, low), scores.index_select(1, high), share[:, None])
        return torch.lerp(rows.index_select(2, low2), rows.index_select(2, high2), share2)

    def outside_as_none(self, decided: NDArray[Any]) -> NDArray[Any]:
        """Labels with 0 where the network saw nothing."""
        assert self._sampling is not None
        inside: NDArray[np.bool_] = self._sampling[2]
        return decided if inside.all() else np.where(inside, decided, 0)

    def in_plane_nearest(self, decided: NDArray[Any]) -> NDArray[Any]:
        """Labels (Y, Z) taken at the Study's voxels, (Y', Z'); 0 where the network saw nothing."""
        index, inside = [], []
        for at, size in zip(self._coordinates[1:], decided.shape, strict=True):
            index.append(np.rint(np.clip(at, 0, size - 1)).astype(np.int64))
            inside.append((at >= -MARGIN) & (at <= size - 1 + MARGIN))
        taken = decided[np.ix_(*index)]
        seen = inside[0][:, None] & inside[1][None, :]
        return taken if seen.all() else np.where(seen, taken, 0)


def _largest_parts(codes: NDArray[Any], how: Deciding) -> NDArray[Any]:
    """Labels of which only the largest connected part is left."""
    from scipy import ndimage

    kept = np.zeros_like(codes)
    for number in range(MOST_OVERLAPPING) if how.threshold is not None else np.unique(codes[codes > 0]):
        mask = (codes >> number) & 1 if how.threshold is not None else codes == number
        parts, count = ndimage.label(mask)
        if count:
            sizes = np.bincount(parts.ravel())
            sizes[0] = 0
            part = parts == sizes.argmax()
            kept[part] |= np.uint32(1) << np.uint32(number) if how.threshold is not None else number
    return kept
