"""Prior, current and their difference side by side, on the slices that changed most."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.study import Study
from bedside.tools.compare.align import Alignment
from bedside.tools.imaging.export.drawing import Layer, legend, panel, sheet
from bedside.tools.imaging.export.grids import MARK
from bedside.tools.imaging.export.palette import COLOURS
from bedside.tools.imaging.export.picture import FILM, NAMES, cut_axis, fitted, write_png
from bedside.tools.imaging.render import PLANES, facing

MORE, LESS = COLOURS[0], COLOURS[1]
SHOWN_FROM, MOST_SHOWN = 0.1, 0.5
MOST_ROWS, PANEL = 3, 300
APART = 3


def difference(found: Alignment) -> NDArray[np.float32]:
    """Now less before in the greys of the current image, over what both show; 0 elsewhere.

    A straight line first brings the earlier image's greys to the current one's: scanners differ in scale.
    """
    inside = found.inside
    a, b = found.prior[inside].astype(np.float64), found.now[inside].astype(np.float64)
    spread = float(a.var())
    slope = float(((a - a.mean()) * (b - b.mean())).mean()) / spread if spread > 0 else 0.0
    fitted_prior = slope * (found.prior - float(a.mean())) + float(b.mean())
    return np.asarray(np.where(inside, found.now - fitted_prior, 0), dtype=np.float32)


def changed_slices(
    study: Study, masks: tuple[NDArray[np.bool_] | None, NDArray[np.bool_] | None], gap: Any
) -> list[int]:
    """The slices that changed most, at least three apart, the most changed first: of the masks where both are there."""
    now, before = masks
    axis = cut_axis(study)
    amount = (now ^ before) if now is not None and before is not None else np.abs(gap) * (np.abs(gap) >= SHOWN_FROM)
    by_slice = amount.sum(axis=tuple({0, 1, 2} - {axis})).astype(float)
    chosen: list[int] = []
    for at in np.argsort(-by_slice, kind="stable"):
        if by_slice[at] > 0 and all(abs(int(at) - other) >= APART for other in chosen):
            chosen.append(int(at))
        if len(chosen) == MOST_ROWS:
            break
    return chosen or [study.array.shape[axis] // 2]


def save_comparison(
    study: Study,
    found: Alignment,
    masks: tuple[NDArray[np.bool_] | None, NDArray[np.bool_] | None],
    path: Path,
    footer: str,
) -> tuple[str, int | None]:
    """Writes the picture: a row a slice, with the prior, the current image and the difference over the current one.

    Args:
        study: the current one.
        found: how the prior lies on it.
        masks: what was outlined now and, moved onto the current grid, before; None where nothing was.
        path: where to write; its folder is made.
        footer: one line below.

    Returns:
        The axis and the slice that changed most; "" and None of a film.
    """
    gap = difference(found)
    volume = study.info.kind == "volume"
    slices: list[int | None] = [*changed_slices(study, masks, gap)] if volume else [None]
    panels = [one for at in slices for one in _row(study, found, masks, gap, at)]
    layers = [Layer("now, or brighter now", 1, MORE), Layer("prior, or darker now", 2, LESS)]
    strip = legend(layers, panels[0].width * 3, f"{footer} {MARK}.")
    write_png(sheet(panels, 3, strip), path)
    return (NAMES[cut_axis(study)], slices[0]) if volume else ("", None)


def _row(study: Study, found: Alignment, masks: Any, gap: NDArray[np.float32], at: int | None) -> list[Any]:
    now, before = (_cut(study, mask, at) if mask is not None else None for mask in masks)
    size, mm_per_pixel, letters = _frame(study, at)
    where = f" {at}" if at is not None else ""
    scale: dict[str, Any] = {"letters": letters, "mm_per_pixel": mm_per_pixel}
    ours, theirs = Layer("now", 1, MORE, now), Layer("prior", 2, LESS, before)
    grey = _cut(study, found.now, at)
    return [
        panel(_cut(study, found.prior, at), [theirs], size, caption=f"prior{where}", **scale),
        panel(grey, [ours], size, caption=f"now{where}", **scale),
        _tinted(
            panel(np.float32(0.6) * grey, [], size, caption=f"difference{where}", **scale), _cut(study, gap, at), size
        ),
    ]


def _frame(study: Study, at: int | None) -> tuple[tuple[int, int], float | None, str]:
    """Size of a panel, mm a pixel where known, and the letters at its edges."""
    spacing = study.info.spacing
    if at is None:
        rows, columns = study.array.shape[:2]
        high, wide = (rows * spacing[0], columns * spacing[1]) if spacing else (float(rows), float(columns))
        size, mm_per_pixel = fitted([wide, high], FILM // 2)
        return size, mm_per_pixel if spacing else None, ""
    _, across, up, letters = PLANES[NAMES[cut_axis(study)]]
    steps = spacing or (1.0, 1.0, 1.0)
    size, mm_per_pixel = fitted([study.array.shape[across] * steps[across], study.array.shape[up] * steps[up]], PANEL)
    return size, mm_per_pixel, letters


def _cut(study: Study, values: NDArray[Any], at: int | None) -> NDArray[Any]:
    """(row, column) as it is looked at."""
    return values if at is None else facing(np.take(values, at, axis=cut_axis(study)))


def _tinted(picture: Any, gap: NDArray[np.float32], size: tuple[int, int]) -> Any:
    """The picture with orange where it is brighter now and blue where it is darker, the stronger the more."""
    from PIL import Image

    scaled = np.asarray(Image.fromarray(gap).resize(size, Image.Resampling.BILINEAR))
    strength = np.clip((np.abs(scaled) - SHOWN_FROM) / (MOST_SHOWN - SHOWN_FROM), 0, 1)[..., None]
    strength = np.where(np.abs(scaled)[..., None] >= SHOWN_FROM, 0.35 + 0.65 * strength, 0)
    tint = np.where(scaled[..., None] > 0, np.asarray(MORE), np.asarray(LESS))
    pixels = np.asarray(picture) * (1 - strength) + tint * strength
    return Image.fromarray(pixels.astype(np.uint8))
