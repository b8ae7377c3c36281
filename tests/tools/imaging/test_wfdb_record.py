"""WFDB records."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.data import data_folder
from support.ecg import sinus
from support.image_files import write_record

from bedside.core.errors import ImageReadError
from bedside.tools.imaging.door import open_file

LIMIT = 50_000_000


def read_error(path: Path) -> ImageReadError:
    with pytest.raises(ImageReadError) as caught:
        open_file(path, attachment_id="A1", limit_bytes=LIMIT)
    return caught.value


def test_samples_are_millivolts_by_lead(tmp_path: Path) -> None:
    signal = sinus(75, 360, 12)
    info = (study := open_file(write_record(tmp_path, signal), attachment_id="A1", limit_bytes=LIMIT)).info
    assert np.abs(study.array[0] - signal).max() < 0.002
    assert (info.leads, info.value_unit, info.spacing_unit, info.axes) == (("II",), "mV", "s", ("lead", "sample"))
    assert info.spacing == pytest.approx((1.0, 1 / 360))


def test_the_hash_covers_the_signal_file(tmp_path: Path) -> None:
    header = write_record(tmp_path, sinus(75, 360, 12))
    before = open_file(header, attachment_id="A1", limit_bytes=LIMIT).info.sha256
    data = bytearray((tmp_path / "rec.dat").read_bytes())
    data[100] ^= 1
    (tmp_path / "rec.dat").write_bytes(bytes(data))
    assert open_file(header, attachment_id="A1", limit_bytes=LIMIT).info.sha256 != before


def test_a_missing_partner_is_named(tmp_path: Path) -> None:
    header = write_record(tmp_path, sinus(75, 360, 12))
    (tmp_path / "rec.dat").unlink()
    error = read_error(header)
    assert error.code == "BED-FILE-001"
    assert "rec.dat" in error.what


def test_a_header_may_not_reach_into_other_folders(tmp_path: Path) -> None:
    header = write_record(tmp_path / "in", sinus(75, 360, 12))
    (tmp_path / "in" / "rec.dat").rename(tmp_path / "rec.dat")
    header.write_text(header.read_text().replace("rec.dat", "../rec.dat"))
    assert read_error(header).code == "BED-FILE-003"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("rec 1 360 4320", "rec 1", "BED-FILE-007"),
        ("rec 1 360 4320", "rec 1 0 4320", "BED-FILE-007"),
        ("rec 1 360 4320", "rec 1 360 999999999999", "BED-FILE-004"),
        ("rec 1 360 4320", "rec 1 360 999999", "BED-FILE-003"),
        ("rec 1 360 4320", "rec 7 360 4320", "BED-FILE-003"),
        ("/mV", "/mmHg", "BED-FILE-003"),
    ],
)
def test_a_header_that_cannot_be_right_is_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    header = write_record(tmp_path, sinus(75, 360, 12))
    text = header.read_text()
    assert old in text
    header.write_text(text.replace(old, new))
    assert read_error(header).code == code


def test_a_cut_signal_file_is_refused(tmp_path: Path) -> None:
    header = write_record(tmp_path, sinus(75, 360, 12))
    (tmp_path / "rec.dat").write_bytes((tmp_path / "rec.dat").read_bytes()[:500])
    assert read_error(header).code == "BED-FILE-003"


@pytest.mark.data
@pytest.mark.parametrize("name", ["100", "100.hea", "100.dat"])
def test_mit_bih_100_has_two_leads_of_half_an_hour(name: str) -> None:
    info = open_file(data_folder() / "wfdb_ecg" / name, attachment_id="A1", limit_bytes=LIMIT).info
    assert (info.leads, info.shape) == (("MLII", "V5"), (2, 650_000))
