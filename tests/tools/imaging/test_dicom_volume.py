"""Folders of DICOM slices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.sequence import Sequence
from support.data import data_folder
from support.image_files import item, multiframe, write_dicom, write_series

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


def test_each_slice_knows_its_image_in_stored_order_and_the_day(tmp_path: Path) -> None:
    folder = write_series(tmp_path / "ct", StudyDate="20240331", AcquisitionDate="soon")
    study = open_file(folder, attachment_id="A1", limit_bytes=LIMIT)
    placed = {float(d.ImagePositionPatient[2]): str(d.SOPInstanceUID) for d in map(dcmread, folder.iterdir())}
    assert study.instances == tuple(placed[z] for z in sorted(placed))
    assert study.info.acquired == "2024-03-31"
    assert study.path == folder
    frames = open_file(multiframe(tmp_path / "m.dcm", [4.0, 0.0, 2.0]), attachment_id="A1", limit_bytes=LIMIT)
    file = dcmread(tmp_path / "m.dcm").SOPInstanceUID
    assert frames.instances == tuple(f"{file}#{n}" for n in (2, 3, 1))
    assert frames.info.acquired == ""


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


def test_one_slice_is_an_image_and_it_is_said(tmp_path: Path) -> None:
    study = open_file(write_series(tmp_path, count=1), attachment_id="A1", limit_bytes=LIMIT)
    assert (study.info.kind, study.info.shape) == ("image", (8, 10))
    assert any("only image" in note for note in study.info.notes)


@pytest.mark.parametrize(("films", "code"), [(None, "BED-FILE-001"), (0, "BED-FILE-006"), (2, "BED-FILE-006")])
def test_a_folder_without_a_series_is_refused(tmp_path: Path, films: int | None, code: str) -> None:
    if films is not None:
        (tmp_path / "note.txt").write_text("nothing here")
        for number in range(films):
            write_dicom(tmp_path / f"{number}.dcm", np.ones((8, 8)))
    with pytest.raises(ImageReadError) as caught:
        open_file(tmp_path, attachment_id="A1", limit_bytes=LIMIT)
    assert caught.value.code == code


def test_a_scout_and_reports_beside_a_series_are_left_out_and_said(tmp_path: Path) -> None:
    write_series(tmp_path / "a" / "deep")
    write_dicom(
        tmp_path / "scout.dcm",
        np.ones((8, 10)),
        Modality="CT",
        SeriesInstanceUID="1.2.3",
        ImagePositionPatient=[0, 0, 0],
        ImageOrientationPatient=[0, 1, 0, 0, 0, -1],
        PixelSpacing=[0.7, 0.9],
    )
    write_dicom(tmp_path / "report.dcm", np.ones((8, 8)), Modality="SR")
    study = open_file(tmp_path, attachment_id="A1", limit_bytes=LIMIT)
    assert study.info.shape == (10, 8, 6)
    assert any("Not read: CT of 1." in note for note in study.info.notes)


def test_of_two_echoes_in_one_series_the_first_is_read_and_said(tmp_path: Path) -> None:
    for echo, value in ((80, 500), (20, 100)):
        for k in range(4):
            write_dicom(
                tmp_path / f"{echo}-{k}.dcm",
                np.full((8, 10), value + k),
                Modality="MR",
                EchoTime=echo,
                SeriesInstanceUID="1.2",
                ImagePositionPatient=[0, 0, k],
                ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
                PixelSpacing=[1, 1],
            )
    study = open_file(tmp_path, attachment_id="A1", limit_bytes=LIMIT)
    assert study.array[0, 0].tolist() == [100, 101, 102, 103]
    assert any("2 times, told apart by EchoTime" in note for note in study.info.notes)


def test_oblique_slices_keep_their_true_place(tmp_path: Path) -> None:
    turned = np.array([0.8, 0.6, 0.0]), np.array([0.0, 0.0, -1.0])
    normal = np.cross(*turned)
    for k in range(3):
        write_dicom(
            tmp_path / f"{k}.dcm",
            np.arange(80).reshape(8, 10) + 100 * k,
            Modality="MR",
            SeriesInstanceUID="1",
            ImagePositionPatient=[float(v) for v in np.array([5.0, 6, 7]) + 3 * k * normal],
            ImageOrientationPatient=[float(v) for v in np.concatenate(turned)],
            PixelSpacing=[2, 1.5],
        )
    study = open_file(tmp_path, attachment_id="A1", limit_bytes=LIMIT)
    assert study.affine is not None
    for k, row, column in ((0, 0, 0), (2, 7, 9), (1, 3, 4)):
        lps = np.array([5.0, 6, 7]) + 3 * k * normal + 1.5 * column * turned[0] + 2 * row * turned[1]
        voxel = np.linalg.inv(study.affine) @ [-lps[0], -lps[1], lps[2], 1]
        at = tuple(np.round(voxel[:3]).astype(int))
        assert voxel[:3] == pytest.approx(at, abs=1e-6)
        assert study.array[at] == 100 * k + 10 * row + column


def test_a_tilted_gantry_is_said(tmp_path: Path) -> None:
    for k in range(4):
        write_dicom(
            tmp_path / f"{k}.dcm",
            np.ones((8, 10)),
            Modality="CT",
            SeriesInstanceUID="1",
            ImagePositionPatient=[0.0, 0.5 * k, 2.0 * k],
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            PixelSpacing=[1, 1],
        )
    study = open_file(tmp_path, attachment_id="A1", limit_bytes=LIMIT)
    assert any("gantry tilt" in note for note in study.info.notes)


def test_a_series_over_the_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageReadError) as caught:
        open_file(write_series(tmp_path), attachment_id="A1", limit_bytes=1_500)
    assert caught.value.code == "BED-FILE-004"


def test_of_two_times_in_an_enhanced_file_the_first_is_read(tmp_path: Path) -> None:
    path = multiframe(tmp_path / "a.dcm", [0.0, 0.0, 2.0, 2.0, 4.0, 4.0], times=[2, 1, 2, 1, 2, 1])
    study = open_file(path, attachment_id="A1", limit_bytes=LIMIT)
    assert study.array[0, 0].tolist() == [1, 3, 5]
    assert any("TemporalPositionIndex" in note for note in study.info.notes)


def test_frames_are_rescaled_windowed_and_placed_by_their_groups(tmp_path: Path) -> None:
    path = multiframe(
        tmp_path / "a.dcm",
        [0.0, 2.0],
        PixelValueTransformationSequence=Sequence([item(RescaleSlope=10, RescaleIntercept=-5, RescaleType="US")]),
        FrameVOILUTSequence=Sequence([item(WindowCenter=0.5, WindowWidth=11)]),
        FrameAnatomySequence=Sequence(
            [item(FrameLaterality="U", AnatomicRegionSequence=Sequence([item(CodeValue="12738006")]))]
        ),
    )
    info = (study := open_file(path, attachment_id="A1", limit_bytes=LIMIT)).info
    assert study.array[0, 0].tolist() == [-5, 5]
    assert (info.body_part, info.laterality) == ("BRAIN", "unpaired")
    assert info.display == ((-5.0, 0.0), (5.0, 1.0))


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
