"""What experts measured on both Studies, how much it changed, and how far off measuring is.

The error is of measuring the same image again: the spread that an expert gives itself, or else that of its results on
copies of the image that are shifted and turned a little. Whether a difference is larger than that is decided as Bland
and Altman do for repeated measurements (Bland and Altman 1999, doi:10.1177/096228029900800204): the limit is the
square root of two times the standard deviation within an image times the quantile of t.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from bedside.core.evidence import EvidenceKind
from bedside.core.measurement import Measurement
from bedside.core.study import Study
from bedside.tools.contract import Prior, ToolResult

REPEATS = 3
SHIFT_VOXELS, TURN_DEGREES = 0.5, 1.0
LEVEL = 0.975
SPREAD, REPEATED = "the spread that the model gives itself", "measuring shifted and turned copies of both images"


@dataclass(frozen=True)
class Change:
    """One measured number, before and now.

    Attributes:
        tool: the expert that measured it, and its version.
        now: as measured on the current Study.
        before: as measured on the earlier one.
        low: the least that the change can be, within the error of measuring.
        high: the most.
        basis: what the error was told from; "" where it could not be told, and then `low` and `high` are None.
    """

    tool: str
    version: str
    now: Measurement
    before: Measurement
    low: float | None
    high: float | None
    basis: str

    @property
    def amount(self) -> float:
        """Now less before."""
        return self.now.value - self.before.value

    @property
    def beyond_error(self) -> bool:
        """Whether it is more than the error of measuring explains; False where that is not known."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def changes(now: Study, prior: Prior, progress: Callable[[float], None]) -> list[Change]:
    """The change of every number that the same expert, in the same version, measured on both Studies."""
    found: list[Change] = []
    paired = [(a, b) for a in prior.now for b in prior.before if (a.tool, a.version) == (b.tool, b.version)]
    for number, (a, b) in enumerate(paired):
        before = {(m.label, m.name): m for m in measured(b)}
        pairs = [(m, before[m.label, m.name]) for m in measured(a) if (m.label, m.name) in before]
        pairs = [(m, p) for m, p in pairs if m.unit == p.unit]
        spread = all(m.low is not None and p.low is not None for m, p in pairs)
        repeated: Repeated = ([], []) if spread else _repeated(now, prior, a.tool)
        found += [_change(a, m, p, repeated) for m, p in pairs]
        progress((number + 1) / len(paired))
    return found


def measured(result: ToolResult) -> tuple[Measurement, ...]:
    """The numbers of an expert: its measurements, else the scores that it states, else what it states with a mask."""
    if result.measurements:
        return result.measurements
    stated = {e.value for e in result.evidence}
    if result.labels:
        return tuple(
            Measurement(label=one.label, name="probability", value=one.score, unit="1", low=one.low, high=one.high)
            for one in result.labels
            if one.score in stated
        )
    masks = (e for e in result.evidence if e.kind is EvidenceKind.MASK and e.value is not None)
    return tuple(
        Measurement(label=_head(e.statement), name="", value=float(e.value or 0.0), unit=e.unit) for e in masks
    )


def copies(study: Study, count: int = REPEATS) -> list[Study]:
    """The Study shifted by up to half a voxel and turned by up to a degree about its middle, always in the same ways.

    The samples are interpolated linearly; axes, spacing and size stay.
    """
    from scipy.ndimage import affine_transform
    from scipy.spatial.transform import Rotation

    dimensions = 3 if study.info.kind == "volume" else 2
    chance = np.random.default_rng(0)
    spacing = np.asarray((study.info.spacing or (1.0,) * dimensions)[:dimensions])
    middle = (np.asarray(study.array.shape[:dimensions]) - 1) / 2
    made = []
    for number in range(count):
        shift = chance.uniform(-SHIFT_VOXELS, SHIFT_VOXELS, dimensions)
        angles = chance.uniform(-TURN_DEGREES, TURN_DEGREES, 3) * ((0, 0, 1) if dimensions == 2 else 1)
        turn = Rotation.from_euler("xyz", angles, degrees=True).as_matrix()[:dimensions, :dimensions]
        matrix = turn * spacing[None, :] / spacing[:, None]  # the turn is in mm, the samples are in voxels
        offset = middle - matrix @ middle + shift
        planes = study.array[..., None] if study.array.ndim == dimensions else study.array
        turned = [
            affine_transform(planes[..., c], matrix, offset, order=1, mode="nearest") for c in range(planes.shape[-1])
        ]
        array = np.stack(turned, axis=-1).reshape(study.array.shape).astype(np.float32)
        mark = sha256(f"{study.info.sha256} copy {number}".encode()).hexdigest()
        info = study.info.model_copy(update={"sha256": mark})
        made.append(replace(study, info=info, array=array, instances=(), path=None))
    return made


def limit(values: Sequence[Sequence[float]]) -> float | None:
    """How far apart two measurements of the same thing may lie, from repeated ones of several images.

    Args:
        values: for each image, what was measured on it each time.

    Returns:
        The square root of 2 times the pooled standard deviation times the quantile of t; None for fewer than two
        measurements of each.
    """
    from scipy.stats import t

    kept = [np.asarray(one, dtype=float) for one in values if len(one) > 1]
    if len(kept) < len(values) or not kept:
        return None
    freedom = sum(one.size - 1 for one in kept)
    variance = sum(float(((one - one.mean()) ** 2).sum()) for one in kept) / freedom
    return float(np.sqrt(2 * variance) * t.ppf(LEVEL, freedom))


Repeated = tuple[list[dict[tuple[str, str], float]], list[dict[tuple[str, str], float]]]


def _repeated(now: Study, prior: Prior, tool: str) -> Repeated:
    """What the expert measures on the copies of both Studies; a copy that it refuses is left out."""
    with tempfile.TemporaryDirectory(prefix="bedside-") as folder:

        def of(study: Study) -> list[dict[tuple[str, str], float]]:
            results = [prior.again(tool, copy, Path(folder)) for copy in copies(study)]
            return [{(m.label, m.name): m.value for m in measured(r)} for r in results if r.refusal is None]

        return of(now), of(prior.study)


def _change(result: ToolResult, now: Measurement, before: Measurement, repeated: Repeated) -> Change:
    low = high = None
    basis = ""
    amount = now.value - before.value
    spreads = (now.low, now.high, before.low, before.high)
    if all(v is not None for v in spreads):
        least, most, before_least, before_most = (float(v) for v in spreads if v is not None)
        low, high, basis = least - before_most, most - before_least, SPREAD
    else:
        key = (now.label, now.name)
        again = [[m[key] for m in one if key in m] for one in repeated]
        reach = limit([[now.value, *again[0]], [before.value, *again[1]]])
        if reach is not None:
            low, high, basis = amount - reach, amount + reach, REPEATED
    return Change(result.tool, result.version, now, before, low, high, basis)


def _head(statement: str) -> str:
    """What a statement speaks of: its words before the first number."""
    return re.split(r"\s\(?[\d.,]+", statement)[0].strip().rstrip(":")
