"""A volume with structure to align by, the same one moved, and a tool that measures what is bright in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import affine_transform, gaussian_filter
from scipy.spatial.transform import Rotation

from bedside.core.evidence import Evidence, EvidenceKind, Source
from bedside.core.measurement import Measurement
from bedside.core.study import Study
from bedside.tools.contract import ToolResult
from bedside.tools.imaging.export import write

SHAPE = (48, 56, 40)
BRIGHT = 200.0


def textured(seed: int = 0, shape: tuple[int, ...] = SHAPE, radius: float = 9.0) -> NDArray[np.float32]:
    """Smooth blobs of many greys, up to 150, with a bright ball of 250 in the middle."""
    noise = np.random.default_rng(seed).normal(size=shape)
    smooth = gaussian_filter(noise, 3.0)
    grey = (smooth - smooth.min()) / (smooth.max() - smooth.min()) * 150
    at = np.meshgrid(*[np.arange(n) - (n - 1) / 2 for n in shape], indexing="ij")
    grey[sum(part**2 for part in at) <= radius**2] = 250
    return grey.astype(np.float32)


def moved(volume: NDArray[np.float32], shift: tuple[float, ...], degrees: float) -> NDArray[np.float32]:
    """The volume turned about its middle in the plane of its first two axes, then shifted, in voxels."""
    turn = Rotation.from_euler("z", degrees, degrees=True).as_matrix()[: volume.ndim, : volume.ndim]
    middle = (np.asarray(volume.shape) - 1) / 2
    return affine_transform(volume, turn, middle - turn @ middle - turn @ np.asarray(shift), order=1, mode="nearest")


class Bright:
    """Measures the volume of what is brighter than 200; a real measurement, by the simplest of rules."""

    name, version = "bright", "1.0"

    def __init__(self) -> None:
        self.runs = 0

    def read(self, study: Study, folder: Path) -> ToolResult:
        """The result of one Study."""
        self.runs += 1
        mask = study.array > BRIGHT
        volume = float(mask.sum()) * float(np.prod(study.info.spacing or (1.0,)))
        source = Source(type="expert", id=self.name, version=self.version, title="Bright ball")
        one = Measurement(label="ball", name="volume", value=volume, unit="mm3")
        written = write(study, {"ball": mask}, (one,), folder, by=source)
        evidence = Evidence(
            kind=EvidenceKind.MASK,
            statement=f"The ball measures {volume:g} mm3.",
            value=volume,
            unit="mm3",
            source=source,
            region=written.regions["ball"],
        )
        return ToolResult(
            tool=self.name,
            version=self.version,
            evidence=(evidence,),
            artefacts=written.artefacts,
            measurements=(one,),
        )
