"""Pictures: proportions, sides, beats."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from support.ecg import sinus

from bedside.tools.imaging.render import PEAK, save_ecg_strip, save_image, save_slice


def pixels(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path, formats=["PNG"]).convert("RGB")).astype(int)


def test_a_slice_is_drawn_in_true_proportions(tmp_path: Path) -> None:
    volume = np.random.default_rng(0).random((20, 30, 10)).astype(np.float32)
    drawn = pixels(save_slice(volume, (1.0, 1.0, 4.0), 0, 10, tmp_path / "a.png"))
    assert drawn.shape[:2] == (360, 270)


def test_the_right_of_the_patient_is_on_the_left_of_the_picture(tmp_path: Path) -> None:
    volume = np.zeros((40, 40, 40), np.float32)
    volume[30:, 10:30, 10:30] = 100
    drawn = pixels(save_slice(volume, (1.0, 1.0, 1.0), 2, 20, tmp_path / "a.png")).sum(axis=2)
    assert drawn[90:270, 20:80].mean() > 4 * drawn[90:270, 280:340].mean()


def test_each_peak_has_a_tick_on_the_strip(tmp_path: Path) -> None:
    signal = sinus(60, 500, 10)
    peaks = np.arange(400, 5000, 500)
    drawn = pixels(save_ecg_strip(signal, 500, peaks, "Lead II", tmp_path / "a.png"))
    row = (drawn[28] == PEAK).all(axis=1)
    assert np.count_nonzero(np.diff(row.astype(int)) == 1) == len(peaks)


def test_a_constant_image_and_a_colour_image_can_be_drawn(tmp_path: Path) -> None:
    assert pixels(save_image(np.ones((5, 6)), tmp_path / "a.png")).shape == (5, 6, 3)
    assert pixels(save_image(np.full((5, 6, 3), 300.0), tmp_path / "b.png")).max() == 255
