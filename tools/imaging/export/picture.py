"""Overlays: a mosaic of the slices of a volume that hold what was found, or a whole film with contours and boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.study import Study
from bedside.tools.imaging.display import shown
from bedside.tools.imaging.export.drawing import Layer, legend, panel, sheet
from bedside.tools.imaging.export.grids import MARK
from bedside.tools.imaging.export.palette import colour
from bedside.tools.imaging.render import PLANES, facing

if TYPE_CHECKING:
    from PIL import Image

Box = tuple[tuple[int, int], ...]
Masks = Mapping[str, NDArray[np.bool_]]
MOST_SLICES, COLUMNS, PANEL = 12, 4, 260
FILM = 900
THICKER = 1.5
AXIAL = 2
MARGIN, LEAST_MARGIN_MM = 0.15, 12.0
NAMES = {spec[0]: name for name, spec in PLANES.items()}
_BAR_NOTES = {"detector": " at the detector", "scanned film": " on the film"}


@dataclass(frozen=True, eq=False)
class View:
    """How a volume is looked at.

    Attributes:
        axis: cut through: 0 sagittal, 1 coronal, 2 axial.
        slices: indices along `axis`, rising.
        crop: (first, end) along each axis of the volume: what is shown of it.
    """

    axis: int
    slices: tuple[int, ...]
    crop: tuple[slice, slice, slice]


def view_of(study: Study, masks: Masks) -> View:
    """Which slices: spread over what was outlined, among them the one that holds most of each mask.

    Args:
        study: the volume, along (R, A, S).
        masks: label to mask of its shape; at least one voxel in all.
    """
    axis = cut_axis(study)
    found = np.logical_or.reduce(list(masks.values()))
    held = np.flatnonzero(found.any(axis=tuple({0, 1, 2} - {axis})))
    count = min(MOST_SLICES, held.size)
    chosen = {int(held[int((k + 0.5) / count * held.size)]) for k in range(count)}
    wanted = dict.fromkeys(widest(mask, axis) for mask in masks.values() if mask.any())
    for at in list(wanted)[:count]:
        if at not in chosen:
            chosen.remove(min(chosen - set(wanted), key=lambda other: abs(other - at)))
            chosen.add(at)
    return View(axis, tuple(sorted(chosen)), _around(found, study.info.spacing or (1.0, 1.0, 1.0)))


def cut_axis(study: Study) -> int:
    """Slices are cut as they were acquired, across the thickest spacing; axial where the spacing is much the same."""
    spacing = study.info.spacing or (1.0, 1.0, 1.0)
    thick = int(np.argmax(spacing))
    return thick if spacing[thick] > THICKER * min(spacing) else AXIAL


def widest(mask: NDArray[np.bool_], axis: int) -> int:
    """The slice along an axis that holds most of a mask."""
    return int(np.argmax(mask.sum(axis=tuple({0, 1, 2} - {axis}))))


def save_mosaic(study: Study, masks: Masks, path: Path, footer: str, view: View | None = None) -> View:
    """Writes the slices of a volume with the contours of every mask, as PNG.

    Args:
        study: the volume, along (R, A, S).
        masks: label to mask of its shape; at least one voxel in all.
        path: where to write; its folder is made.
        footer: one line below.
        view: which slices; chosen by `view_of` where None.

    Returns:
        Which slices were drawn.
    """
    chosen = view or view_of(study, masks)
    layers = [Layer(label, n, colour(n - 1)) for n, label in enumerate(masks, 1)]
    grey = shown(study)
    panels = [slice_panel(study, grey, masks, chosen, at) for at in chosen.slices]
    columns = min(COLUMNS, len(panels))
    write_png(sheet(panels, columns, legend(layers, panels[0].width * columns, footer)), path)
    return chosen


def slice_panel(study: Study, grey: NDArray[np.float32], masks: Masks, view: View, at: int) -> Image.Image:
    """One slice in true proportions, in its letters, with its number and a scale bar."""
    spacing = study.info.spacing or (1.0, 1.0, 1.0)
    _, across, up, letters = PLANES[NAMES[view.axis]]
    part = [view.crop[across], view.crop[up]]
    size, mm_per_pixel = fitted([(p.stop - p.start) * spacing[a] for p, a in zip(part, (across, up), strict=True)])

    def plane(volume: NDArray[Any]) -> NDArray[Any]:
        return facing(np.take(volume, at, axis=view.axis)[part[0], part[1]])

    drawn = [Layer(label, n, colour(n - 1), plane(mask)) for n, (label, mask) in enumerate(masks.items(), 1)]
    caption = f"{NAMES[view.axis]} {at}"
    return panel(plane(grey), drawn, size, letters=letters, caption=caption, mm_per_pixel=mm_per_pixel)


def save_film(study: Study, masks: Masks, boxes: Mapping[str, Box], path: Path, footer: str) -> None:
    """Writes a film with the contours of the masks and the boxes, as PNG.

    The bar says where the spacing holds; there is none where the file gives no spacing. A film's sides are not
    lettered: nothing but the marker on it tells them.
    """
    info = study.info
    rows, columns = info.shape[:2]
    steps = info.spacing[:2] if info.spacing else None
    high, wide = (rows * steps[0], columns * steps[1]) if steps else (float(rows), float(columns))
    size, mm_per_pixel = fitted([wide, high], FILM)
    labels = list(dict.fromkeys((*masks, *boxes)))
    layers = [
        Layer(label, n, colour(n - 1), masks.get(label), boxes.get(label, ())) for n, label in enumerate(labels, 1)
    ]
    picture = panel(
        shown(study),
        layers,
        size,
        caption=" ".join(p for p in (info.modality.value, info.view) if p and p != "UNKNOWN"),
        mm_per_pixel=mm_per_pixel if steps else None,
        bar_note=_BAR_NOTES.get(info.spacing_at, ""),
    )
    write_png(sheet([picture], 1, legend(layers, picture.width, footer)), path)


def write_png(picture: Image.Image, path: Path) -> Path:
    """Writes a picture as PNG, marked as what it is."""
    from PIL import PngImagePlugin

    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", MARK)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, format="PNG", pnginfo=said)
    return path


def fitted(sides_mm: Sequence[float], longest: int = PANEL) -> tuple[tuple[int, int], float]:
    """(width, height) in pixels of a picture of those sides, its longer one `longest`, and mm a pixel."""
    mm_per_pixel = max(sides_mm) / longest
    width, height = (max(1, round(side / mm_per_pixel)) for side in sides_mm)
    return (width, height), mm_per_pixel


def _around(found: NDArray[np.bool_], spacing: tuple[float, ...]) -> tuple[slice, slice, slice]:
    """The box of what was found with a margin, within the volume."""
    parts = []
    for axis in range(3):
        held = np.flatnonzero(found.any(axis=tuple({0, 1, 2} - {axis})))
        first, end = int(held[0]), int(held[-1]) + 1
        more = max(int((end - first) * MARGIN), int(np.ceil(LEAST_MARGIN_MM / spacing[axis])))
        parts.append(slice(max(0, first - more), min(found.shape[axis], end + more)))
    return parts[0], parts[1], parts[2]
