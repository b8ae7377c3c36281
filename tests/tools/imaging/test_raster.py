"""PNG and JPEG pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bedside.core.errors import ImageReadError
from bedside.core.study import Modality
from bedside.tools.imaging.door import open_file

LIMIT = 10_000_000
RAMP = (np.arange(12 * 20) % 251).reshape(12, 20)


def test_a_grey_png_keeps_its_values_and_states_no_modality(tmp_path: Path) -> None:
    Image.fromarray(RAMP.astype(np.uint8)).save(tmp_path / "a.png")
    study = open_file(tmp_path / "a.png", attachment_id="A1", limit_bytes=LIMIT)
    assert np.array_equal(study.array, RAMP)
    assert (study.info.modality, study.info.spacing, study.info.kind) == (Modality.UNKNOWN, None, "image")


def test_sixteen_bits_are_kept(tmp_path: Path) -> None:
    deep = (RAMP * 200).astype(np.uint16)
    Image.fromarray(deep).save(tmp_path / "a.png")
    assert np.array_equal(open_file(tmp_path / "a.png", attachment_id="A1", limit_bytes=LIMIT).array, deep)


def test_exif_orientation_turns_the_picture(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(RAMP.astype(np.uint8)).save(tmp_path / "a.jpg", exif=exif, quality=95)
    study = open_file(tmp_path / "a.jpg", attachment_id="A1", limit_bytes=LIMIT)
    assert study.info.shape == (20, 12)
    assert any("EXIF" in note for note in study.info.notes)


@pytest.mark.parametrize(("mode", "shape"), [("RGB", (12, 20)), ("RGBA", (12, 20)), ("P", (12, 20)), ("1", (12, 20))])
def test_grey_in_any_mode_becomes_one_channel(tmp_path: Path, mode: str, shape: tuple[int, ...]) -> None:
    Image.fromarray(RAMP.astype(np.uint8)).convert(mode).save(tmp_path / "a.png")
    assert open_file(tmp_path / "a.png", attachment_id="A1", limit_bytes=LIMIT).info.shape == shape


def test_colour_stays_colour(tmp_path: Path) -> None:
    colour = np.stack([RAMP, RAMP[::-1], RAMP * 0], axis=-1).astype(np.uint8)
    Image.fromarray(colour).save(tmp_path / "a.png")
    study = open_file(tmp_path / "a.png", attachment_id="A1", limit_bytes=LIMIT)
    assert study.info.axes == ("row", "column", "channel")
    assert np.array_equal(study.array, colour)


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_half_a_picture_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (90, 90), dtype=np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ImageReadError):
        open_file(path, attachment_id="A1", limit_bytes=LIMIT)
