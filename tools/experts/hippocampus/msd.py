"""The hippocampus task of the Medical Segmentation Decathlon as published: crops, outlines, the split.

Antonelli et al. 2022, doi:10.1038/s41467-022-30695-9 (CC BY-SA 4.0): T1-weighted MRI of adults, healthy or with a
psychotic disorder, at 1 mm, cut to the surroundings of one hippocampus; traced by hand at Vanderbilt University.
``imagesTr`` and ``labelsTr`` (or ``images`` and ``labels``) hold NIfTI files of one name.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.core.errors import SettingsError
from bedside.core.study import Study
from bedside.tools.experts.segmentation.split import part_of as _part_of

ADDRESS = "http://medicaldecathlon.com"
FOLDER = "msd_hippocampus"
BACKGROUND, ANTERIOR, POSTERIOR = 0, 1, 2
TRAIN, VALIDATION = 0.70, 0.08
_LIMIT_BYTES = 100_000_000


class Crop(NamedTuple):
    """One crop with its outline.

    Attributes:
        path: of the crop.
        mask: of its outline.
        person: whose crop it may be. Files are named by number and not by person, and neighbours look like both sides
            of one head, so ten neighbouring numbers count as one person and stay together.
    """

    path: Path
    mask: Path
    person: str


def crops(data: Path) -> list[Crop]:
    """Every crop that has an outline, by name.

    Args:
        data: the folder that holds images and labels, or holds them inside ``msd_hippocampus``.

    Raises:
        SettingsError: it holds no such crops.
    """
    root = data / FOLDER if (data / FOLDER).is_dir() else data
    found = []
    for images, labels in (("imagesTr", "labelsTr"), ("images", "labels")):
        for path in sorted((root / images).glob("hippocampus_[0-9][0-9][0-9].nii.gz")):
            mask = root / labels / path.name
            if mask.is_file():
                number = int(path.name.partition(".")[0].partition("_")[2])
                found.append(
                    Crop(path, mask, f"numbers {(number - 1) // 10 * 10 + 1} to {(number - 1) // 10 * 10 + 10}")
                )
    if not found:
        raise SettingsError(
            f"{data} holds no crops of the hippocampus with outlines.",
            f"Name the folder that holds imagesTr and labelsTr ({ADDRESS}).",
            code="BED-EVAL-005",
        )
    return found


def part_of(person: str) -> str:
    """``train``, ``validation`` or ``held-out``, by the hash of its name."""
    return _part_of("hippocampus", person, TRAIN, VALIDATION)


def read(crop: Crop) -> tuple[Study, NDArray[np.uint8]]:
    """The crop as a Study along (R, A, S), and its labels on the same grid: ANTERIOR, POSTERIOR or BACKGROUND, uint8.

    Raises:
        ImageReadError: a file is damaged.
    """
    from bedside.tools.imaging.door import open_file

    study, labels = (open_file(path, attachment_id="A1", limit_bytes=_LIMIT_BYTES) for path in (crop.path, crop.mask))
    return study, np.rint(labels.array).astype(np.uint8)
