"""NIfTI volumes: orientation, scale and everything a header can get wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from support.image_files import patch, write_nifti

from bedside.core.errors import ImageReadError
from bedside.core.study import Modality
from bedside.tools.imaging.assembly import VolumeStudy
from bedside.tools.imaging.door import open_file

LIMIT = 10_000_000
BLOCK = np.arange(4 * 5 * 6, dtype=np.float32).reshape(4, 5, 6)


@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_a_volume_is_read_plain_or_gzipped(tmp_path: Path, ending: str) -> None:
    study = open_file(write_nifti(tmp_path / f"a{ending}", BLOCK), attachment_id="A1", limit_bytes=LIMIT)
    assert np.array_equal(study.array, BLOCK)
    assert (study.info.modality, study.info.modality_from) == (Modality.UNKNOWN, "unknown")
    assert study.info.spacing == pytest.approx((2, 2, 3))
    assert study.info.axes == ("R", "A", "S")


@pytest.mark.parametrize("axes", ["LAS", "LIA", "PSR", "RAS"])
def test_every_orientation_becomes_ras(tmp_path: Path, axes: str) -> None:
    ras = nib.Nifti1Image(BLOCK, np.diag([2.0, 2.0, 3.0, 1.0]))
    turn = nib.orientations.ornt_transform(
        nib.orientations.axcodes2ornt("RAS"), nib.orientations.axcodes2ornt(tuple(axes))
    )
    nib.save(ras.as_reoriented(turn), tmp_path / "a.nii")
    study = open_file(tmp_path / "a.nii", attachment_id="A1", limit_bytes=LIMIT)
    assert np.array_equal(study.array, BLOCK)
    assert study.affine == pytest.approx(ras.affine)
    assert isinstance(study, VolumeStudy)
    assert study.stored_axes == tuple(axes)


def test_nifti_2_is_read(tmp_path: Path) -> None:
    nib.save(nib.Nifti2Image(BLOCK, np.eye(4)), tmp_path / "a.nii")
    assert open_file(tmp_path / "a.nii", attachment_id="A1", limit_bytes=LIMIT).info.shape == BLOCK.shape


def test_one_volume_of_four_dimensions_is_squeezed(tmp_path: Path) -> None:
    path = write_nifti(tmp_path / "a.nii", BLOCK[..., None])
    assert open_file(path, attachment_id="A1", limit_bytes=LIMIT).info.shape == (4, 5, 6)


def test_values_that_are_not_finite_become_zero_and_are_counted(tmp_path: Path) -> None:
    holed = BLOCK.copy()
    holed[1, 1, 1], holed[2, 2, 2] = np.nan, np.inf
    study = open_file(write_nifti(tmp_path / "a.nii", holed), attachment_id="A1", limit_bytes=LIMIT)
    assert np.isfinite(study.array).all()
    assert "2 values were not finite and were set to 0." in study.info.notes


def test_an_orientation_that_is_not_stated_is_noted(tmp_path: Path) -> None:
    path = write_nifti(tmp_path / "a.nii", BLOCK)
    patch(path, 252, "<hh", 0, 0)
    study = open_file(path, attachment_id="A1", limit_bytes=LIMIT)
    assert any("left and right cannot be trusted" in note for note in study.info.notes)


PIXDIM, DIM, SROW, UNITS, OFFSET, DATATYPE = 76, 40, 280, 123, 108, 70


@pytest.mark.parametrize(
    ("why", "damage", "code"),
    [
        ("zero spacing", lambda p: patch(p, PIXDIM + 8, "<f", 0.0), "BED-FILE-005"),
        ("negative spacing", lambda p: patch(p, PIXDIM + 4, "<f", -2.0), "BED-FILE-005"),
        ("spacing not a number", lambda p: patch(p, PIXDIM + 4, "<f", float("nan")), "BED-FILE-005"),
        ("huge spacing", lambda p: patch(p, PIXDIM + 4, "<f", 1e6), "BED-FILE-005"),
        ("zero axis in the affine", lambda p: patch(p, SROW, "<3f", 0, 0, 0), "BED-FILE-005"),
        ("affine not a number", lambda p: patch(p, SROW, "<f", float("nan")), "BED-FILE-005"),
        ("singular affine", lambda p: patch(p, SROW + 16, "<3f", 2, 0, 0), "BED-FILE-005"),
        ("metres", lambda p: patch(p, UNITS, "<B", 1), "BED-FILE-005"),
        ("one slice", lambda p: patch(p, DIM, "<4h", 3, 4, 5, 1), "BED-FILE-005"),
        ("two volumes", lambda p: patch(p, DIM, "<5h", 4, 4, 5, 3, 2), "BED-FILE-005"),
        ("two dimensions", lambda p: patch(p, DIM, "<h", 2), "BED-FILE-005"),
        ("axis of no length", lambda p: patch(p, DIM + 2, "<h", 0), "BED-FILE-005"),
        ("negative axis", lambda p: patch(p, DIM + 2, "<h", -4), "BED-FILE-005"),
        ("more voxels than bytes", lambda p: patch(p, DIM + 2, "<h", 400), "BED-FILE-003"),
        ("too many voxels", lambda p: patch(p, DIM + 2, "<3h", 30000, 30000, 30000), "BED-FILE-004"),
        ("samples begin nowhere", lambda p: patch(p, OFFSET, "<f", -1.0), "BED-FILE-003"),
        ("complex samples", lambda p: patch(p, DATATYPE, "<hh", 32, 64), "BED-FILE-003"),
        ("unknown samples", lambda p: patch(p, DATATYPE, "<hh", 999, 32), "BED-FILE-003"),
    ],
)
def test_impossible_headers_are_refused(tmp_path: Path, why: str, damage: Callable[[Path], Path], code: str) -> None:
    path = damage(write_nifti(tmp_path / "a.nii", BLOCK))
    with pytest.raises(ImageReadError) as caught:
        open_file(path, attachment_id="A1", limit_bytes=LIMIT)
    assert caught.value.code == code, why


def test_all_nan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageReadError, match="finite"):
        open_file(write_nifti(tmp_path / "a.nii", BLOCK * np.nan), attachment_id="A1", limit_bytes=LIMIT)


@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_a_truncated_file_is_refused(tmp_path: Path, ending: str) -> None:
    path = write_nifti(tmp_path / f"a{ending}", np.random.default_rng(0).random((9, 9, 9)))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ImageReadError):
        open_file(path, attachment_id="A1", limit_bytes=LIMIT)
