"""The one safe door: what it recognises, and how it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.data import data_folder
from support.ecg import sinus
from support.image_files import write_dicom, write_nifti, write_record

from bedside.core.errors import ImageReadError
from bedside.core.study import Modality
from bedside.tools.imaging.door import companions, open_file

LIMIT = 50_000_000


def refused(path: Path, limit: int = LIMIT) -> ImageReadError:
    with pytest.raises(ImageReadError) as caught:
        open_file(path, attachment_id="A1", limit_bytes=limit)
    return caught.value


def test_content_decides_and_not_the_name(tmp_path: Path) -> None:
    write_nifti(tmp_path / "scan.nii", np.ones((4, 5, 6), np.float32)).rename(tmp_path / "scan.png")
    study = open_file(tmp_path / "scan.png", attachment_id="A7", limit_bytes=LIMIT)
    assert (study.info.kind, study.info.shape, study.info.id) == ("volume", (4, 5, 6), "A7")


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("gone.dcm", None, "BED-FILE-001"),
        ("empty.dcm", b"", "BED-FILE-002"),
        ("text.dcm", b"This is a letter about a patient.\n", "BED-FILE-003"),
        ("text.nii.gz", b"hello\n", "BED-FILE-003"),
        ("text.png", b"hello\n", "BED-FILE-003"),
        ("noise.dat", bytes(range(256)) * 4, "BED-FILE-003"),
        ("letter.pdf", b"%PDF-1.7 ...", "BED-FILE-006"),
        ("letter.txt", b"A letter, with commas, and words.\n", "BED-FILE-006"),
        ("table.csv", b"name,dose\naspirin,75\n", "BED-FILE-003"),
        ("cut.png", b"\x89PNG\r\n\x1a\n\x00\x00", "BED-FILE-003"),
        ("cut.nii.gz", b"\x1f\x8b\x08\x00\x00", "BED-FILE-003"),
    ],
)
def test_what_is_not_an_image_is_one_clear_error(tmp_path: Path, name: str, data: bytes | None, code: str) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    error = refused(path)
    assert error.code == code
    assert error.do
    assert "\n" not in str(error)
    assert "Traceback" not in str(error)


def test_a_text_file_named_dcm_says_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "chest.dcm").write_text("not an image")
    assert "its name says DICOM but it holds text" in refused(tmp_path / "chest.dcm").what


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "big.dcm").write_bytes(b"\x00" * 2000)
    assert refused(tmp_path / "big.dcm", limit=1000).code == "BED-FILE-004"


def test_a_small_file_that_decodes_to_more_than_the_limit_is_refused(tmp_path: Path) -> None:
    path = write_nifti(tmp_path / "zeros.nii.gz", np.zeros((200, 200, 200), np.uint8))
    assert path.stat().st_size < 100_000
    assert refused(path, limit=10_000_000).code == "BED-FILE-004"


def test_a_picture_of_too_many_pixels_is_refused(tmp_path: Path) -> None:
    Image.new("1", (20_000, 20_000)).save(tmp_path / "bomb.png")
    assert refused(tmp_path / "bomb.png").code == "BED-FILE-004"


def test_a_device_is_not_read() -> None:
    assert refused(Path("/dev/null")).code == "BED-FILE-003"


def test_a_name_with_control_characters_is_made_printable(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m.bin").write_bytes(b"\x00\x01")
    assert "\x1b" not in str(refused(tmp_path / "a\x1b[31m.bin"))


def test_the_samples_cannot_be_changed(tmp_path: Path) -> None:
    study = open_file(write_dicom(tmp_path / "a.dcm", np.ones((8, 8))), attachment_id="A1", limit_bytes=LIMIT)
    assert study.array.dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        study.array[0, 0] = 5


@pytest.mark.parametrize("name", ["rec.hea", "rec.dat", "rec"])
def test_a_record_is_opened_by_its_header_its_signal_file_or_its_bare_name(tmp_path: Path, name: str) -> None:
    write_record(tmp_path, sinus(75, 360, 12))
    study = open_file(tmp_path / name, attachment_id="A1", limit_bytes=LIMIT)
    assert study.info.modality is Modality.ECG
    assert study.info.shape == (1, 12 * 360)


def test_companions_are_what_a_copy_of_a_record_needs(tmp_path: Path) -> None:
    write_record(tmp_path, sinus(75, 360, 12))
    assert companions(tmp_path / "rec.dat", LIMIT) == (tmp_path / "rec.dat", tmp_path / "rec.hea")
    assert companions(tmp_path / "rec", LIMIT) == (tmp_path / "rec.hea", tmp_path / "rec.dat")
    other = write_dicom(tmp_path / "a.dcm", np.ones((8, 8)))
    assert companions(other, LIMIT) == (other,)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("wfdb_ecg/100", "ECG signal, 2 leads, 1806 s"),
        ("t1_head/t1_crop.nii.gz", "unidentified volume 256x256x256"),
        ("totalsegmentator_examples/example_ct_dicom", "CT volume 512x512x20"),
        ("highdicom_dcm/dx_image.dcm", "DX image 169x211"),
        ("highdicom_dcm/ct_image.dcm", "CT image 128x128"),
    ],
)
def test_real_files_are_read(name: str, title: str) -> None:
    assert open_file(data_folder() / name, attachment_id="A1", limit_bytes=10**9).info.title == title


@pytest.mark.data
@pytest.mark.parametrize("name", ["seg_image_ct_binary.dcm", "sr_document.dcm", "sm_image.dcm"])
def test_dicom_objects_that_are_not_images_are_refused(name: str) -> None:
    assert refused(data_folder() / "highdicom_dcm" / name).code == "BED-FILE-006"
