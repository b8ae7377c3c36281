"""Masks between the axes of a Study and those in which its file stores its samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bedside.core.study import Study
from bedside.tools.imaging.assembly import VolumeStudy

RAS = ("R", "A", "S")
MARK = "Bedside: research software, not a medical device"


def stored_axes(study: Study) -> tuple[str, str, str]:
    """The direction of each stored axis of a volume; RAS where the Study does not remember."""
    return study.stored_axes if isinstance(study, VolumeStudy) else RAS


def as_stored(study: Study, mask: NDArray[Any]) -> NDArray[Any]:
    """A mask along (R, A, S) turned to the axes in which the volume's file stores it; nothing is resampled.

    Of a DICOM series those are (column, row, slice), slices in the order of `Study.instances`.
    """
    from nibabel import orientations as ornt

    turn = ornt.ornt_transform(ornt.axcodes2ornt(RAS), ornt.axcodes2ornt(stored_axes(study)))
    return np.asarray(ornt.apply_orientation(mask, turn))


def save_nifti(study: Study, mask: NDArray[Any], path: Path) -> Path:
    """Writes a mask as NIfTI (uint8) on the grid and in the orientation in which the file stored its volume.

    Args:
        study: the volume, along (R, A, S).
        mask: of the study's shape.
        path: where to write; its folder is made.
    """
    import nibabel as nib
    from nibabel import orientations as ornt

    image = nib.Nifti1Image(mask.astype(np.uint8), study.affine)
    image.header.set_xyzt_units("mm")
    image.header["descrip"] = MARK
    turn = ornt.ornt_transform(ornt.axcodes2ornt(RAS), ornt.axcodes2ornt(stored_axes(study)))
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(image.as_reoriented(turn), path)
    return path


def save_png(mask: NDArray[Any], path: Path) -> Path:
    """Writes a (row, column) mask as PNG, 0 and 255, a pixel for a pixel of the film."""
    from PIL import Image, PngImagePlugin

    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", MARK)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(mask.astype(np.uint8) * 255).save(path, format="PNG", pnginfo=said)
    return path
