"""What a tool leaves: pictures, masks on the file's own grid, and DICOM SEG and SR over its series."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from PIL import Image
from support.data import data_folder
from support.image_files import multiframe, write_dicom, write_nifti, write_series

from bedside.core.evidence import Source
from bedside.core.measurement import Measurement
from bedside.core.study import Study
from bedside.tools.imaging.door import open_file
from bedside.tools.imaging.export import Written, write
from bedside.tools.imaging.export.codes import OWN_SCHEME, quantity, structure, unit
from bedside.tools.imaging.export.grids import save_nifti
from bedside.tools.imaging.export.palette import COLOURS, cielab
from bedside.tools.imaging.export.picture import view_of

BY = Source(type="expert", id="lungs_of_test", version="1.0", title="Lungs of the test")
CT = "1.2.840.10008.5.1.4.1.1.2"
SERIES = {
    "SOPClassUID": CT,
    "StudyInstanceUID": "1.2.9",
    "FrameOfReferenceUID": "1.2.10",
    "SliceThickness": 2.5,
    "PatientID": "P-77",
    "PatientBirthDate": "19700101",
    "StudyDate": "20240331",
}


def opened(path: Path) -> Study:
    return open_file(path, attachment_id="A1", limit_bytes=10**9)


def read(written: Written, ending: str) -> Path:
    (path,) = (Path(a.path) for a in written.artefacts if a.path.endswith(ending))
    return path


def two_blocks(study: Study) -> dict[str, np.ndarray]:
    """Two lopsided regions, so that a flip along any axis would show."""
    left, right = np.zeros(study.array.shape, bool), np.zeros(study.array.shape, bool)
    left[1:4, 2:7, 1:3] = True
    right[5:9, 1:3, 2:5] = True
    right[5, 5, 4] = True
    return {"left lung": left, "right lung": right}


def colours(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path, formats=["PNG"]).convert("RGB")).reshape(-1, 3)


@pytest.mark.parametrize("axes", ["RAS", "LIA", "PSR"])
def test_a_mask_is_written_on_the_grid_of_the_file(tmp_path: Path, axes: str) -> None:
    volume = np.random.default_rng(0).normal(size=(12, 14, 10)).astype(np.float32)
    volume[:3, 4:9, 2:7] = 77
    image = nib.Nifti1Image(volume, np.diag([3.0, 2.0, 1.0, 1.0]))
    turn = nib.orientations.ornt_transform(
        nib.orientations.axcodes2ornt("RAS"), nib.orientations.axcodes2ornt(tuple(axes))
    )
    nib.save(image.as_reoriented(turn), tmp_path / "a.nii")
    study = opened(tmp_path / "a.nii")
    stored, mask = nib.load(tmp_path / "a.nii"), nib.load(save_nifti(study, study.array == 77, tmp_path / "b/m.nii.gz"))
    assert mask.affine == pytest.approx(stored.affine)
    assert np.array_equal(np.asarray(mask.dataobj) == 1, stored.get_fdata() == 77)


def test_a_nifti_gets_pictures_and_nifti_masks_and_is_told_why_no_seg(tmp_path: Path) -> None:
    study = opened(write_nifti(tmp_path / "a.nii", np.random.default_rng(0).random((10, 9, 8)).astype(np.float32)))
    masks = {**two_blocks(study), "nothing": np.zeros(study.array.shape, bool)}
    written = write(study, masks, (), tmp_path / "out", by=BY)
    assert written.refusal is not None
    assert written.refusal.code == "BED-EXPORT-001"
    assert set(written.regions) == {"left lung", "right lung"}
    assert [a.media_type for a in written.artefacts] == ["image/png", "application/gzip", "application/gzip"]
    region = written.regions["right lung"]
    assert region.box == ((5, 9), (1, 6), (2, 5))
    assert np.array_equal(np.asarray(nib.load(region.mask_path).dataobj) > 0, masks["right lung"])
    assert masks["right lung"][:, :, region.slice].sum() == masks["right lung"].sum(axis=(0, 1)).max()
    drawn = {tuple(int(v) for v in c) for c in np.unique(colours(Path(region.overlay_path)), axis=0)}
    assert {COLOURS[0], COLOURS[1]} <= drawn


def test_the_mosaic_shows_the_slice_of_each_mask_in_rising_order(tmp_path: Path) -> None:
    study = opened(write_nifti(tmp_path / "a.nii", np.zeros((20, 20, 60), np.float32) + np.arange(60), np.eye(4)))
    early, late = np.zeros((20, 20, 60), bool), np.zeros((20, 20, 60), bool)
    early[5:9, 5:9, 0:50] = True
    early[4:12, 5:9, 7] = True
    late[10:14, 5:9, 10:60] = True
    late[10:18, 5:9, 53] = True
    view = view_of(study, {"early": early, "late": late})
    assert {7, 53} <= set(view.slices)
    assert list(view.slices) == sorted(set(view.slices))
    assert len(view.slices) == 12


def test_thick_slices_are_shown_as_they_were_cut(tmp_path: Path) -> None:
    thick = opened(write_nifti(tmp_path / "a.nii", np.zeros((20, 20, 20), np.float32), np.diag([1.0, 4.0, 1.0, 1.0])))
    assert view_of(thick, {"all": np.ones((20, 20, 20), bool)}).axis == 1


@pytest.mark.parametrize(("spacing", "bar"), [([0.5, 0.5], True), (None, False)])
def test_a_film_has_a_scale_bar_only_where_its_spacing_is_known(tmp_path: Path, spacing: Any, bar: bool) -> None:
    film = np.full((80, 60), 700)
    film[20:50, 10:40] = 1200
    study = opened(write_dicom(tmp_path / "a.dcm", film, Modality="DX", PixelSpacing=spacing))
    written = write(study, {}, (), tmp_path, by=BY, boxes={"shadow": ((20, 50), (10, 40))})
    picture = np.asarray(Image.open(read(written, "-overlay.png"), formats=["PNG"]).convert("RGB")).astype(int)
    assert (picture == COLOURS[0]).all(axis=2).any()
    foot = picture[880:900, 8:60]  # where the bar lies on a film 900 pixels high
    assert bool((foot == 255).all(axis=2).any()) is bar
    assert written.regions["shadow"].box == ((20, 50), (10, 40))


def test_every_colour_can_be_told_from_every_other_in_lightness_or_hue() -> None:
    seen = [cielab(c) for c in COLOURS]
    apart = [np.linalg.norm(np.subtract(a, b)) for i, a in enumerate(seen) for b in seen[:i]]
    assert min(apart) > 20
    assert cielab((255, 255, 255)) == pytest.approx((100, 0, 0), abs=0.02)
    assert cielab((255, 0, 0)) == pytest.approx((53.24, 80.09, 67.20), abs=0.1)


def test_structures_and_numbers_have_codes_or_say_that_they_have_none() -> None:
    from pydicom.sr.codedict import codes

    assert structure("hippocampus anterior")[1] == codes.SCT.Hippocampus
    assert structure("left lung")[1:] == (codes.SCT.Lung, codes.SCT.Left) or structure("left lung")[2] is None
    assert structure("spleen")[1] == codes.SCT.Spleen
    assert structure("intracranial volume")[1] == codes.SCT.CranialCavity
    assert structure("thing of the bundle")[1].scheme_designator == OWN_SCHEME
    assert structure("brain tumour")[0] == codes.SCT.MorphologicallyAbnormalStructure
    assert quantity("volume") == codes.SCT.Volume
    assert quantity("wobble").scheme_designator == OWN_SCHEME
    assert (unit("mm3").value, unit("mm3").scheme_designator) == ("mm3", "UCUM")


def check_seg(path: Path, study: Study, masks: dict[str, np.ndarray], files: list[Path]) -> None:
    """The SEG refers to the source images and to no other, lies where they lie, and gives back the masks."""
    import highdicom as hd
    import pydicom

    segmentation = hd.seg.segread(path)
    read = [pydicom.dcmread(f, stop_before_pixels=True) for f in files]
    sources = {str(d.file_meta.MediaStorageSOPInstanceUID): d for d in read}
    referred = {str(uid) for _, _, uid in segmentation.get_source_image_uids()}
    assert referred == set(sources)
    first = next(iter(sources.values()))
    assert segmentation.StudyInstanceUID == first.StudyInstanceUID or not first.StudyInstanceUID
    assert segmentation.PatientID == first.PatientID
    assert segmentation.FrameOfReferenceUID == first.FrameOfReferenceUID
    back = segmentation.get_pixels_by_source_instance(list(study.instances), combine_segments=False)
    assert back.shape == (len(study.instances), first.Rows, first.Columns, len(masks))
    for number, (label, mask) in enumerate(masks.items()):
        described = segmentation.SegmentSequence[number]
        assert described.SegmentLabel == label
        # The source's own pixel grid, through the geometry of its tags and not through Bedside's.
        for frame, uid in enumerate(study.instances):
            rows, columns = np.nonzero(back[frame, :, :, number])
            assert mask[voxels(study, points(sources[uid], rows, columns))].all()
        assert int(back[..., number].sum()) == int(mask.sum())


def points(source: Any, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Where pixels of a source image lie, (pixel, RAS mm), by PS3.3 C.7.6.2.1.1."""
    origin = np.asarray(source.ImagePositionPatient, float)
    along, down = np.asarray(source.ImageOrientationPatient, float).reshape(2, 3)
    step = np.asarray(source.PixelSpacing, float)
    found = origin + np.outer(columns * step[1], along) + np.outer(rows * step[0], down)
    return np.asarray(found * (-1, -1, 1))


