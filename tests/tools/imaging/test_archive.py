"""Zips, DICOMDIRs and folders of a CD: what is read of them, and archives made to harm."""

from __future__ import annotations

import io
import shutil
import stat
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom.data import get_testdata_file
from support.image_files import write_dicom, write_nifti, write_series

from bedside.agent.attachments import copy_in
from bedside.core.errors import ImageReadError
from bedside.core.study import Study
from bedside.tools.imaging.door import companions, open_file

LIMIT = 50_000_000


def read(path: Path, limit: int = LIMIT) -> Study:
    return open_file(path, attachment_id="A1", limit_bytes=limit)


def refused(path: Path, limit: int = LIMIT) -> str:
    with pytest.raises(ImageReadError) as caught:
        read(path, limit)
    return caught.value.code


def packed(path: Path, *entries: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return path


def packed_folder(path: Path, folder: Path) -> Path:
    return packed(path, *((str(p.relative_to(folder)), p.read_bytes()) for p in folder.rglob("*") if p.is_file()))


def test_a_zipped_series_is_the_series(tmp_path: Path) -> None:
    write_series(tmp_path / "ct" / "study" / "series")
    write_dicom(tmp_path / "ct" / "report.dcm", np.ones((4, 4)), Modality="SR")
    (tmp_path / "ct" / "__MACOSX").mkdir()
    (tmp_path / "ct" / "__MACOSX" / "._x").write_bytes(b"junk")
    study = read(packed_folder(tmp_path / "ct.zip", tmp_path / "ct"))
    plain = read(tmp_path / "ct")
    assert np.array_equal(study.array, plain.array)
    assert study.info.sha256 == plain.info.sha256
    assert study.info.spacing == plain.info.spacing


def test_one_file_of_another_kind_is_read_out_of_its_zip(tmp_path: Path) -> None:
    block = np.random.default_rng(0).random((4, 5, 6)).astype(np.float32)
    data = write_nifti(tmp_path / "scan.nii.gz", block).read_bytes()
    assert np.array_equal(read(packed(tmp_path / "a.zip", ("x/scan.nii.gz", data))).array, block)
    film = packed(tmp_path / "b.zip", ("film.dcm", write_dicom(tmp_path / "f.dcm", np.eye(9)).read_bytes()))
    assert read(film).info.shape == (9, 9)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("L", (20, 20)).save(out, format="PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([("../../evil.png", picture())], "BED-FILE-008"),
        ([("/etc/evil.png", picture())], "BED-FILE-008"),
        ([("C:\\evil.png", picture())], "BED-FILE-008"),
        ([("a\\..\\..\\evil.png", picture())], "BED-FILE-008"),
        ([("a.png", picture()), ("b.png", picture())], "BED-FILE-006"),
        ([], "BED-FILE-006"),
        ([("letter.txt", b"words")], "BED-FILE-006"),
        ([("rec.hea", b"rec 1 360 100\nrec.dat 16 200 12 0 0 0 0 II\n")], "BED-FILE-003"),
    ],
)
def test_what_cannot_be_read_out_of_a_zip_is_refused(
    tmp_path: Path, entries: list[tuple[str, bytes]], code: str
) -> None:
    path = packed(tmp_path / "a.zip", *entries)
    if entries:
        assert refused(path) == code
    else:  # an empty zip has no entry to begin with, and so another first byte
        assert refused(path) in {"BED-FILE-003", "BED-FILE-006"}


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("film.png")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert refused(tmp_path / "a.zip") == "BED-FILE-008"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = packed(tmp_path / "a.zip", *((f"{k}.dcm", bytes(20_000_000)) for k in range(10)))
    assert bomb.stat().st_size < 250_000
    began = time.perf_counter()
    assert refused(bomb, limit=10**9) == "BED-FILE-008"
    assert refused(bomb, limit=10**8) == "BED-FILE-004"
    assert time.perf_counter() - began < 1


def test_a_zip_that_declares_less_than_it_holds_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", ("a.png", picture() + bytes(5_000_000)))
    data = path.read_bytes()
    real = (5_000_000 + len(picture())).to_bytes(4, "little")
    assert data.count(real) == 2
    path.write_bytes(data.replace(real, (60).to_bytes(4, "little")))
    assert refused(path) == "BED-FILE-003"


def test_a_locked_zip_is_refused(tmp_path: Path) -> None:
    data = bytearray(packed(tmp_path / "a.zip", ("a.png", picture())).read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(bytes(data))
    assert refused(tmp_path / "a.zip") == "BED-FILE-003"


@pytest.fixture
def disc(tmp_path: Path) -> Path:
    """A CD as pydicom's tests carry it: a DICOMDIR and folders of CR, CT and MR files."""
    listed = get_testdata_file("DICOMDIR", download=False)
    if listed is None:
        pytest.skip("this build of pydicom carries no test files")
    return Path(shutil.copytree(Path(str(listed)).parent, tmp_path / "disc"))


def test_a_dicomdir_leads_to_its_longest_series(disc: Path) -> None:
    study = read(disc / "DICOMDIR")
    assert study.info.kind == "volume"
    assert any("Not read:" in note for note in study.info.notes)
    assert np.array_equal(study.array, read(disc).array)


def test_a_dicomdir_is_copied_with_what_it_lists(disc: Path, tmp_path: Path) -> None:
    parts = companions(disc / "DICOMDIR", 10**9)
    assert len(parts) > 20
    copy = copy_in(disc / "DICOMDIR", tmp_path / "copies", 10**9)
    shutil.rmtree(disc)
    assert read(copy).info.kind == "volume"
    folder = copy_in(copy.parent, tmp_path / "again", 10**9)
    assert np.array_equal(read(folder).array, read(copy).array)


def test_a_dicomdir_alone_is_refused(disc: Path, tmp_path: Path) -> None:
    alone = Path(shutil.copy(disc / "DICOMDIR", tmp_path / "DICOMDIR"))
    assert refused(alone) == "BED-FILE-001"


def test_a_dicomdir_that_points_outside_is_refused(disc: Path, tmp_path: Path) -> None:
    data = (disc / "DICOMDIR").read_bytes()
    inside = data.index(b"77654033\\")
    (disc / "DICOMDIR").write_bytes(data[:inside] + b"../../.." + data[inside + 8 :])
    assert refused(disc / "DICOMDIR") == "BED-FILE-003"
