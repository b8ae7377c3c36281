"""Whether a volume can be a head, and whether what was outlined can be a brain on a T1-weighted image.

NIfTI does not say what made an image, so a CT or an abdomen can reach `brain_extract`; its networks outline something
in whatever they are given. Limits of size come from adult intracranial volumes (about 1,100 to 1,900 mL) with room for
children and large heads.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bedside.core.study import Study
from bedside.tools.experts.brain_network import BrainMask

LEAST_FIELD_MM = 100.0
AIR_HU, MOST_AIR = -200.0, 0.01
LEAST_ML, MOST_ML = 500.0, 2500.0
LEAST_SIDE_MM, MOST_SIDE_MM = 70.0, 220.0
LEAST_ONE_PIECE = 0.9
MOST_CUT = 0.05
SHELL_MM, CORE_MM = (1.5, 5.0), 14.0
LEAST_T1_RATIO = 1.05


def not_a_head(study: Study) -> str:
    """Why the volume cannot be a whole head on MR, "" where it can; looked at before the networks run.

    Args:
        study: a volume along (R, A, S) in mm.
    """
    spacing = study.info.spacing or (0.0, 0.0, 0.0)
    field = [size * step for size, step in zip(study.array.shape, spacing, strict=True)]
    if min(field) < LEAST_FIELD_MM:
        return f"the volume covers {' x '.join(f'{side:.0f}' for side in field)} mm, less than a head"
    if study.info.value_unit == "HU" or float((study.array < AIR_HU).mean()) > MOST_AIR:
        return "its values are Hounsfield units, as in CT"
    return ""


def not_a_brain(study: Study, found: BrainMask) -> str:
    """Why what was outlined cannot be one whole brain, "" where it can.

    Args:
        study: the volume along (R, A, S).
        found: its mask.
    """
    spacing = study.info.spacing or (0.0, 0.0, 0.0)
    volume = millilitres(found.mask, spacing)
    if not LEAST_ML <= volume <= MOST_ML:
        return f"what was outlined measures {volume:,.0f} mL, which no intracranial space does"
    sides = [_extent(found.mask, axis) * spacing[axis] for axis in range(3)]
    if min(sides) < LEAST_SIDE_MM or max(sides) > MOST_SIDE_MM:
        return f"what was outlined measures {' x '.join(f'{side:.0f}' for side in sides)} mm, not the size of a brain"
    if found.one_piece < LEAST_ONE_PIECE:
        return "what was outlined is in several pieces"
    cut = sum(int(np.take(found.mask, end, axis=axis).sum()) for axis in range(3) for end in (0, -1))
    if cut > MOST_CUT * float(found.mask.sum()) ** (2 / 3):
        return "the brain is cut off at the edge of the volume"
    ratio = t1_ratio(study.array, found, spacing)
    if ratio < LEAST_T1_RATIO:
        return f"its contrast is not T1-weighted (deep tissue is {ratio:.2f} times as bright as the rim)"
    return ""


def millilitres(mask: NDArray[np.bool_], spacing: tuple[float, ...]) -> float:
    """The volume of a mask whose spacing is in mm."""
    return float(np.count_nonzero(mask)) * float(np.prod(spacing)) / 1000.0


def t1_ratio(volume: NDArray[np.float32], found: BrainMask, spacing: tuple[float, ...]) -> float:
    """How bright the deep white matter is against the rim of cortex and fluid.

    On a T1-weighted image white matter is the brightest tissue and fluid the darkest, so the ratio is above 1; on a
    T2-weighted image it is below.

    Returns:
        Median over voxels 14 mm and more inside the mask, divided by the median over voxels 1.5 to 5 mm inside; 0
        where either is empty or the rim is black.
    """
    from scipy.ndimage import distance_transform_edt

    # Every second or third voxel is enough for two medians, and the distance transform is the slow part.
    stride = tuple(max(1, int(2.0 / step)) for step in spacing)
    inner = tuple(slice(part.start, part.stop, by) for part, by in zip(found.box, stride, strict=True))
    inside = np.pad(found.mask[inner], 1)
    steps = [step * by for step, by in zip(spacing, stride, strict=True)]
    depth = distance_transform_edt(inside, sampling=steps)[1:-1, 1:-1, 1:-1]
    values = volume[inner]
    shell, core = values[(depth >= SHELL_MM[0]) & (depth <= SHELL_MM[1])], values[depth >= CORE_MM]
    if shell.size == 0 or core.size == 0:
        return 0.0
    rim = float(np.median(shell))
    return float(np.median(core)) / rim if rim > 0 else 0.0


def _extent(mask: NDArray[np.bool_], axis: int) -> int:
    held = np.flatnonzero(mask.any(axis=tuple({0, 1, 2} - {axis})))
    return int(held[-1] - held[0] + 1) if held.size else 0