def voxels(study: Study, places: np.ndarray) -> tuple[np.ndarray, ...]:
    """The voxels of the Study at places given in RAS mm, which must be their middles."""
    assert study.affine is not None
    exact = nib.affines.apply_affine(np.linalg.inv(study.affine), places)
    assert np.abs(exact - np.round(exact)).max(initial=0.0) < 1e-3
    return tuple(np.round(exact).astype(int).T)


def test_a_seg_over_a_made_series_comes_back_voxel_for_voxel(tmp_path: Path) -> None:
    folder = write_series(tmp_path / "ct", **SERIES)
    study = opened(folder)
    masks = two_blocks(study)
    written = write(study, masks, (), tmp_path / "out", by=BY)
    assert written.refusal is None
    check_seg(read(written, "-seg.dcm"), study, masks, sorted(folder.iterdir()))


def test_a_slanted_series_stored_head_first_comes_back_too(tmp_path: Path) -> None:
    turned = {"ImageOrientationPatient": [0, 1, 0, 0, 0, -1], "SOPClassUID": CT}
    folder = tmp_path / "sagittal"
    folder.mkdir()
    for k in range(6):
        tags = {**SERIES, **turned, "Modality": "MR", "SeriesInstanceUID": "1.2.3", "PixelSpacing": [0.7, 0.9]}
        write_dicom(folder / f"{k}.dcm", np.full((8, 10), k), ImagePositionPatient=[-3.0 * k, 5.0, 9.0], **tags)
    study = opened(folder)
    mask = np.zeros(study.array.shape, bool)
    mask[1:3, 2:7, 1:4] = mask[5, 0, 0] = True
    written = write(study, {"lesion": mask}, (), tmp_path / "out", by=BY)
    check_seg(read(written, "-seg.dcm"), study, {"lesion": mask}, sorted(folder.iterdir()))


