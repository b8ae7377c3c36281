"""What is kept of a picture is small, upright and holds pixels alone."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image
from support.case_files import blot, write_film, write_png
from support.image_files import write_nifti

from bedside.tools.imaging.door import open_file
from bedside.tools.similar.thumbnail import SIDE, save_row, thumbnail


def small(path: Path) -> Image.Image:
    return Image.open(io.BytesIO(thumbnail(open_file(path, attachment_id="A1", limit_bytes=100_000_000))))


def test_a_film_becomes_small_and_carries_no_tag(tmp_path):
    path = write_film(tmp_path / "a.dcm", np.kron(blot(4, 4), np.ones((8, 4), np.uint8)), "MRN-1")
    picture = small(path)
    assert picture.size == (80, SIDE) and picture.mode == "L" and not picture.info
    pixels = np.asarray(picture)
    assert pixels[20, 20] > 200 > 60 > pixels[140, 60]
    assert b"MRN" not in thumbnail(open_file(path, attachment_id="A1", limit_bytes=100_000_000))


def test_a_photograph_keeps_its_colours(tmp_path):
    picture = np.zeros((300, 400, 3), np.uint8)
    picture[..., 0] = 200
    shown = small(write_png(tmp_path / "skin.png", picture))
    assert shown.mode == "RGB" and shown.size == (160, 120)
    assert shown.getpixel((50, 50)) == (200, 0, 0)


def test_a_volume_is_shown_by_its_middle_slice_with_the_front_on_top(tmp_path):
    volume = np.full((40, 40, 9), -1000, np.int16)
    volume[5:15, 25:35, 4] = 400  # R low: the patient's left is at the right of the picture; A high: in front
    pixels = np.asarray(small(write_nifti(tmp_path / "ct.nii.gz", volume, np.diag([1.0, 1.0, 1.0, 1.0]))))
    assert pixels[8, 30] > 200 and pixels[30, 8] < 150


def test_the_row_holds_every_picture_and_a_damaged_one_is_grey(tmp_path):
    good = thumbnail(open_file(write_png(tmp_path / "a.png", blot(4, 4)), attachment_id="A1", limit_bytes=10**7))
    path = save_row(
        [(good, ("this picture",)), (b"no png", ("0.93  ab12cd34", "a label " * 20))], tmp_path / "r" / "row.png"
    )
    row = np.asarray(Image.open(path))
    assert row.shape[1] == 3 * 8 + 2 * SIDE
    assert (row[8 + 80, 16 + SIDE + 80] == 128).all()
