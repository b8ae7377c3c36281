"""From a picture and what is known of the patient to what sklesion's network reads.

Written from what the package does (sklesion 0.2.2): the picture at 254 x 254 without keeping its ratio, 0 to 255; sex
and site one-hot, age over 90 with the mean where it is not known, and whether it is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.core.case import Fact, FactStatus

if TYPE_CHECKING:
    import torch

SIDE = 254
AGE_MEAN, AGE_MOST = 51.90180032733224, 90.0
SEXES = ("female", "male", "unknown")
SITES = ("arm", "head or neck", "leg or genital", "trunk", "unknown")
# The sites of a record, as sklesion groups them.
_GROUPS = {
    "abdomen": "trunk",
    "back": "trunk",
    "chest": "trunk",
    "trunk": "trunk",
    "ear": "head or neck",
    "face": "head or neck",
    "neck": "head or neck",
    "scalp": "head or neck",
    "foot": "leg or genital",
    "genital": "leg or genital",
    "lower extremity": "leg or genital",
    "hand": "arm",
    "upper extremity": "arm",
}


class Patient(NamedTuple):
    """What the network is told of the patient: `age` in years or None, `sex` and `site` as in SEXES and SITES."""

    age: float | None = None
    sex: str = "unknown"
    site: str = "unknown"

    @classmethod
    def of(cls, facts: tuple[Fact, ...], age: float | None) -> Patient:
        """From the record; `age` is that of the file's tags, which comes first."""
        told = {f.name: f.value for f in facts if f.status is FactStatus.PRESENT and f.value is not None}
        years = told.get("age")
        known = float(years) if isinstance(years, int | float) else None
        sex = str(told.get("sex", "unknown"))
        site = _GROUPS.get(str(told.get("lesion_site", "")), "unknown")
        return cls(age if age is not None else known, sex if sex in SEXES else "unknown", site)

    @property
    def vector(self) -> NDArray[np.float32]:
        """Ten numbers: sex, site, age over 90, whether the age is not known."""
        age = AGE_MEAN if self.age is None else self.age
        flags = [float(self.sex == s) for s in SEXES] + [float(self.site == s) for s in SITES]
        return np.asarray([*flags, age / AGE_MOST, float(self.age is None)], dtype=np.float32)

    @property
    def told(self) -> str:
        """What it was told, in words: "age 54, male, trunk"; "nothing" where it knows none of them."""
        parts = [f"age {self.age:.0f}"] if self.age is not None else []
        parts += [word for word in (self.sex, self.site) if word != "unknown"]
        return ", ".join(parts) or "nothing"


def views(picture: NDArray[np.float32]) -> torch.Tensor:
    """The picture as it is and mirrored.

    Args:
        picture: (row, column, channel) float32, 0 to 255.

    Returns:
        (2, 3, SIDE, SIDE) float32, 0 to 255.
    """
    import torch
    from torch.nn.functional import interpolate

    whole = torch.from_numpy(np.ascontiguousarray(np.moveaxis(picture[..., :3], -1, 0)))[None]
    small = interpolate(whole, size=(SIDE, SIDE), mode="bilinear", align_corners=False)
    return torch.cat([small, small.flip(3)])