@pytest.mark.parametrize("pack", ["zip", "file"])
def test_the_series_is_found_again_in_a_zip_and_in_an_enhanced_file(tmp_path: Path, pack: str) -> None:
    if pack == "zip":
        path = tmp_path / "ct.zip"
        with zipfile.ZipFile(path, "w") as made:
            for file in write_series(tmp_path / "ct", **SERIES).iterdir():
                made.write(file, file.name)
    else:
        tags = {"StudyInstanceUID": "1.2.9", "SeriesInstanceUID": "1.2.3", "FrameOfReferenceUID": "1.2.10"}
        path = multiframe(tmp_path / "mr.dcm", [0.0, 2.0, 4.0, 6.0], PatientID="P-77", **tags)
    study = opened(path)
    mask = study.array == np.unique(study.array)[2]
    written = write(study, {"lesion": mask}, (), tmp_path / "out", by=BY)
    if pack == "zip":
        assert written.refusal is None
        check_seg(read(written, "-seg.dcm"), study, {"lesion": mask}, sorted((tmp_path / "ct").iterdir()))


def test_a_series_that_is_gone_is_a_reason_and_the_rest_is_written(tmp_path: Path) -> None:
    folder = write_series(tmp_path / "ct", **SERIES)
    study = opened(folder)
    next(iter(folder.iterdir())).unlink()
    written = write(study, two_blocks(study), (), tmp_path / "out", by=BY)
    assert written.refusal is not None
    assert written.refusal.code == "BED-EXPORT-002"
    assert written.notes == (written.refusal.why,)
    assert read(written, "-left-lung.nii.gz").is_file()


def test_a_series_stripped_of_its_identifiers_gets_some_and_a_note(tmp_path: Path) -> None:
    folder = write_series(tmp_path / "bare", FrameOfReferenceUID="1.2.10", SOPInstanceUID="", SOPClassUID=CT)
    study = opened(folder)
    written = write(study, two_blocks(study), (), tmp_path / "out", by=BY)
    assert written.refusal is None
    assert "identifiers made from its content" in written.notes[0]


