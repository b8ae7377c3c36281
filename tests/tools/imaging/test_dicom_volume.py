"""Folders of DICOM slices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.data import data_folder
from support.image_files import write_dicom, write_series

from bedside.core.errors import ImageReadError
from bedside.tools.imaging.assembly import VolumeStudy
from bedside.tools.imaging.door import open_file

LIMIT = 50_000_000


def test_slices_are_sorted_by_position_and_turned_to_ras(tmp_path: Path) -> None:
    study = open_file(write_series(tmp_path / "ct"), attachment_id="A1", limit_bytes=LIMIT)
    assert study.info.shape == (10, 8, 6)
    assert study.info.spacing == pytest.approx((0.9, 0.7, 2.5))
    assert np.array_equal(study.array[0, 0], np.arange(6))
    assert (study.info.value_unit, study.info.orientation, study.info.body_part) == ("HU", "RAS", "HEAD")
    assert isinstance(study, VolumeStudy)
    assert study.stored_axes == ("L", "P", "S")
    assert study.affine is not None
    # The first DICOM pixel is at LPS (-10, -20), so RAS (10, 20); nine columns on, patient left, is 10 - 8.1.
    assert study.affine[:3, 3] == pytest.approx((10 - 9 * 0.9, 20 - 7 * 0.7, 0.0))


def test_of_several_series_the_longest_is_taken_and_noted(tmp_path: Path) -> None:
    write_series(tmp_path, count=3, uid="1.2.9")
    study = open_file(write_series(tmp_path, count=5, uid="1.2.4"), attachment_id="A1", limit_bytes=LIMIT)
    assert study.info.shape[2] == 5
    assert any("2 series" in note for note in study.info.notes)


def test_a_missing_slice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageReadError, match="slices are missing"):
        open_file(write_series(tmp_path, skip=3), attachment_id="A1", limit_bytes=LIMIT)


def test_two_slices_in_one_place_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageReadError, match="same place"):
        open_file(write_series(tmp_path, step=0.0), attachment_id="A1", limit_bytes=LIMIT)


def test_one_slice_is_no_volume(tmp_path: Path) -> None:
    with pytest.raises(ImageReadError, match="one slice"):
        open_file(write_series(tmp_path, count=1), attachment_id="A1", limit_bytes=LIMIT)


@pytest.mark.parametrize(("make", "code"), [(False, "BED-FILE-001"), (True, "BED-FILE-006")])
def test_a_folder_without_slices_is_refused(tmp_path: Path, make: bool, code: str) -> None:
    if make:
        (tmp_path / "note.txt").write_text("nothing here")
        write_dicom(tmp_path / "plain.dcm", np.ones((8, 8)))
    with pytest.raises(ImageReadError) as caught:
        open_file(tmp_path, attachment_id="A1", limit_bytes=LIMIT)
    assert caught.value.code == code


def test_a_series_over_the_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageReadError) as caught:
        open_file(write_series(tmp_path), attachment_id="A1", limit_bytes=1_500)
    assert caught.value.code == "BED-FILE-004"


def multiframe(path: Path, positions: list[float]) -> Path:
    """An enhanced file: frame k holds k everywhere, at z = positions[k]; its geometry is in functional groups."""
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence

    def item(**tags: object) -> Dataset:
        made = Dataset()
        for name, value in tags.items():
            setattr(made, name, value)
        return made

    frames = [item(PlanePositionSequence=Sequence([item(ImagePositionPatient=[0.0, 0.0, z])])) for z in positions]
    shared = item(
        PlaneOrientationSequence=Sequence([item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])]),
        PixelMeasuresSequence=Sequence([item(PixelSpacing=[1.0, 1.0], SliceThickness=2.0)]),
    )
    pixels = np.broadcast_to(np.arange(len(positions))[:, None, None], (len(positions), 8, 10))
    return write_dicom(
        path,
        pixels.reshape(-1, 10),
        Modality="MR",
        Rows=8,
        NumberOfFrames=len(positions),
        SharedFunctionalGroupsSequence=Sequence([shared]),
        PerFrameFunctionalGroupsSequence=Sequence(frames),
    )


def test_an_enhanced_multi_frame_file_is_a_volume_in_order_of_position(tmp_path: Path) -> None:
    study = open_file(multiframe(tmp_path / "a.dcm", [4.0, 0.0, 2.0]), attachment_id="A1", limit_bytes=LIMIT)
    assert study.info.shape == (10, 8, 3)
    assert study.info.spacing == pytest.approx((1, 1, 2))
    assert study.array[0, 0].tolist() == [1, 2, 0]


def test_frames_without_positions_are_refused(tmp_path: Path) -> None:
    path = write_dicom(tmp_path / "loop.dcm", np.ones((24, 10)), Modality="US", Rows=8, NumberOfFrames=3)
    with pytest.raises(ImageReadError, match="several frames"):
        open_file(path, attachment_id="A1", limit_bytes=LIMIT)


@pytest.mark.data
def test_a_real_jpeg2000_series_has_air_and_bone() -> None:
    folder = data_folder() / "totalsegmentator_examples" / "example_ct_dicom"
    study = open_file(folder, attachment_id="A1", limit_bytes=10**9)
    assert study.info.spacing == pytest.approx((0.9765625, 0.9765625, 2.0))
    assert study.array.min() < -900
    assert study.array.max() > 700
