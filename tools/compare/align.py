"""Rigid alignment of an earlier Study to the current one, by mutual information (SimpleITK), and how good it is.

Mattes mutual information (Mattes 2003, doi:10.1109/TMI.2003.809072) over a pyramid of resolutions, from two starts:
where the files place the images, and centre upon centre. Sampling is seeded and one thread sums, so that the same two
files are aligned the same way every time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.study import Study
from bedside.tools.compare.simple_itk import simple_itk

SEED = 20240331
BINS, SAMPLES, LONGEST, SHORTEST = 32, 30_000, 160, 12
LEAST_CORRELATION, LEAST_OVERLAP = 0.85, 0.6
STEPS, FIRST_STEP, LAST_STEP = 200, 1.0, 1e-4
_SAMPLED = 2_000_000


@dataclass(frozen=True, eq=False)
class Alignment:
    """An earlier Study on the grid of the current one.

    Attributes:
        prior: its samples in the current Study's axes, from 0 to 1 as `level` makes them; 0 where it does not reach.
        now: the current Study's samples, likewise.
        inside: where the earlier Study reaches.
        before: correlation of the two where the files place them, -1 to 1; 0 where they do not meet.
        after: correlation once aligned.
        moved: how far the middle of the image was moved, mm (pixels where the file gives no spacing).
        turned: by how much it was turned, degrees.
        transform: SimpleITK's, from points of the current Study to points of the earlier one.
    """

    prior: NDArray[np.float32]
    now: NDArray[np.float32]
    inside: NDArray[np.bool_]
    before: float
    after: float
    moved: float
    turned: float
    transform: Any

    @property
    def overlap(self) -> float:
        """The part of the current image that the earlier one covers, 0 to 1."""
        return float(self.inside.mean())

    @property
    def poor(self) -> str:
        """Why it is too poor to compare by; "" where it is not."""
        if self.overlap < LEAST_OVERLAP:
            return f"they share {self.overlap:.0%} of the image, and {LEAST_OVERLAP:.0%} are needed"
        if self.after < LEAST_CORRELATION:
            return f"once aligned they correlate at {self.after:.2f}, and {LEAST_CORRELATION:.2f} is needed"
        return ""


def align(now: Study, prior: Study) -> Alignment:
    """Moves and turns an earlier Study onto the current one.

    Args:
        now: an image (row, column) or a volume (R, A, S).
        prior: of the same kind.
    """
    sitk = simple_itk()
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)  # sums of several threads differ in the last digits
    grey_now, grey_prior = level(now), level(prior)
    fixed, moving = image_of(grey_now, now), image_of(grey_prior, prior)
    dimension = fixed.GetDimension()
    still = sitk.Euler3DTransform() if dimension == 3 else sitk.Euler2DTransform()
    still.SetCenter(_middle(fixed))
    centred = sitk.CenteredTransformInitializer(
        fixed, moving, type(still)(), sitk.CenteredTransformInitializerFilter.GEOMETRY
    )
    placed, inside_still = _resampled(moving, fixed, still)
    before = correlation(grey_now, placed, inside_still)
    runs = [_optimised(fixed, moving, start) for start in _distinct(still, centred, fixed)]
    transform = min(runs, key=lambda run: run[0])[1]
    moved, inside = _resampled(moving, fixed, transform)
    middle = np.asarray(_middle(fixed))
    return Alignment(
        prior=moved,
        now=grey_now,
        inside=inside,
        before=before,
        after=correlation(grey_now, moved, inside),
        moved=float(np.linalg.norm(np.asarray(transform.TransformPoint(tuple(middle))) - middle)),
        turned=_degrees(transform, dimension),
        transform=transform,
    )


def level(study: Study) -> NDArray[np.float32]:
    """The samples of a Study without channels, from 0 at their 0.5th percentile to 1 at their 99.5th."""
    values = study.array.mean(axis=-1) if study.info.axes[-1] == "channel" else study.array
    flat = values.reshape(-1)
    low, high = np.percentile(flat[:: max(1, flat.size // _SAMPLED)], (0.5, 99.5))
    scaled = (values - np.float32(low)) / np.float32(max(float(high - low), 1e-6))
    return np.asarray(np.clip(scaled, 0, 1), dtype=np.float32)


def image_of(values: NDArray[Any], study: Study) -> Any:
    """Samples of a Study as a SimpleITK image in the Study's own space: RAS mm of a volume, mm or pixels of a film."""
    sitk = simple_itk()
    image = sitk.GetImageFromArray(np.ascontiguousarray(values.T))
    if study.affine is not None:
        steps = np.linalg.norm(study.affine[:3, :3], axis=0)
        image.SetSpacing([float(step) for step in steps])
        image.SetOrigin([float(v) for v in study.affine[:3, 3]])
        image.SetDirection([float(v) for v in (study.affine[:3, :3] / steps).reshape(-1)])
    elif study.info.spacing is not None:
        image.SetSpacing([float(step) for step in study.info.spacing[:2]])
    return image


