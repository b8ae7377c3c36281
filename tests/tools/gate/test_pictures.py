"""What the gate looks at: squares of any Study, changed copies of them for training, and drawn pages."""

from __future__ import annotations

import numpy as np
import pytest

from bedside.core.study import Modality, Study, StudyInfo
from bedside.tools.gate import drawn
from bedside.tools.gate.augment import augmented, photographed
from bedside.tools.gate.picture import SIDE, pictures, squared


def _image(array: np.ndarray) -> Study:
    axes = ("row", "column", "channel")[: array.ndim]
    info = StudyInfo(id="A1", kind="image", modality=Modality.UNKNOWN, axes=axes, shape=array.shape, sha256="0")
    return Study(info=info, array=array.astype(np.float32))


def _slope(rows: int, columns: int) -> np.ndarray:
    return np.linspace(0, 1, rows)[:, None] * np.ones(columns)


@pytest.mark.parametrize(("scale", "offset"), [(1, 0), (4095, -1024), (1e-3, 7)])
def test_unit_and_range_of_the_samples_leave_no_trace(scale, offset):
    plain, changed = squared(_slope(200, 300), 64), squared(_slope(200, 300) * scale + offset, 64)
    assert np.abs(plain.astype(int) - changed.astype(int)).max() <= 1
    assert plain.shape == (64, 64, 3) and plain[0].max() < 8 and plain[-1].min() > 247


def test_colour_is_kept_and_a_picture_of_one_value_is_black():
    red = np.zeros((90, 90, 3))
    red[20:70, :, 0] = 255
    assert pictures(_image(red))[0, 48, 48].tolist() == [255, 0, 0]
    assert not pictures(_image(np.full((90, 90), 7.0))).any()


def test_a_volume_is_seen_in_three_axial_slices_with_the_front_on_top():
    grey = np.zeros((40, 60, 20), dtype=np.float32)
    grey[:, 45:, :] = 1  # the front
    grey[:10, :, :] += 0.5  # the patient's left, for R grows to the right
    info = StudyInfo(id="A1", kind="volume", modality=Modality.MR, axes=("R", "A", "S"), shape=grey.shape, sha256="0")
    seen = pictures(Study(info=info, array=grey))
    assert seen.shape == (3, SIDE, SIDE, 3)
    assert seen[1, 10].mean() > seen[1, -10].mean()
    assert seen[1, :, -10].mean() > seen[1, :, 10].mean()


def test_a_volume_of_one_slice_is_one_picture():
    flat = np.random.default_rng(0).random((40, 40, 1)).astype(np.float32)
    info = StudyInfo(id="A1", kind="volume", modality=Modality.MR, axes=("R", "A", "S"), shape=flat.shape, sha256="0")
    assert pictures(Study(info=info, array=flat)).shape == (1, SIDE, SIDE, 3)


def test_a_changed_copy_is_another_picture_and_the_same_for_the_same_seed():
    one = squared(_slope(160, 160), 160)
    first, again, other = (augmented(one, SIDE, True, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.shape == (SIDE, SIDE, 3) and first.dtype == np.uint8
    assert (first == again).all() and (first != other).any()


def test_a_picture_off_a_screen_still_shows_what_it_shows():
    from PIL import Image

    one = np.zeros((160, 160, 3), dtype=np.uint8)
    one[:, 80:] = 220
    taken = np.asarray(photographed(Image.fromarray(one), np.random.default_rng(3)), dtype=float)
    assert taken.shape == one.shape and (taken != one).any()
    assert taken[60:100, 110:150].mean() > taken[60:100, 10:50].mean() + 60


def test_ecg_paper_shows_the_signal_it_was_given():
    flat, beating = np.zeros((1, 5000), dtype=np.float32), np.zeros((1, 5000), dtype=np.float32)
    beating[:, ::250] = 1.5
    pages = [drawn.ecg_page(signal, 250.0, np.random.default_rng(8)) for signal in (flat, beating)]
    assert pages[0].shape == pages[1].shape and (pages[0] != pages[1]).mean() > 0.002


@pytest.mark.parametrize("draw", drawn.NO_MEDICINE, ids=lambda f: f.__name__)
def test_pages_that_are_no_medicine_differ_from_each_other(draw):
    generator = np.random.default_rng(0)
    first, second = squared(draw(generator), 64), squared(draw(generator), 64)
    assert first.std() > 1 and (first != second).any()
