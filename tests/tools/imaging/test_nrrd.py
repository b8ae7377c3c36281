"""NRRD volumes: axes, spacing and orientation from the header, every encoding, damage."""

from __future__ import annotations

import bz2
import gzip
from pathlib import Path

import numpy as np
import pytest
from support.data import data_folder

from bedside.core.errors import ImageReadError
from bedside.core.study import Study
from bedside.tools.imaging.assembly import VolumeStudy
from bedside.tools.imaging.door import open_file

BLOCK = np.arange(2 * 3 * 4, dtype=np.int16).reshape(2, 3, 4)
FIELDS = {
    "type": "short",
    "dimension": "3",
    "space": "left-posterior-superior",
    "sizes": "2 3 4",
    "space directions": "(0.5,0,0) (0,0.75,0) (0,0,2)",
    "kinds": "domain domain domain",
    "endian": "little",
    "encoding": "raw",
    "space origin": "(10,20,30)",
}


def write(path: Path, data: bytes | None = None, *, newline: str = "\n", **changed: str | None) -> Path:
    fields = {**FIELDS, **{key.replace("_", " "): value for key, value in changed.items()}}
    lines = ["NRRD0004", "# made here", *(f"{key}: {value}" for key, value in fields.items() if value is not None)]
    samples = BLOCK.tobytes(order="F") if data is None else data
    path.write_bytes((newline.join(lines) + newline * 2).encode() + samples)
    return path


def read(path: Path, limit: int = 10_000_000) -> Study:
    return open_file(path, attachment_id="A1", limit_bytes=limit)


def test_axes_spacing_and_origin_become_ras(tmp_path: Path) -> None:
    study = read(write(tmp_path / "a.nrrd"))
    assert np.array_equal(study.array, BLOCK[::-1, ::-1])
    assert study.info.spacing == (0.5, 0.75, 2.0)
    assert isinstance(study, VolumeStudy)
    assert study.stored_axes == ("L", "P", "S")
    assert study.affine is not None
    # LPS (10, 20, 30) is RAS (-10, -20, 30); the last stored voxel of each turned axis comes first.
    assert study.affine[:3, 3] == pytest.approx((-10 - 0.5, -20 - 2 * 0.75, 30))
    assert study.info.orientation == "RAS"


@pytest.mark.parametrize(
    ("space", "origin"),
    [("right-anterior-superior", (10, 20, 30)), ("LAS", (-10.5, 20, 30)), ("LPS", (-10.5, -21.5, 30))],
)
def test_each_space_means_what_it_says(tmp_path: Path, space: str, origin: tuple[float, ...]) -> None:
    affine = read(write(tmp_path / "a.nrrd", space=space)).affine
    assert affine is not None
    assert affine[:3, 3] == pytest.approx(origin)


@pytest.mark.parametrize("encoding", ["raw", "gzip", "bz2", "hex", "ascii"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_encoding_gives_the_same_samples(tmp_path: Path, encoding: str, newline: str) -> None:
    raw = BLOCK.tobytes(order="F")
    data = {
        "raw": raw,
        "gzip": gzip.compress(raw),
        "bz2": bz2.compress(raw),
        "hex": raw.hex().encode(),
        "ascii": " ".join(map(str, BLOCK.ravel(order="F"))).encode(),
    }[encoding]
    study = read(write(tmp_path / "a.nrrd", data, encoding=encoding, newline=newline))
    assert np.array_equal(study.array, BLOCK[::-1, ::-1])


def test_big_endian_samples_are_turned(tmp_path: Path) -> None:
    study = read(write(tmp_path / "a.nrrd", BLOCK.astype(">i2").tobytes(order="F"), endian="big"))
    assert np.array_equal(study.array, BLOCK[::-1, ::-1])


def test_only_spacings_means_that_left_and_right_are_not_known(tmp_path: Path) -> None:
    plain = write(tmp_path / "a.nrrd", space=None, space_directions=None, space_origin=None, spacings="1 2 3")
    info = read(plain).info
    assert info.spacing == (1.0, 2.0, 3.0)
    assert any("left and right" in note for note in info.notes)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"space_directions": None}, "BED-FILE-005"),
        ({"space_directions": "(0,0,0) (0,1,0) (0,0,1)"}, "BED-FILE-005"),
        ({"space_directions": "(1,0,0) (1,0,0) (0,0,1)"}, "BED-FILE-005"),
        ({"space_directions": "(nan,0,0) (0,1,0) (0,0,1)"}, "BED-FILE-005"),
        ({"space_directions": "none (0,1,0) (0,0,1)"}, "BED-FILE-005"),
        ({"sizes": "2 3 -4"}, "BED-FILE-005"),
        ({"sizes": "24 1 1"}, "BED-FILE-005"),
        ({"sizes": "2 3 4000"}, "BED-FILE-003"),
        ({"sizes": "20000 30000 4000"}, "BED-FILE-004"),
        ({"dimension": "4"}, "BED-FILE-005"),
        ({"kinds": "RGB-color domain domain"}, "BED-FILE-005"),
        ({"space_units": '"m" "m" "m"'}, "BED-FILE-005"),
        ({"type": "block"}, "BED-FILE-003"),
        ({"encoding": "zip"}, "BED-FILE-003"),
        ({"encoding": "gzip"}, "BED-FILE-003"),
        ({"data_file": "../../etc/passwd"}, "BED-FILE-003"),
        ({"byte_skip": "-7"}, "BED-FILE-003"),
    ],
)
def test_impossible_headers_are_refused(tmp_path: Path, changed: dict[str, str | None], code: str) -> None:
    with pytest.raises(ImageReadError) as caught:
        read(write(tmp_path / "a.nrrd", **changed))
    assert caught.value.code == code


def test_a_small_file_that_unpacks_to_more_than_it_announces_is_not_unpacked_whole(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert read(write(tmp_path / "a.nrrd", bomb, encoding="gzip")).array.max() == 0


@pytest.mark.data
def test_real_files_have_the_size_and_spacing_of_their_headers() -> None:
    folder = data_folder() / "pyradiomics_nrrd"
    study = read(folder / "brain1_image.nrrd", 10**9)
    assert study.info.shape == (256, 256, 25)
    assert study.info.spacing == pytest.approx((0.78125, 0.78125, 6.5))
    label = read(folder / "brain1_label.nrrd", 10**9)
    assert label.affine is not None
    assert study.affine is not None
    assert np.allclose(label.affine, study.affine)
    # The tumour that is outlined is brighter than the head as a whole.
    assert study.array[label.array == 1].mean() > study.array.mean()
