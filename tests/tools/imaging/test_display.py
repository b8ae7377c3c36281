"""One film in any form is one array; windows of files and of body parts are shown as the standard says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from support.data import data_folder
from support.image_files import write_dicom, write_series

from bedside.core.study import Study
from bedside.tools.imaging.display import LUNG, normalised, shown, windows
from bedside.tools.imaging.door import open_file

WITHIN = 0.01


def read(path: Path) -> Study:
    return open_file(path, attachment_id="A1", limit_bytes=50_000_000)


def film(rows: int = 180, columns: int = 220) -> np.ndarray:
    """A made-up film in 0..1: two dark lungs in a bright body, smooth as film is."""
    y, x = np.mgrid[0 : 1 : complex(rows), 0 : 1 : complex(columns)]
    lungs = sum(np.exp(-((((x - at) / 0.14) ** 2 + ((y - 0.5) / 0.28) ** 2) ** 2)) for at in (0.3, 0.7))
    body = 0.95 - 0.9 * lungs + 0.05 * np.sin(9 * y)
    return np.clip(body, 0, 1)


def same_film_in_every_form(folder: Path, truth: np.ndarray) -> dict[str, Study]:
    """A film of greys in 0..1 as nine files: pictures of 8 and 16 bits, and DICOM of both photometric kinds."""
    eight, twelve = np.round(truth * 255), np.round(truth * 4000)
    Image.fromarray(eight.astype(np.uint8)).save(folder / "grey.png")
    Image.fromarray(np.round(truth * 65535).astype(np.uint16)).save(folder / "deep.png")
    Image.fromarray(np.round(truth * 65535).astype(np.uint16)).save(folder / "deep.tif")
    Image.fromarray(eight.astype(np.uint8)).convert("RGB").save(folder / "colour.png")
    Image.fromarray(eight.astype(np.uint8)).save(folder / "film.jpg", quality=100)
    window = {"WindowCenter": 2000.5, "WindowWidth": 4001}
    write_dicom(folder / "two.dcm", twelve)
    write_dicom(folder / "one.dcm", 4095 - twelve, PhotometricInterpretation="MONOCHROME1")
    write_dicom(folder / "two_window.dcm", twelve, **window)
    # MONOCHROME1 is windowed in stored values: 4095 - 2000 is its middle.
    turned = {"WindowCenter": 2095.5, "WindowWidth": 4001, "PhotometricInterpretation": "MONOCHROME1"}
    write_dicom(folder / "one_window.dcm", 4095 - twelve, **turned)
    return {p.name: read(p) for p in sorted(folder.iterdir())}


def test_the_same_film_is_the_same_pixels_in_every_form(tmp_path: Path) -> None:
    studies = same_film_in_every_form(tmp_path, film())
    wanted = normalised(studies["deep.png"])
    assert len(studies) == 9
    assert wanted.min() == 0
    assert wanted.max() == 1
    for name, study in studies.items():
        assert np.abs(normalised(study) - wanted).max() <= WITHIN, name


@pytest.mark.data
def test_a_real_film_is_the_same_pixels_in_every_form(tmp_path: Path) -> None:
    path = sorted((data_folder() / "kermany_cxr_224" / "train" / "NORMAL").glob("*.jpeg"))[0]
    studies = same_film_in_every_form(tmp_path, read(path).array / 255.0)
    wanted = normalised(studies["deep.png"])
    for name, study in studies.items():
        assert np.abs(normalised(study) - wanted).max() <= WITHIN, name


def test_a_film_in_its_wrong_polarity_would_not_pass(tmp_path: Path) -> None:
    truth = film()
    write_dicom(tmp_path / "a.dcm", np.round(truth * 4000))
    write_dicom(tmp_path / "b.dcm", 4095 - np.round(truth * 4000))
    assert np.abs(normalised(read(tmp_path / "a.dcm")) - normalised(read(tmp_path / "b.dcm"))).max() > 0.5


RAMP = np.arange(4096).reshape(64, 64)


@pytest.mark.parametrize(
    ("tags", "at", "greys"),
    [
        # PS3.3 C.11.2.1.2: centre 2048, width 4096 maps 0..4095 to black..white; width 1 is a threshold.
        ({"WindowCenter": 2048, "WindowWidth": 4096}, (0, 2047.5, 4095), (0, 0.5, 1)),
        ({"WindowCenter": 2048, "WindowWidth": 1}, (2047, 2048), (0, 1)),
        ({"WindowCenter": [1000, 40], "WindowWidth": [200, 80]}, (900, 999.5, 1099), (0, 0.5, 1)),
        ({"WindowCenter": 0, "WindowWidth": 100, "VOILUTFunction": "LINEAR_EXACT"}, (0, 25, 50), (0.5, 0.75, 1)),
        ({"WindowCenter": 1000, "WindowWidth": 400, "VOILUTFunction": "SIGMOID"}, (1000, 1100), (0.5, 0.731)),
    ],
)
def test_windows_are_applied_as_the_standard_says(
    tmp_path: Path, tags: dict[str, object], at: tuple[float, ...], greys: tuple[float, ...]
) -> None:
    study = read(write_dicom(tmp_path / "a.dcm", RAMP, **tags))
    assert np.array_equal(study.array, RAMP)
    values, curve = zip(*study.info.display, strict=True)
    assert np.interp(at, values, curve) == pytest.approx(greys, abs=0.005)
    assert shown(study).reshape(-1)[round(at[-1])] == pytest.approx(greys[-1], abs=0.005)


def table(first: int, entries: np.ndarray, bits: int = 12) -> Dataset:
    item = Dataset()
    item.add_new(0x00283002, "US", [len(entries) % 65536, first, bits])
    item.add_new(0x00283006, "OW", entries.astype("<u2").tobytes())
    return item


def test_a_lookup_table_is_applied_and_goes_before_a_window(tmp_path: Path) -> None:
    curve = (np.arange(2000) / 1999) ** 2 * 4095
    tags = {"VOILUTSequence": Sequence([table(1000, curve)]), "WindowCenter": 5, "WindowWidth": 5}
    study = read(write_dicom(tmp_path / "a.dcm", RAMP, **tags))
    seen = shown(study).reshape(-1)
    assert (seen[:1000] == 0).all()
    assert (seen[2999:] == 1).all()
    assert np.abs(seen[1000:2999] - (np.arange(1999) / 1999) ** 2).max() < 0.002
    assert any("lookup table" in note for note in study.info.notes)


@pytest.mark.parametrize(
    "tags",
    [
        {"WindowCenter": 40, "WindowWidth": 0},
        {"WindowCenter": 40, "WindowWidth": -80},
        {"VOILUTSequence": Sequence([table(0, np.arange(10))])},
        {"VOILUTSequence": Sequence([Dataset()])},
    ],
)
def test_a_window_that_cannot_be_is_left_out_and_said(tmp_path: Path, tags: dict[str, object]) -> None:
    if "VOILUTSequence" in tags and 0x00283002 in tags["VOILUTSequence"][0]:
        tags["VOILUTSequence"][0].LUTDescriptor = [99, 0, 12]
    study = read(write_dicom(tmp_path / "a.dcm", RAMP, **tags))
    assert study.info.display == ()
    assert any("left out" in note for note in study.info.notes)


def test_a_modality_table_comes_before_the_inversion_of_monochrome1(tmp_path: Path) -> None:
    item = table(0, np.arange(4096) // 2, bits=16)
    item.ModalityLUTType = "US"
    tags = {"ModalityLUTSequence": Sequence([item]), "PhotometricInterpretation": "MONOCHROME1"}
    study = read(write_dicom(tmp_path / "a.dcm", RAMP, **tags))
    assert np.array_equal(study.array, 65535 - RAMP // 2)


def test_a_ct_in_monochrome1_keeps_its_hounsfield_units(tmp_path: Path) -> None:
    tags = {"Modality": "CT", "RescaleSlope": 1, "RescaleIntercept": -1024, "PhotometricInterpretation": "MONOCHROME1"}
    study = read(write_dicom(tmp_path / "a.dcm", RAMP, **tags))
    assert np.array_equal(study.array, RAMP - 1024)
    assert any("not inverted" in note for note in study.info.notes)


def test_a_ct_is_shown_in_the_window_of_its_body_part(tmp_path: Path) -> None:
    study = read(write_series(tmp_path / "head"))
    assert [w.name for w in windows(study.info)] == ["brain", "subdural", "stroke", "bone"]
    assert shown(study)[0, 0].tolist() == pytest.approx([k / 80 for k in range(6)])
    assert shown(study, LUNG)[0, 0, 0] == pytest.approx((0 + 1350) / 1500)
    chest = study.info.model_copy(update={"body_part": "CHEST"})
    assert [w.name for w in windows(chest)] == ["mediastinum", "lung", "bone"]
    film_info = read(write_dicom(tmp_path / "a.dcm", RAMP)).info
    assert windows(film_info) == ()


def test_padding_takes_the_darkest_value(tmp_path: Path) -> None:
    framed = RAMP + 100
    framed[:8] = 0
    for name, kind, pixels in (
        ("two", "MONOCHROME2", framed),
        ("one", "MONOCHROME1", np.where(framed, 4195 - RAMP, 0)),
    ):
        tags = {"PixelPaddingValue": 0, "PhotometricInterpretation": kind, "BitsStored": 13, "HighBit": 12}
        seen = normalised(read(write_dicom(tmp_path / f"{name}.dcm", pixels, **tags)))
        assert (seen[:8] == 0).all(), name
        assert seen[-1, -1] == 1, name


def test_an_image_of_one_value_is_black_and_nothing_else(tmp_path: Path) -> None:
    assert (normalised(read(write_dicom(tmp_path / "a.dcm", np.full((8, 8), 7)))) == 0).all()
