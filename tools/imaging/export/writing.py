"""The one function that writes what a tool leaves: pictures, masks, and DICOM objects where the file was DICOM."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.core.answer import Artefact, Refusal
from bedside.core.errors import ExportError
from bedside.core.evidence import Region, Source
from bedside.core.measurement import Measurement
from bedside.core.study import Study
from bedside.tools.imaging.export.grids import MARK, save_nifti, save_png
from bedside.tools.imaging.export.picture import NAMES, Box, cut_axis, save_film, save_mosaic, widest

OVERLAY = "-overlay.png"


class Written(NamedTuple):
    """What was written.

    Attributes:
        artefacts: every file, for `ToolResult.artefacts`.
        regions: of each label, where it is and which files show it, for its `Evidence.region`.
        refusal: why there is no SEG or SR; None where there is one.
        notes: what the reader must know of the files, `refusal` among it: for the evidence's limits.
    """

    artefacts: tuple[Artefact, ...]
    regions: dict[str, Region]
    refusal: Refusal | None
    notes: tuple[str, ...]


def write(
    study: Study,
    masks: Mapping[str, NDArray[np.bool_]],
    measurements: Sequence[Measurement],
    folder: Path,
    *,
    by: Source,
    boxes: Mapping[str, Box] | None = None,
) -> Written:
    """Writes an overlay (PNG), each mask (NIfTI of a volume, PNG of a film), and over a DICOM Study a SEG and an SR.

    Args:
        study: an image or a volume.
        masks: label to bool array along the Study's axes (without a film's channels); empty ones are left out.
        measurements: what was measured; a `label` that is also a mask's ties the number to that segment.
        folder: where to write: `ToolRequest.output`.
        by: the tool, as its evidence names it.
        boxes: label to ((first row, end row), (first column, end column)), of a film.

    Returns:
        The files, a region for each mask and box, and why DICOM could not be written, if it could not.
    """
    held = {label: np.asarray(mask, dtype=bool) for label, mask in masks.items() if np.any(mask)}
    stem = folder / f"{study.info.id}-{study.info.sha256[:8]}-{_plain(by.id)}"
    overlay = stem.with_name(stem.name + OVERLAY)
    regions, artefacts = _masks(study, held, stem, overlay)
    for label, box in (boxes or {}).items():
        known = regions.get(label, Region(study=study.info.id, overlay_path=str(overlay)))
        regions[label] = known.model_copy(update={"axis": "row, column", "box": box})
    if regions:
        _overlay(study, held, boxes or {}, overlay, f"{by.title or by.id} {by.version}. {MARK}.")
        artefacts.insert(0, Artefact(path=str(overlay), media_type="image/png", title=f"{_title(by)} on the image"))
    try:
        made, notes = _dicom(study, held, measurements, by, stem)
    except ExportError as error:
        refusal = Refusal(code=error.code, subject="DICOM SEG and SR", why=error.what, do=error.do)
        return Written(tuple(artefacts), regions, refusal, (error.what,))
    return Written((*artefacts, *made), regions, None, notes)


def _masks(
    study: Study, masks: Mapping[str, NDArray[np.bool_]], stem: Path, overlay: Path
) -> tuple[dict[str, Region], list[Artefact]]:
    volume = study.info.kind == "volume"
    regions: dict[str, Region] = {}
    artefacts = []
    for label, mask in masks.items():
        path = stem.with_name(f"{stem.name}-{_plain(label)}{'.nii.gz' if volume else '.png'}")
        (save_nifti(study, mask, path) if volume else save_png(mask, path))
        region = Region(study=study.info.id, box=_box(mask), mask_path=str(path), overlay_path=str(overlay))
        regions[label] = region.model_copy(update=_slice_of(study, mask)) if volume else region
        kind = ("application/gzip", "NIfTI") if volume else ("image/png", "PNG")
        artefacts.append(Artefact(path=str(path), media_type=kind[0], title=f"Mask: {label} ({kind[1]})"))
    return regions, artefacts


def _slice_of(study: Study, mask: NDArray[np.bool_]) -> dict[str, object]:
    """The slice that holds most of a mask, across the axis along which the overlay cuts."""
    axis = cut_axis(study)
    return {"axis": NAMES[axis], "slice": widest(mask, axis)}


def _overlay(
    study: Study, masks: Mapping[str, NDArray[np.bool_]], boxes: Mapping[str, Box], path: Path, footer: str
) -> None:
    if study.info.kind == "volume":
        save_mosaic(study, masks, path, footer)
    else:
        save_film(study, masks, boxes, path, footer)


def _dicom(
    study: Study,
    masks: Mapping[str, NDArray[np.bool_]],
    measurements: Sequence[Measurement],
    by: Source,
    stem: Path,
) -> tuple[list[Artefact], tuple[str, ...]]:
    """A SEG where there are masks and an SR where something was measured, and notes on them.

    Raises:
        ExportError: there is no DICOM behind the Study, or none that can be referred to.
    """
    if not masks and not measurements:
        return [], ()
    from bedside.tools.imaging.export.report import save_report
    from bedside.tools.imaging.export.segmentation import save_segmentation
    from bedside.tools.imaging.export.sources import source_images

    images, notes = source_images(study)
    made: list[Artefact] = []
    segmentation = None
    if masks:
        path = stem.with_name(f"{stem.name}-seg.dcm")
        segmentation = save_segmentation(study, images, masks, by, path)
        made.append(Artefact(path=str(path), media_type="application/dicom", title="Masks over the series (DICOM SEG)"))
    if measurements:
        path = stem.with_name(f"{stem.name}-sr.dcm")
        save_report(study, images, segmentation, measurements, by, path, tuple(masks))
        made.append(Artefact(path=str(path), media_type="application/dicom", title="Measurements (DICOM SR)"))
    return made, notes


def _box(mask: NDArray[np.bool_]) -> Box:
    """(first, end) of a mask along each axis."""
    sides = []
    for axis in range(mask.ndim):
        held = np.flatnonzero(mask.any(axis=tuple(set(range(mask.ndim)) - {axis})))
        sides.append((int(held[0]), int(held[-1]) + 1))
    return tuple(sides)


def _title(by: Source) -> str:
    return by.title or by.id.replace("_", " ")


def _plain(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "mask"