def onto(values: NDArray[Any], prior: Study, now: Study, transform: Any) -> NDArray[np.bool_]:
    """A mask of the earlier Study on the grid of the current one, by nearest neighbour."""
    sitk = simple_itk()
    moving, fixed = image_of(values.astype(np.uint8), prior), image_of(np.zeros(_plane(now), np.uint8), now)
    moved = sitk.Resample(moving, fixed, transform, sitk.sitkNearestNeighbor, 0)
    return np.asarray(sitk.GetArrayFromImage(moved).T > 0)


def correlation(one: NDArray[np.float32], other: NDArray[np.float32], inside: NDArray[np.bool_]) -> float:
    """Pearson's, over what both show; 0 where that is next to nothing or either is of one grey."""
    if np.count_nonzero(inside) < 100:
        return 0.0
    a, b = one[inside].astype(np.float64), other[inside].astype(np.float64)
    a, b = a - a.mean(), b - b.mean()
    length = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / length if length > 0 else 0.0


def _optimised(fixed: Any, moving: Any, start: Any) -> tuple[float, Any]:
    """The metric reached (less is better) and the transform, from one start."""
    sitk = simple_itk()
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(numberOfHistogramBins=BINS)
    method.SetMetricSamplingStrategy(method.RANDOM)
    method.SetInterpolator(sitk.sitkLinear)
    levels = _levels(fixed.GetSize())
    pixels = float(np.prod(fixed.GetSize()))
    method.SetMetricSamplingPercentagePerLevel([_share(pixels, f, fixed.GetDimension()) for f in levels], SEED)
    method.SetShrinkFactorsPerLevel(levels)
    method.SetSmoothingSigmasPerLevel([0.5 * factor if factor > 1 else 0.0 for factor in levels])
    method.SmoothingSigmasAreSpecifiedInPhysicalUnitsOff()
    method.SetOptimizerAsRegularStepGradientDescent(
        learningRate=FIRST_STEP, minStep=LAST_STEP, numberOfIterations=STEPS, relaxationFactor=0.5
    )
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetInitialTransform(start, inPlace=False)
    try:
        found = method.Execute(fixed, moving)
    except RuntimeError:  # the images do not meet from this start
        return 0.0, start
    return float(method.GetMetricValue()), _rigid(found)


def _rigid(found: Any) -> Any:
    """The one transform inside SimpleITK's composite."""
    sitk = simple_itk()
    inner = sitk.CompositeTransform(found).GetNthTransform(0) if found.GetName() == "CompositeTransform" else found
    return inner.Downcast() if hasattr(inner, "Downcast") else inner


def _levels(size: tuple[int, ...]) -> list[int]:
    """Shrink factors from coarse to fine: the finest leaves at most 160 voxels a side, the coarsest at least 12."""
    most = max(1, min(size) // SHORTEST)
    finest = min(most, max(1, -(-max(size) // LONGEST)))
    return sorted({min(most, finest * step) for step in (4, 2, 1)}, reverse=True)


def _share(pixels: float, factor: int, dimension: int) -> float:
    return float(min(1.0, max(0.01, SAMPLES / (pixels / factor**dimension))))


def _distinct(still: Any, centred: Any, fixed: Any) -> list[Any]:
    """Both starts, or one where they are the same to within a tenth of a step."""
    middle = _middle(fixed)
    apart = np.abs(np.asarray(centred.TransformPoint(middle)) - np.asarray(middle)).max()
    return [still] if apart < 0.1 * min(fixed.GetSpacing()) else [still, centred]


def _middle(image: Any) -> tuple[float, ...]:
    return tuple(image.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2 for n in image.GetSize()]))


def _resampled(moving: Any, fixed: Any, transform: Any) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """The moving image on the fixed grid, and where it reaches."""
    sitk = simple_itk()
    moved = sitk.Resample(moving, fixed, transform, sitk.sitkLinear, -1.0)
    values = sitk.GetArrayFromImage(moved).T
    inside = values >= 0
    return np.asarray(np.where(inside, values, 0), dtype=np.float32), np.asarray(inside)


def _degrees(transform: Any, dimension: int) -> float:
    matrix = np.asarray(transform.GetMatrix()).reshape(dimension, dimension)
    cosine = (np.trace(matrix) - 1) / 2 if dimension == 3 else matrix[0, 0]
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def _plane(study: Study) -> tuple[int, ...]:
    return study.array.shape[:2] if study.info.kind == "image" else study.array.shape
