"""The last step of every reader: checked float32 samples, made read-only, as a Study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.study import Modality, Study, StudyInfo
from bedside.tools.imaging.content import FileContent

SMALLEST_MM, LARGEST_MM = 0.001, 100.0


@dataclass(frozen=True, eq=False)
class VolumeStudy(Study):
    """A volume that remembers how its file stored it, so that a mask can be written on the file's own grid.

    Attributes:
        stored_axes: direction of increasing index of each stored axis, for example ``("L", "I", "A")``.
    """

    stored_axes: tuple[str, str, str] = ("R", "A", "S")


def finite(array: NDArray[Any], content: FileContent) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """float32 samples with NaN and infinity set to 0, and a note that says how many there were.

    Raises:
        ImageReadError: there is no sample at all, or no finite one.
    """
    # A value beyond float32 becomes infinite here and is counted below, so the warning would say nothing new.
    with np.errstate(over="ignore", invalid="ignore"):
        samples = np.ascontiguousarray(array, dtype=np.float32)
    if samples.size == 0:
        raise content.bad_geometry("it holds no samples")
    good = np.isfinite(samples)
    bad = int(samples.size - np.count_nonzero(good))
    if bad == 0:
        return samples, ()
    if bad == samples.size:
        raise content.unreadable("none of its values is a finite number")
    return np.where(good, samples, np.float32(0)), (f"{bad} values were not finite and were set to 0.",)


def sealed(info: StudyInfo, array: NDArray[np.float32], instances: tuple[str, ...] = (), patient: str = "") -> Study:
    """A Study of an image or signal whose array nobody can change."""
    array.setflags(write=False)
    return Study(info=info, array=array, instances=instances, patient=patient)


def sealed_volume(
    info: StudyInfo,
    array: NDArray[np.float32],
    affine: NDArray[np.float64],
    stored_axes: tuple[str, str, str],
    instances: tuple[str, ...] = (),
    patient: str = "",
) -> VolumeStudy:
    """A volume Study whose array and affine nobody can change."""
    array.setflags(write=False)
    affine.setflags(write=False)
    return VolumeStudy(
        info=info, array=array, affine=affine, stored_axes=stored_axes, instances=instances, patient=patient
    )


def checked_spacing(spacing: tuple[float, ...], content: FileContent) -> tuple[float, ...]:
    """The spacing in mm, once every step is a plausible length.

    Raises:
        ImageReadError: a step is zero, negative, not finite, or outside 0.001 to 100 mm.
    """
    for step in spacing:
        if not np.isfinite(step) or not SMALLEST_MM <= step <= LARGEST_MM:
            raise content.bad_geometry(f"a spacing of {step:g} mm is not possible")
    return tuple(float(step) for step in spacing)


def to_ras(
    array: NDArray[Any], affine: NDArray[np.float64], content: FileContent
) -> tuple[NDArray[Any], NDArray[np.float64], tuple[str, str, str]]:
    """Flips and permutes a volume to the closest RAS axes; no resampling.

    Args:
        array: samples along the three stored axes.
        affine: 4x4, stored voxel index to RAS mm.
        content: for error messages.

    Returns:
        The array along (R, A, S), its affine, and the stored axes' directions.

    Raises:
        ImageReadError: the affine does not span three dimensions.
    """
    from nibabel import orientations

    linear = affine[:3, :3]
    lengths = np.linalg.norm(linear, axis=0)
    if not np.all(np.isfinite(affine)) or np.any(lengths == 0):
        raise content.bad_geometry("its orientation matrix holds a zero axis or a value that is not finite")
    if abs(np.linalg.det(linear / lengths)) < 0.05:
        raise content.bad_geometry("its orientation matrix is singular: two axes point the same way")
    codes = orientations.io_orientation(affine)
    turned = orientations.apply_orientation(array, codes)
    new_affine = affine @ orientations.inv_ornt_aff(codes, array.shape)
    stored = orientations.ornt2axcodes(codes)
    return turned, np.asarray(new_affine, dtype=np.float64), (str(stored[0]), str(stored[1]), str(stored[2]))


def volume_of(
    stored: NDArray[Any],
    affine: NDArray[np.float64],
    content: FileContent,
    attachment_id: str,
    notes: Callable[[tuple[str, str, str]], tuple[str, ...]],
) -> Study:
    """A volume of a format that does not say what made it: float32 along (R, A, S), mm, modality UNKNOWN.

    Args:
        stored: samples in the file's own axes.
        affine: from those axes to RAS mm, 4 x 4.
        content: the file.
        attachment_id: of the Study.
        notes: what to say of the file, given the direction of each stored axis.

    Raises:
        ImageReadError: spacing, orientation or samples are impossible.
    """
    array, ras, stored_axes = to_ras(stored, affine, content)
    samples, nan_notes = finite(array, content)
    info = StudyInfo(
        id=attachment_id,
        kind="volume",
        modality=Modality.UNKNOWN,
        modality_from="unknown",
        axes=("R", "A", "S"),
        shape=samples.shape,
        spacing=checked_spacing(tuple(float(v) for v in np.linalg.norm(ras[:3, :3], axis=0)), content),
        spacing_unit="mm",
        orientation="RAS",
        sha256=content.sha256,
        notes=(*notes(stored_axes), *nan_notes),
    )
    return sealed_volume(info, samples, ras, stored_axes)
