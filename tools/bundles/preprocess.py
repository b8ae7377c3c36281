"""A bundle's own preprocessing, by MONAI's transforms, from Studies to what its network reads.

The door has read the file already, so the steps that load are passed over. The volume is handed on in the orientation
in which its file stored it, as MONAI's readers would have read it, and with its true spacing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.errors import BundleError
from bedside.core.study import Study
from bedside.tools.bundles.config import PASSED_OVER, BundleConfig, runs_code
from bedside.tools.bundles.expressions import Component
from bedside.tools.bundles.network import as_tuple, is_plain, monai_part, not_done
from bedside.tools.imaging.assembly import VolumeStudy
from bedside.tools.imaging.content import printable
from bedside.tools.imaging.prepared import PreparedStudies

if TYPE_CHECKING:
    import torch

UNLIKE = "BED-BUNDLE-009"
TRANSFORMS = {
    "ClipIntensityPercentilesd", "CropForegroundd", "DivisiblePadd", "Flipd", "NormalizeIntensityd", "Orientationd",
    "Resized",
    "ScaleIntensityRangePercentilesd", "ScaleIntensityRanged", "ScaleIntensityd", "Spacingd", "SpatialPadd",
    "ThresholdIntensityd",
}  # fmt: skip
_PER_KEY = ("mode", "padding_mode", "align_corners")
_OURS = ("keys", "dtype", "device", "allow_missing_keys", "track_meta", "data_type", "meta_keys", "meta_key_postfix")
_MOST_VOXELS = 700_000_000


@dataclass(frozen=True)
class Grid:
    """How a Study's voxels lie on the network's grid: along parallel axes, moved and scaled.

    Attributes:
        axes: for each axis of the Study, the axis of the network's grid that runs along it.
        scale: network voxels per Study voxel, along each axis of the Study; negative where it runs the other way.
        offset: where the Study's voxel 0 lies, in network voxels, along each axis of the Study.
    """

    axes: tuple[int, int, int]
    scale: tuple[float, float, float]
    offset: tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Prepared:
    """What the network reads.

    Attributes:
        image: (C, X, Y, Z) float32.
        grid: from the Study's (R, A, S) voxels to (X, Y, Z).
    """

    image: torch.Tensor
    grid: Grid


_kept: PreparedStudies[Prepared] = PreparedStudies(lambda made: made.image.nelement() * made.image.element_size())


def steps_of(config: BundleConfig) -> tuple[Component, ...]:
    """The transforms of a configuration's preprocessing that are carried out, in order.

    Raises:
        BundleError: one of them is none of MONAI's that are known here, or takes code (002).
    """
    found = config.value("preprocessing")
    listed = found.arguments.get("transforms", ()) if isinstance(found, Component) else found
    if isinstance(found, Component) and found.target.rpartition(".")[2] != "Compose":
        listed = (found,)
    if not isinstance(listed, (list, tuple)) or not all(isinstance(step, Component) for step in listed):
        raise not_done("its preprocessing is no list of transforms")
    image = _image_key(config, listed)
    kept = (_step(step, image) for step in listed)
    return tuple(step for step in kept if step is not None)


def _image_key(config: BundleConfig, listed: Any) -> str:
    if config.has("image_key"):
        return str(config.value("image_key"))
    first = as_tuple(listed[0].arguments.get("keys", "image")) if listed else "image"
    return str(first[0]) if isinstance(first, tuple) else str(first)


def _step(step: Component, image: str) -> Component | None:
    """One transform with the arguments that matter for the image; None where there is nothing to carry out."""
    home, _, name = step.target.rpartition(".")
    name = f"{name[:-4]}d" if name.endswith("Dict") else name
    given = as_tuple(step.arguments.get("keys", image))
    keys = given if isinstance(given, tuple) else (given,)
    if image not in keys or name in PASSED_OVER:
        return None
    if home and not home.startswith("monai.transforms"):
        raise runs_code(f"the transform `{printable(step.target)}`, which is not one of MONAI's")
    if name not in TRANSFORMS:
        raise not_done(f"its preprocessing has `{printable(name)}`")
    arguments = {key: item for key, item in step.arguments.items() if key not in _OURS}
    if not is_plain(arguments):
        raise runs_code(f"an argument of the transform `{printable(step.target)}` that is no plain value")
    place = keys.index(image)
    for key in _PER_KEY:
        if isinstance(arguments.get(key), (list, tuple)) and len(arguments[key]) == len(keys):
            arguments[key] = arguments[key][place]
    if name == "CropForegroundd":
        if str(arguments.pop("source_key", image)) != image or "select_fn" in arguments:
            raise not_done("it crops by something else than the image's own foreground")
        arguments["source_key"] = "image"
    return Component(name, arguments)


def transforms(steps: tuple[Component, ...]) -> tuple[Any, ...]:
    """MONAI's transforms for the steps.

    Raises:
        BundleError: MONAI does not take an argument, or is not installed.
    """
    held = monai_part("transforms")
    import torch

    made = []
    for step in steps:
        # Resampling in float64, MONAI's default, doubles what the largest step takes and changes nothing that shows.
        more = {"dtype": torch.float32} if step.target == "Spacingd" else {}
        try:
            made.append(
                getattr(held, step.target)(keys=("image",), **{k: _plain(v) for k, v in step.arguments.items()}, **more)
            )
        except (TypeError, ValueError) as error:
            raise not_done(f"MONAI does not take its `{step.target}`: {printable(str(error), 160)}") from error
    return tuple(made)


def _plain(held: Any) -> Any:
    return list(held) if isinstance(held, tuple) else held


def prepare(studies: tuple[Study, ...], steps: tuple[Component, ...], ready: tuple[Any, ...] | None = None) -> Prepared:
    """What the network reads of one Study, or of several on one grid, which become its channels.

    The same file under the same steps is prepared once.

    Args:
        studies: volumes along (R, A, S) with their spacing.
        steps: from `steps_of`.
        ready: transforms made elsewhere, which take the place of `steps`; then nothing is shared.

    Raises:
        BundleError: the Studies do not lie on one grid (009), or a step cannot be carried out on them (004).
    """
    _must_match(studies)
    if ready is not None:
        return _prepare(studies, ready)
    key = (*(s.info.sha256 for s in studies), *(repr(s.array.shape) for s in studies[:1]), as_text(steps))
    return _kept.get(key, lambda: _prepare(studies, transforms(steps)))


def as_text(steps: tuple[Component, ...]) -> str:
    """The steps as text that is the same for the same steps."""
    return json.dumps([(s.target, s.arguments) for s in steps], sort_keys=True, default=list)


def forget() -> None:
    """Forgets every prepared Study."""
    _kept.clear()


def _must_match(studies: tuple[Study, ...]) -> None:
    first = studies[0]
    for other in studies[1:]:
        same = other.array.shape == first.array.shape and other.affine is not None and first.affine is not None
        if not same or not np.allclose(np.asarray(other.affine), np.asarray(first.affine), atol=0.1):
            raise BundleError(
                "The series do not lie on one grid: their sizes, spacings or positions differ.",
                "Register them to one of them and resample them on its grid first.",
                code=UNLIKE,
            )


def _prepare(studies: tuple[Study, ...], made: tuple[Any, ...]) -> Prepared:
    data = monai_part("data")
    import torch

    array, affine = _as_stored(studies)
    held = {"image": data.MetaTensor(torch.from_numpy(array), affine=torch.from_numpy(affine))}
    del array
    for step in made:
        name = type(step).__name__
        if name in PASSED_OVER:
            continue
        try:
            held = step(held)
        except (RuntimeError, ValueError, TypeError, IndexError, KeyError) as error:
            raise not_done(f"its `{name}` fails on this volume: {printable(str(error), 160)}") from error
        if held["image"].ndim != 4 or not 0 < held["image"].nelement() <= _MOST_VOXELS:
            raise not_done(f"its `{name}` makes of this volume something of shape {tuple(held['image'].shape)}")
    image = held["image"]
    spacing = np.diag([*(studies[0].info.spacing or (1.0, 1.0, 1.0)), 1.0])
    grid = grid_between(spacing, np.asarray(image.affine.cpu(), dtype=np.float64))
    return Prepared(image.as_tensor().to(torch.float32).contiguous(), grid)


def _as_stored(studies: tuple[Study, ...]) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The volumes (C, i, j, k) along their file's axes, and the matrix from its voxels to mm from the Study's corner.

    The matrix keeps spacing and axis directions and leaves out a tilt of the scan as a whole, which no step looks at:
    with it, MONAI would resample to other axes than the Study's.
    """
    from nibabel import orientations

    first = studies[0]
    stored = first.stored_axes if isinstance(first, VolumeStudy) else ("R", "A", "S")
    turn = orientations.ornt_transform(orientations.axcodes2ornt(("R", "A", "S")), orientations.axcodes2ornt(stored))
    spacing = np.diag([*(first.info.spacing or (1.0, 1.0, 1.0)), 1.0])
    affine = spacing @ orientations.inv_ornt_aff(turn, first.array.shape)
    volumes = [orientations.apply_orientation(study.array, turn) for study in studies]
    return np.stack(volumes).astype(np.float32, copy=False), np.asarray(affine, dtype=np.float64)


def grid_between(study: NDArray[np.float64], network: NDArray[np.float64]) -> Grid:
    """How a Study's grid lies on the network's, from the matrix of each to one space.

    Raises:
        BundleError: their axes are not parallel.
    """
    matrix = np.linalg.inv(network) @ study
    linear = matrix[:3, :3]
    axes = np.abs(linear).argmax(axis=0)
    scale = linear[axes, range(3)]
    rest = linear.copy()
    rest[axes, range(3)] = 0
    if sorted(axes.tolist()) != [0, 1, 2] or np.abs(rest).max() > 0.001 * np.abs(scale).min():
        raise not_done("its preprocessing turns the volume away from its axes")
    return Grid(
        (int(axes[0]), int(axes[1]), int(axes[2])),
        (float(scale[0]), float(scale[1]), float(scale[2])),
        (float(matrix[axes[0], 3]), float(matrix[axes[1], 3]), float(matrix[axes[2], 3])),
    )
