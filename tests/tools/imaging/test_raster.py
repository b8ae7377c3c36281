"""PNG, JPEG and TIFF pictures."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.image_files import write_png

from bedside.core.errors import ImageReadError
from bedside.core.study import Modality, Study
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


def read(path: Path) -> Study:
    return open_file(path, attachment_id="A1", limit_bytes=LIMIT)


@pytest.mark.parametrize("compression", [None, "tiff_deflate", "tiff_lzw", "packbits"])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_a_tiff_keeps_its_values(tmp_path: Path, compression: str | None, kind: type) -> None:
    values = RAMP.astype(kind) * (200 if kind is np.uint16 else 1)
    Image.fromarray(values).save(tmp_path / "a.tif", compression=compression)
    study = read(tmp_path / "a.tif")
    assert np.array_equal(study.array, values)
    assert study.info.spacing is None


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_a_tiff_with_white_as_zero_is_bright_where_it_is_white(tmp_path: Path, kind: type) -> None:
    most = np.iinfo(kind).max
    values = np.where(RAMP > 100, most, 0).astype(kind)
    stored = most - values  # what a file with WhiteIsZero holds for these greys
    Image.fromarray(stored).save(tmp_path / "a.tif")
    path = tmp_path / "a.tif"
    data = path.read_bytes()
    entry = struct.pack("<HHIH", 262, 3, 1, 1)  # PhotometricInterpretation, one SHORT: BlackIsZero
    assert data.count(entry) == 1
    path.write_bytes(data.replace(entry, struct.pack("<HHIH", 262, 3, 1, 0)))
    assert np.array_equal(read(path).array, values)


def test_a_tiff_of_two_pages_is_refused(tmp_path: Path) -> None:
    page = Image.fromarray(RAMP.astype(np.uint8))
    page.save(tmp_path / "a.tif", save_all=True, append_images=[page])
    with pytest.raises(ImageReadError, match="2 pages"):
        read(tmp_path / "a.tif")


def test_a_cmyk_jpeg_of_a_grey_film_is_grey_and_bright_where_the_film_is(tmp_path: Path) -> None:
    grey = np.zeros((32, 48), np.uint8)
    grey[:, 24:] = 220
    film = Image.fromarray(grey)
    Image.merge("RGB", [film] * 3).convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    study = read(tmp_path / "a.jpg")
    assert any("CMYK" in note for note in study.info.notes)
    assert np.abs(study.array.reshape(32, 48, -1).mean(axis=-1) - grey).max() < 8


def test_what_transparency_hides_is_said_and_nothing_but_transparency_is_refused(tmp_path: Path) -> None:
    grey = RAMP.astype(np.uint8)
    for name, alpha in (("half", 128), ("none", 0)):
        Image.fromarray(np.stack([grey, np.full_like(grey, alpha)], axis=-1), mode="LA").save(tmp_path / f"{name}.png")
    half = read(tmp_path / "half.png")
    assert np.array_equal(half.array, grey)
    assert "Transparency was dropped." in half.info.notes
    with pytest.raises(ImageReadError, match="transparent"):
        read(tmp_path / "none.png")


def test_bits_that_are_lost_are_said(tmp_path: Path) -> None:
    rows = b"".join(b"\x00" + np.full((4, 3), 0x1234, ">u2").tobytes() for _ in range(4))
    write_png(tmp_path / "deep.png", 4, 4, depth=16, colour=2, rows=rows)
    study = read(tmp_path / "deep.png")
    assert study.array.max() == 0x12
    assert any("upper 8" in note for note in study.info.notes)


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_exif_orientation_shows_the_same_upright_picture(tmp_path: Path, turn: int) -> None:
    upright = RAMP.astype(np.uint8)
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: upright.T[::-1],
        7: upright.T[::-1, ::-1],
        8: upright.T[:, ::-1],
    }[turn]
    exif = Image.Exif()
    exif[0x0112] = turn
    Image.fromarray(np.ascontiguousarray(stored)).save(tmp_path / "a.png", exif=exif)
    assert np.array_equal(read(tmp_path / "a.png").array, upright)
