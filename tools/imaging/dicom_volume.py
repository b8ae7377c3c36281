"""DICOM slices as one volume, wherever the slices came from.

Position and orientation follow PS3.3 C.7.6.2 (image plane): the patient's left, posterior and superior are positive,
which becomes RAS by turning the first two axes round.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.study import Modality, Study, StudyInfo
from bedside.tools.imaging import dicom_tags as tags
from bedside.tools.imaging.assembly import checked_spacing, finite, sealed_volume, to_ras
from bedside.tools.imaging.content import FileContent
from bedside.tools.imaging.dicom_voi import Curve

GAP_TOLERANCE = 0.1
SAME_DIRECTION = 1e-3
SAME_PLACE_MM = 1e-3
SHEAR = 0.01


@dataclass(frozen=True, eq=False)
class Plane:
    """One slice.

    Attributes:
        values: float32 (row, column), output units.
        position: where its first pixel is, LPS mm.
        orientation: directions of a row and of a column, LPS.
        steps: (row, column) spacing in mm.
        display: how its file shows it.
        traits: what may tell it from another slice in the same place: tag and value, the most telling tag first.
        instance: the image it is, as `Study.instances` has it; "" where unknown.
    """

    values: NDArray[np.float32]
    position: NDArray[np.float64]
    orientation: NDArray[np.float64]
    steps: tuple[float, float]
    display: Curve = ()
    traits: dict[str, str] = field(default_factory=dict)
    instance: str = ""

    @property
    def normal(self) -> NDArray[np.float64]:
        """The direction in which slices are stacked."""
        return np.cross(self.orientation[:3], self.orientation[3:])

    @property
    def height(self) -> float:
        """How far along `normal` it lies, mm."""
        return float(self.position @ self.normal)


def checked_plane(
    values: NDArray[Any],
    position: Any,
    orientation: Any,
    steps: Any,
    content: FileContent,
    *,
    display: Curve = (),
    traits: dict[str, str] | None = None,
    instance: str = "",
) -> Plane:
    """A slice whose geometry can be.

    Raises:
        ImageReadError: position, orientation or spacing is missing, of the wrong length, or not possible.
    """
    if not position or not orientation or not steps:
        raise content.bad_geometry("a slice lacks its position, orientation or pixel spacing")
    where = np.asarray([float(v) for v in position], dtype=np.float64)
    turned = np.asarray([float(v) for v in orientation], dtype=np.float64)
    if where.shape != (3,) or turned.shape != (6,) or values.ndim != 2:
        raise content.bad_geometry("a slice has colour, or its position or orientation the wrong number of values")
    if not (np.isfinite(where).all() and np.isfinite(turned).all()):
        raise content.bad_geometry("a slice's position or orientation is not finite")
    spacing = checked_spacing(tuple(float(v) for v in steps), content)
    lengths = np.linalg.norm(turned.reshape(2, 3), axis=1)
    if len(spacing) != 2 or abs(float(turned[:3] @ turned[3:])) > 0.01 or np.abs(lengths - 1).max() > 0.01:
        raise content.bad_geometry("a slice's rows and columns are not at right angles, or not of unit length")
    samples = np.asarray(values, dtype=np.float32)
    return Plane(samples, where, turned, (spacing[0], spacing[1]), display, traits or {}, instance)


def volume(
    planes: list[Plane], dataset: Any, content: FileContent, attachment_id: str, notes: tuple[str, ...]
) -> Study:
    """Stacks slices.

    Args:
        planes: in any order.
        dataset: tells modality, body part and unit for all of them.
        content: the file or folder, for its hash, limit and error messages.
        attachment_id: becomes the Study's id.
        notes: what the reader of the files wants to say.

    Returns:
        A volume: float32 along (R, A, S), mm; HU for CT.

    Raises:
        ImageReadError: slices differ, lie in one place, or leave a gap.
    """
    chosen, repeat_notes = _without_repeats(planes, content)
    ordered, step = _stacked(chosen, content)
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
    flags, side = tags.flags(dataset), tags.laterality(dataset)
    info = StudyInfo(
        id=attachment_id,
        kind="volume",
        modality=modality,
        modality_from="unknown" if modality is Modality.UNKNOWN else "dicom tag",
        axes=("R", "A", "S"),
        shape=samples.shape,
        spacing=checked_spacing(tuple(float(v) for v in np.linalg.norm(affine[:3, :3], axis=0)), content),
        spacing_unit="mm",
        spacing_at="patient",
        value_unit=tags.value_unit(dataset, modality),
        orientation="RAS",
        body_part=tags.body_part(dataset),
        laterality=side,
        flags=flags,
        display=ordered[len(ordered) // 2].display,
        acquired=tags.acquired(dataset),
        sha256=content.sha256,
        notes=(*modality_notes, *tags.flag_notes(flags), *notes, *repeat_notes, *_shear_notes(first, step), *bad),
    )
    instances = tuple(p.instance for p in ordered)
    told = instances if all(instances) else ()
    return sealed_volume(info, samples, affine, stored_axes, told, tags.patient(dataset))


def _without_repeats(planes: list[Plane], content: FileContent) -> tuple[list[Plane], tuple[str, ...]]:
    """One slice a place: of several echoes, times or weightings in one series, the first that is whole.

    Raises:
        ImageReadError: slices lie in one place and nothing tells them apart.
    """
    if not _repeats(planes):
        return planes, ()
    for trait in planes[0].traits:
        groups: dict[str, list[Plane]] = defaultdict(list)
        for plane in planes:
            groups[plane.traits.get(trait, "")].append(plane)
        if len(groups) > 1 and not any(_repeats(group) for group in groups.values()):
            most = max(len(group) for group in groups.values())
            first = next(groups[value] for value in sorted(groups, key=_natural) if len(groups[value]) == most)
            return first, (f"The slices are there {len(groups)} times, told apart by {trait}; the first was read.",)
    raise content.bad_geometry("two of its slices are in the same place")


def _natural(text: str) -> tuple[float, str]:
    try:
        return float(text), text
    except ValueError:
        return float("inf"), text


def _repeats(planes: list[Plane]) -> bool:
    heights = np.sort([plane.height for plane in planes])
    return bool((np.diff(heights) < SAME_PLACE_MM).any())


def _shear_notes(first: Plane, step: NDArray[np.float64]) -> tuple[str, ...]:
    """Slices of a tilted gantry are shifted against each other; the affine says so, the array axes are not square."""
    along = step / np.linalg.norm(step)
    if float(np.linalg.norm(np.cross(along, first.normal))) <= SHEAR:
        return ()
    return ("The slices are tilted against their stack (gantry tilt); they were not resampled.",)


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
    if len(planes) < 2:
        raise content.bad_geometry("it holds one slice, and a volume needs two")
    ordered = sorted(planes, key=lambda p: p.height)
    gaps = np.diff([p.height for p in ordered])
    typical = float(np.median(gaps))
    if typical <= 0 or gaps.min() <= 0:
        raise content.bad_geometry("two of its slices are in the same place")
    if np.abs(gaps - typical).max() > GAP_TOLERANCE * typical:
        raise content.bad_geometry(f"slices are missing: gaps run from {gaps.min():.2f} to {gaps.max():.2f} mm")
    return ordered, (ordered[-1].position - ordered[0].position) / (len(ordered) - 1)
