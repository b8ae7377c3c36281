"""Alignment: a known movement is undone, two runs agree, and two patients are told apart from one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.image_files import write_dicom, write_nifti
from support.moved import moved, textured

from bedside.core.study import Study
from bedside.tools.compare.align import align, correlation, onto
from bedside.tools.imaging.door import open_file

GRID = np.diag([1.0, 1.0, 2.0, 1.0])


def study(path: Path, volume: np.ndarray, affine: np.ndarray = GRID) -> Study:
    return open_file(write_nifti(path, volume, affine), attachment_id="A1", limit_bytes=10**9)


def test_a_known_movement_is_undone_and_measured(tmp_path: Path) -> None:
    volume = textured()
    now, prior = study(tmp_path / "a.nii", volume), study(tmp_path / "b.nii", moved(volume, (3.0, -2.0, 1.0), 6.0))
    found = align(now, prior)
    assert found.before < 0.9 < 0.98 < found.after
    assert found.moved == pytest.approx(np.linalg.norm((3.0, -2.0, 2.0)), abs=0.6)  # 1 voxel of 2 mm
    assert found.turned == pytest.approx(6.0, abs=0.5)
    assert found.poor == ""
    ball, aligned = volume > 200, onto(prior.array > 200, prior, now, found.transform)
    assert 2 * (ball & aligned).sum() / (ball.sum() + aligned.sum()) > 0.95


def test_a_prior_that_its_file_places_elsewhere_is_found(tmp_path: Path) -> None:
    volume, far = textured(), GRID.copy()
    far[:3, 3] = (400, -300, 200)
    found = align(study(tmp_path / "a.nii", volume), study(tmp_path / "b.nii", volume, far))
    assert found.before == 0.0
    assert found.after > 0.98
    assert found.overlap > 0.9


def test_another_grid_and_orientation_do_not_matter(tmp_path: Path) -> None:
    volume = textured()
    coarse = np.ascontiguousarray(volume[::2, ::2, :])[::-1]
    affine = np.diag([-2.0, 2.0, 2.0, 1.0])
    affine[0, 3] = 2.0 * (coarse.shape[0] - 1)
    found = align(study(tmp_path / "a.nii", volume), study(tmp_path / "b.nii", coarse, affine))
    assert found.moved < 0.6
    assert found.after > 0.95


def test_two_runs_give_the_same_to_the_last_bit(tmp_path: Path) -> None:
    volume = textured()
    now, prior = study(tmp_path / "a.nii", volume), study(tmp_path / "b.nii", moved(volume, (2.0, 1.0, 0.0), 3.0))
    one, other = align(now, prior), align(now, prior)
    assert np.array_equal(one.prior, other.prior)
    assert (one.moved, one.turned, one.after) == (other.moved, other.turned, other.after)


def test_what_shows_something_else_is_poor(tmp_path: Path) -> None:
    one, other = textured(0, radius=3.0), textured(1, radius=3.0)
    found = align(study(tmp_path / "a.nii", one), study(tmp_path / "b.nii", other))
    assert "correlate" in found.poor


def test_films_are_aligned_in_their_plane(tmp_path: Path) -> None:
    film = textured(shape=(90, 80))
    paths = [tmp_path / "a.dcm", tmp_path / "b.dcm"]
    for path, pixels in zip(paths, (film, moved(film, (4.0, -3.0), 4.0)), strict=True):
        write_dicom(path, pixels.astype(int), PixelSpacing=[0.5, 0.5])
    now, prior = (open_file(p, attachment_id="A1", limit_bytes=10**9) for p in paths)
    found = align(now, prior)
    assert found.turned == pytest.approx(4.0, abs=0.5)
    assert found.moved == pytest.approx(2.5, abs=0.4)
    assert found.after > 0.97


def test_correlation_of_nothing_is_nought() -> None:
    flat = np.ones((20, 20), np.float32)
    assert correlation(flat, flat, np.ones((20, 20), bool)) == 0.0
    assert correlation(flat, flat, np.zeros((20, 20), bool)) == 0.0
