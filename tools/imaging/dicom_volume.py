"""DICOM slices as one volume: a folder that holds a series, or a multi-frame file.

Position and orientation follow PS3.3 C.7.6.2 (image plane): the patient's left, posterior and superior are positive,
which becomes RAS by turning the first two axes round.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.errors import ImageReadError
from bedside.core.study import Modality, Study, StudyInfo
from bedside.tools.imaging import dicom_tags as tags
from bedside.tools.imaging.assembly import checked_spacing, finite, sealed_volume, to_ras
from bedside.tools.imaging.content import MISSING, TOO_LARGE, UNKNOWN_FORMAT, FileContent, load, printable
from bedside.tools.imaging.dicom import is_dicom, parse, require_image
from bedside.tools.imaging.dicom_pixels import output_pixels

MOST_FILES = 5_000
GAP_TOLERANCE = 0.1
SAME_DIRECTION = 1e-3


@dataclass(frozen=True)
class Plane:
    """One slice: samples (row, column) in output units, where its first pixel is (LPS mm), and its two directions."""

    values: NDArray[Any]
    position: NDArray[np.float64]
    orientation: NDArray[np.float64]
    steps: tuple[float, float]

    @property
    def normal(self) -> NDArray[np.float64]:
        """The direction in which slices are stacked."""
        return np.cross(self.orientation[:3], self.orientation[3:])


def read_folder(folder: Path, attachment_id: str, limit_bytes: int) -> Study:
    """Reads the largest series of a folder (not of its subfolders).

    Returns:
        A volume: float32 along (R, A, S), mm; HU for CT.

    Raises:
        ImageReadError: no DICOM image in it, slices missing or of unequal size, or too large.
    """
    series = _series_of(folder, limit_bytes)
    _, slices = max(series.items(), key=lambda item: (len(item[1]), item[0]))
    notes = [f"{len(slices)} slices of one series."]
    if len(series) > 1:
        notes.append(f"The folder holds {len(series)} series; the one with the most slices was read.")
    digest = hashlib.sha256("".join(sorted(content.sha256 for content, _ in slices)).encode()).hexdigest()
    whole = FileContent(path=folder, data=b"", sha256=digest, limit_bytes=limit_bytes)
    if len(slices) < 2:
        raise whole.bad_geometry("its largest series has one slice; attach that file itself")
    whole.require_decoded_size(sum(int(d.Rows) * int(d.Columns) for _, d in slices))
    planes = [_plane(dataset, content) for content, dataset in slices]
    return _volume(planes, slices[0][1], whole, attachment_id, tuple(notes))


def read_frames(dataset: Any, content: FileContent, attachment_id: str) -> Study:
    """Reads an enhanced multi-frame file whose frames carry positions (PS3.3 C.7.6.16).

    Raises:
        ImageReadError: the frames carry no positions (a film loop, for example), or do not form a volume.
    """
    shared = (dataset.get("SharedFunctionalGroupsSequence") or [None])[0]
    frames = dataset.get("PerFrameFunctionalGroupsSequence") or []
    if not frames or len(frames) != int(dataset.NumberOfFrames):
        raise content.bad_geometry("it has several frames without slice positions")
    pixels = output_pixels(dataset, content)
    planes = []
    for frame, samples in zip(frames, pixels.values, strict=True):
        where = _group(frame, shared, "PlanePositionSequence", content)
        turned = _group(frame, shared, "PlaneOrientationSequence", content)
        measures = _group(frame, shared, "PixelMeasuresSequence", content)
        rescale = _group(frame, shared, "PixelValueTransformationSequence", content, needed=False)
        if rescale is not None:
            samples = samples * float(rescale.RescaleSlope) + float(rescale.RescaleIntercept)
        planes.append(
            _checked_plane(
                samples, where.ImagePositionPatient, turned.ImageOrientationPatient, measures.PixelSpacing, content
            )
        )
    return _volume(planes, dataset, content, attachment_id, pixels.notes)


def _series_of(folder: Path, limit_bytes: int) -> dict[str, list[tuple[FileContent, Any]]]:
    name = printable(folder.name)
    paths = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    if not paths:
        raise ImageReadError(f"The folder {name} holds no files.", "Attach a folder of DICOM slices.", code=MISSING)
    if len(paths) > MOST_FILES:
        raise ImageReadError(
            f"The folder {name} holds {len(paths):,} files; the limit is {MOST_FILES:,}.",
            "Attach a folder that holds one series.",
            code=TOO_LARGE,
        )
    series: dict[str, list[tuple[FileContent, Any]]] = defaultdict(list)
    left = limit_bytes
    for path in paths:
        if not _looks_dicom(path):
            continue
        content = load(path, limit_bytes)
        left -= len(content.data)
        if left < 0:
            raise ImageReadError(
                f"The files of {name} are larger than the limit of {limit_bytes / 1e6:,.0f} MB together.",
                "Attach a folder that holds one series, or raise `bounds.file_bytes`.",
                code=TOO_LARGE,
            )
        dataset = parse(content)
        if "ImagePositionPatient" in dataset and "PixelData" in dataset:
            require_image(dataset, content)
            series[str(dataset.get("SeriesInstanceUID", ""))].append((content, dataset))
    if not series:
        raise ImageReadError(
            f"The folder {name} holds no DICOM slices.", "Attach a folder of CT or MR slices.", code=UNKNOWN_FORMAT
        )
    return dict(series)


def _looks_dicom(path: Path) -> bool:
    with path.open("rb") as stream:
        return is_dicom(stream.read(132))


def _plane(dataset: Any, content: FileContent) -> Plane:
    return _checked_plane(
        output_pixels(dataset, content).values,
        dataset.get("ImagePositionPatient"),
        dataset.get("ImageOrientationPatient"),
        dataset.get("PixelSpacing"),
        content,
    )


def _checked_plane(values: NDArray[Any], position: Any, orientation: Any, steps: Any, content: FileContent) -> Plane:
    if position is None or orientation is None or steps is None:
        raise content.bad_geometry("a slice lacks its position, orientation or pixel spacing")
    where = np.asarray([float(v) for v in position], dtype=np.float64)
    turned = np.asarray([float(v) for v in orientation], dtype=np.float64)
    if where.shape != (3,) or turned.shape != (6,) or values.ndim != 2:
        raise content.bad_geometry("a slice's position or orientation has the wrong number of values")
    spacing = checked_spacing(tuple(float(v) for v in steps), content)
    if len(spacing) != 2 or abs(float(turned[:3] @ turned[3:])) > 0.01:
        raise content.bad_geometry("a slice's rows and columns are not at right angles")
    return Plane(values=values, position=where, orientation=turned, steps=(spacing[0], spacing[1]))


def _group(frame: Any, shared: Any, tag: str, content: FileContent, *, needed: bool = True) -> Any:
    for holder in (frame, shared):
        items = holder.get(tag) if holder is not None else None
        if items:
            return items[0]
    if needed:
        raise content.bad_geometry("its frames carry no slice positions")
    return None


def _volume(
    planes: list[Plane], dataset: Any, content: FileContent, attachment_id: str, notes: tuple[str, ...]
) -> Study:
    ordered, step = _stacked(planes, content)
    first = ordered[0]
    # Stored axes: column index first (it runs along the first direction of the orientation), then row, then slice.
    stack = np.stack([p.values.T for p in ordered], axis=-1)
    lps = np.eye(4)
    lps[:3, 0] = first.orientation[:3] * first.steps[1]
    lps[:3, 1] = first.orientation[3:] * first.steps[0]
    lps[:3, 2] = step
    lps[:3, 3] = first.position
    array, affine, stored_axes = to_ras(stack, np.diag([-1.0, -1.0, 1.0, 1.0]) @ lps, content)
    samples, bad = finite(array, content)
    modality, modality_notes = tags.modality_of(dataset)
    info = StudyInfo(
        id=attachment_id,
        kind="volume",
        modality=modality,
        modality_from="unknown" if modality is Modality.UNKNOWN else "dicom tag",
        axes=("R", "A", "S"),
        shape=samples.shape,
        spacing=checked_spacing(tuple(float(v) for v in np.linalg.norm(affine[:3, :3], axis=0)), content),
        spacing_unit="mm",
        value_unit=tags.value_unit(dataset, modality),
        orientation="RAS",
        body_part=tags.body_part(dataset),
        sha256=content.sha256,
        notes=(*modality_notes, *notes, *bad),
    )
    return sealed_volume(info, samples, affine, stored_axes)


def _stacked(planes: list[Plane], content: FileContent) -> tuple[list[Plane], NDArray[np.float64]]:
    """Slices in order of position, and the step from one to the next (LPS mm).

    Raises:
        ImageReadError: unequal sizes, steps or directions, two slices in one place, or a gap.
    """
    first = planes[0]
    for plane in planes:
        if plane.values.shape != first.values.shape or plane.steps != first.steps:
            raise content.bad_geometry("its slices differ in size or pixel spacing")
        if np.abs(plane.orientation - first.orientation).max() > SAME_DIRECTION:
            raise content.bad_geometry("its slices point in different directions")
    ordered = sorted(planes, key=lambda p: float(p.position @ first.normal))
    gaps = np.diff([float(p.position @ first.normal) for p in ordered])
    typical = float(np.median(gaps))
    if typical <= 0 or gaps.min() <= 0:
        raise content.bad_geometry("two of its slices are in the same place")
    if np.abs(gaps - typical).max() > GAP_TOLERANCE * typical:
        raise content.bad_geometry(f"slices are missing: gaps run from {gaps.min():.2f} to {gaps.max():.2f} mm")
    return ordered, (ordered[-1].position - ordered[0].position) / (len(ordered) - 1)