def test_the_sr_holds_each_number_with_its_unit_spread_and_segment(tmp_path: Path) -> None:
    import highdicom as hd

    study = opened(write_series(tmp_path / "ct", **SERIES))
    masks = two_blocks(study)
    measured = (
        Measurement(label="left lung", name="volume", value=12.5, unit="mL", low=12.0, high=13.5),
        Measurement(label="right lung", name="volume", value=20.25, unit="mL"),
        Measurement(label="", name="ratio", value=0.47, unit="1"),
    )
    written = write(study, masks, measured, tmp_path / "out", by=BY)
    assert written.refusal is None
    report = hd.sr.srread(read(written, "-sr.dcm"))
    assert report.PatientID == "P-77"
    assert "research" in report.SeriesDescription.lower()
    segmentation = hd.seg.segread(read(written, "-seg.dcm"))
    groups = report.content.get_volumetric_roi_measurement_groups()
    assert [g.tracking_identifier for g in groups] == ["lungs_of_test left lung", "lungs_of_test right lung"]
    assert [g.tracking_uid for g in groups] == [
        s.tracking_uid for s in map(segmentation.get_segment_description, (1, 2))
    ]
    assert [g.referenced_segment.referenced_sop_instance_uid for g in groups] == [segmentation.SOPInstanceUID] * 2
    (left,), (right,) = (g.get_measurements() for g in groups)
    assert (left.value, left.unit.value, left.unit.scheme_designator) == (12.5, "mL", "UCUM")
    assert right.value == 20.25
    (whole,) = report.content.get_image_measurement_groups()
    assert whole.get_measurements()[0].value == 0.47
    assert "lower" in str(report).lower()


def test_the_same_call_writes_the_same_objects(tmp_path: Path) -> None:
    import highdicom as hd

    study = opened(write_series(tmp_path / "ct", **SERIES))
    uids = []
    for folder in ("a", "b"):
        written = write(study, two_blocks(study), (), tmp_path / folder, by=BY)
        uids.append(hd.seg.segread(read(written, "-seg.dcm")).SOPInstanceUID)
    assert uids[0] == uids[1]


def test_a_film_gets_a_seg_and_a_score_alone_an_sr(tmp_path: Path) -> None:
    import highdicom as hd

    tags = {"StudyInstanceUID": "1.2.9", "SeriesInstanceUID": "1.2.3", "PatientID": "P-77", "ViewPosition": "PA"}
    film = np.random.default_rng(0).integers(0, 4000, (60, 50))
    study = opened(write_dicom(tmp_path / "a.dcm", film, Modality="DX", PixelSpacing=[0.5, 0.5], **tags))
    mask = np.zeros((60, 50), bool)
    mask[10:30, 5:20] = True
    area = Measurement(label="right lung", name="area", value=75.0, unit="mm2")
    written = write(study, {"right lung": mask}, (area,), tmp_path / "out", by=BY)
    assert written.refusal is None
    segmentation = hd.seg.segread(read(written, "-seg.dcm"))
    assert np.array_equal(segmentation.pixel_array.reshape(60, 50) > 0, mask)
    report = hd.sr.srread(read(written, "-sr.dcm"))
    assert report.content.get_planar_roi_measurement_groups()[0].get_measurements()[0].value == 75.0
    score = Measurement(label="", name="probability", value=0.83, unit="1", low=0.8, high=0.9)
    alone = write(study, {}, (score,), tmp_path / "alone", by=BY)
    (found,) = hd.sr.srread(read(alone, "-sr.dcm")).content.get_image_measurement_groups()
    assert found.get_measurements()[0].value == 0.83


@pytest.mark.data
def test_a_seg_over_the_real_ct_series_loads_over_its_source(tmp_path: Path) -> None:
    folder = data_folder() / "totalsegmentator_examples" / "example_ct_dicom"
    study = opened(folder)
    masks = {"bone": study.array > 300, "left lung": study.array < -500}
    masks["left lung"][: study.array.shape[0] // 2] = False
    volume = Measurement(label="bone", name="volume", value=1.0, unit="mL")
    written = write(study, masks, (volume,), tmp_path, by=BY)
    assert written.refusal is None
    assert "identifiers made from its content" in written.notes[0]  # this series was stripped of them
    check_seg(read(written, "-seg.dcm"), study, masks, sorted(folder.iterdir()))
