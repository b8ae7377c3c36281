"""The comparison: what is said of a change beyond the error and within it, what is shown, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.data import data_folder
from support.image_files import write_dicom, write_nifti, write_series
from support.moved import Bright, moved, textured

from bedside.core.answer import Refusal
from bedside.core.evidence import Evidence, EvidenceKind, Source
from bedside.core.measurement import Measurement
from bedside.core.settings import Settings
from bedside.core.study import Modality, Study
from bedside.tools.compare.brightness import differing
from bedside.tools.compare.change import changes, copies, limit, measured
from bedside.tools.compare.compare_prior import ComparePrior
from bedside.tools.compare.fit import not_comparable
from bedside.tools.contract import LabelScore, Prior, ToolRequest, ToolResult
from bedside.tools.imaging.door import open_file
from bedside.tools.imaging.export.palette import COLOURS


def opened(path: Path, name: str = "A1") -> Study:
    return open_file(path, attachment_id=name, limit_bytes=10**9)


def study(path: Path, volume: np.ndarray, name: str = "A1") -> Study:
    return opened(write_nifti(path, volume, np.eye(4)), name)


def compared(now: Study, before: Study, tool: Bright, folder: Path) -> ToolResult:
    """The comparison, with a tool that has measured both."""
    prior = Prior(
        study=before,
        now=(tool.read(now, folder),),
        before=(tool.read(before, folder),),
        again=lambda name, again, place: tool.read(again, place),
    )
    return ComparePrior(Settings(offline=True)).run(ToolRequest(study=now, prior=prior, output=folder))


def refusal(result: ToolResult) -> Refusal:
    assert result.evidence == ()
    assert result.refusal is not None
    return result.refusal


def test_a_smaller_ball_is_measured_and_shown(tmp_path: Path) -> None:
    large, small = textured(radius=9.0), textured(radius=8.2)
    earlier = moved(large, (2, 1, 0), 4.0)
    now, before = study(tmp_path / "now.nii", small), study(tmp_path / "prior.nii", earlier, "A2")
    tool = Bright()
    result = compared(now, before, tool, tmp_path / "out")
    change, brightness, alignment = result.evidence
    assert "brighter or darker" in brightness.statement
    assert brightness.value is not None and brightness.value > 0.5 * abs(change.value or 0.0)
    truth = float((small > 200).sum() - (earlier > 200).sum())
    assert change.value == pytest.approx(truth, rel=0.001)
    assert change.high is not None and change.high < 0
    assert "more than the error of measuring" in change.statement
    assert "on the prior" in change.statement
    assert [i.label for i in change.inputs] == ["now", "prior"]
    assert tool.runs == 2 + 6  # both once, and three copies of each
    assert "correlation" in alignment.statement
    assert change.region is not None
    picture = np.asarray(Image.open(change.region.overlay_path, formats=["PNG"]).convert("RGB")).reshape(-1, 3)
    drawn = {tuple(int(v) for v in c) for c in np.unique(picture, axis=0)}
    assert set(COLOURS[:2]) <= drawn
    assert result.artefacts[0].path == change.region.overlay_path
    rim = (large > 200) ^ (small > 200)
    assert change.region.slice is not None
    assert rim[:, :, change.region.slice].any()


def test_a_change_within_the_error_is_said_to_be_that(tmp_path: Path) -> None:
    volume = textured()
    now, before = (
        study(tmp_path / "now.nii", volume),
        study(tmp_path / "prior.nii", moved(volume, (0.4, 0, 0), 1), "A2"),
    )
    change = compared(now, before, Bright(), tmp_path / "out").evidence[0]
    assert change.low is not None and change.high is not None
    assert change.low <= 0 <= change.high
    assert "within the error of measuring" in change.statement
    assert "no change is shown" in change.statement


def test_two_patients_are_refused_by_what_they_show(tmp_path: Path) -> None:
    one, other = textured(0, radius=3.0), textured(1, radius=3.0)
    now, before = study(tmp_path / "a.nii", one), study(tmp_path / "b.nii", other, "A2")
    said = refusal(compared(now, before, Bright(), tmp_path))
    assert said.code == "BED-COMPARE-003"
    assert "correlate" in said.why


def test_what_no_expert_measured_is_shown_and_not_judged(tmp_path: Path) -> None:
    volume = textured()
    now, before = study(tmp_path / "a.nii", volume), study(tmp_path / "b.nii", moved(volume, (1, 0, 0), 2), "A2")
    prior = Prior(study=before, now=(), before=(), again=lambda *_: pytest.fail("nothing to measure again"))
    result = ComparePrior(Settings(offline=True)).run(ToolRequest(study=now, prior=prior, output=tmp_path))
    (evidence,) = result.evidence
    assert "only the pictures are compared" in evidence.statement
    assert Path(result.artefacts[0].path).is_file()


def test_what_cannot_be_compared_is_refused_with_the_reason(tmp_path: Path) -> None:
    volume, film = study(tmp_path / "a.nii", textured()), opened(write_dicom(tmp_path / "a.dcm", np.ones((20, 20))))
    assert "prior" in not_comparable(volume, film)
    assert "same file" in not_comparable(volume, volume)
    mr, ct = (
        replace(volume, info=volume.info.model_copy(update={"modality": m, "sha256": m.value}))
        for m in (Modality.MR, Modality.CT)
    )
    assert "MR" in not_comparable(mr, ct) and "CT" in not_comparable(mr, ct)
    assert not_comparable(mr, volume) == ""
    none = ComparePrior(Settings(offline=True)).run(ToolRequest(study=volume))
    assert refusal(none).code == "BED-COMPARE-001"


def test_files_of_two_patients_are_refused_by_their_numbers(tmp_path: Path) -> None:
    first, same, other = (
        opened(write_series(tmp_path / name, uid=uid, PatientID=number))
        for name, uid, number in (("a", "1.2.3", "P-1"), ("b", "1.2.4", "P-1"), ("c", "1.2.5", "P-2"))
    )
    assert "patient" in not_comparable(first, other)
    assert "P-2" not in not_comparable(first, other)
    assert not_comparable(first, same) == ""


def test_the_days_between_are_said_where_both_files_tell_them(tmp_path: Path) -> None:
    volume = textured()
    now, before = study(tmp_path / "a.nii", volume), study(tmp_path / "b.nii", moved(volume, (1, 0, 0), 0), "A2")
    dated = [
        replace(s, info=s.info.model_copy(update={"acquired": day}))
        for s, day in ((now, "2024-03-31"), (before, "2024-03-01"))
    ]
    assert "30 days before" in compared(dated[0], dated[1], Bright(), tmp_path).evidence[0].statement
    assert "AFTER" in compared(dated[1], dated[0], Bright(), tmp_path).evidence[0].statement


def test_a_score_is_compared_by_the_spread_that_its_expert_gives(tmp_path: Path) -> None:
    film = textured(shape=(90, 80))
    now, before = (
        opened(write_dicom(tmp_path / name, pixels.astype(int)), id_)
        for name, pixels, id_ in (("a.dcm", film, "A1"), ("b.dcm", moved(film, (2.0, 0.0), 2.0), "A2"))
    )
    results = [scored(0.35, 0.30, 0.45), scored(0.90, 0.85, 0.97)]
    prior = Prior(
        study=before, now=(results[0],), before=(results[1],), again=lambda *_: pytest.fail("spread is given")
    )
    (one,) = changes(now, prior, lambda part: None)
    assert (one.amount, one.low, one.high) == pytest.approx((-0.55, -0.67, -0.40))
    assert one.beyond_error
    near = replace_now(prior, scored(0.80, 0.70, 0.86))
    assert not changes(now, near, lambda part: None)[0].beyond_error


def scored(score: float, low: float, high: float) -> ToolResult:
    label = LabelScore(label="pneumonia", score=score, low=low, high=high, calibrated=True)
    unstated = LabelScore(label="normal", score=1 - score, low=1 - high, high=1 - low, calibrated=True)
    source = Source(type="expert", id="film_of_test", version="1.0")
    evidence = Evidence(kind=EvidenceKind.FINDING, statement="x", value=score, unit="1", source=source)
    return ToolResult(tool="film_of_test", version="1.0", evidence=(evidence,), labels=(unstated, label))


def replace_now(prior: Prior, result: ToolResult) -> Prior:
    return replace(prior, now=(result,))


def test_only_the_same_version_of_an_expert_is_compared(tmp_path: Path) -> None:
    now, before = study(tmp_path / "a.nii", textured()), study(tmp_path / "b.nii", textured(1), "A2")
    newer = scored(0.5, 0.4, 0.6).model_copy(update={"version": "2.0"})
    prior = Prior(study=before, now=(newer,), before=(scored(0.9, 0.8, 1.0),), again=lambda *_: newer)
    assert changes(now, prior, lambda part: None) == []


def test_an_expert_without_measurements_is_read_by_what_it_states_with_a_mask() -> None:
    source = Source(type="expert", id="old", version="1.0")
    said = "Intracranial volume (brain and the fluid around it) 1542 mL on this T1-weighted MRI."
    mask = Evidence(kind=EvidenceKind.MASK, statement=said, value=1542.0, unit="mL", source=source)
    (one,) = measured(ToolResult(tool="old", version="1.0", evidence=(mask,)))
    assert one == Measurement(
        label="Intracranial volume (brain and the fluid around it)", name="", value=1542.0, unit="mL"
    )


def test_the_limit_of_repeated_measurements_is_that_of_bland_and_altman() -> None:
    # Standard deviation 1 within each image, 6 degrees of freedom: sqrt(2) * t(0.975, 6) = 1.41421 * 2.44691.
    spread = [-(1.5**0.5), 0.0, 0.0, 1.5**0.5]
    assert limit([spread, [v + 7 for v in spread]]) == pytest.approx(3.4604, abs=1e-3)
    assert limit([[1.0], spread]) is None
    assert limit([]) is None


def test_what_looks_different_is_counted_in_the_outline_and_beside_it() -> None:
    gap = np.random.default_rng(0).normal(0, 0.02, (30, 30, 30)).astype(np.float32)
    region, shared = np.zeros(gap.shape, bool), np.ones(gap.shape, bool)
    region[10:20, 10:20, 10:20] = True
    gap[10, 10:20, 10:20] = -0.4
    found = differing(gap, region, shared)
    assert found is not None
    assert (found.voxels, found.outlined) == (100, 1000)
    assert found.threshold == pytest.approx(0.1, rel=0.05)
    assert found.outside < 0.001
    assert differing(gap, np.zeros(gap.shape, bool), shared) is None


def test_copies_are_shifted_a_little_and_always_alike(tmp_path: Path) -> None:
    one = study(tmp_path / "a.nii", textured())
    first, second = copies(one), copies(one)
    assert len({c.info.sha256 for c in first} | {one.info.sha256}) == 4
    for a, b in zip(first, second, strict=True):
        assert np.array_equal(a.array, b.array)
        assert 0.9 < np.corrcoef(a.array.ravel(), one.array.ravel())[0, 1] < 1.0


@pytest.mark.data
def test_a_tenth_of_a_hippocampus_taken_out_is_measured_and_shown(tmp_path: Path) -> None:
    """Shows: the change of a hippocampus is measured by its expert, told from the error, and shown."""
    from bedside.tools.registry import Toolbox, cards

    if "hippocampus" not in {card.name for card in cards()}:
        pytest.skip("the expert `hippocampus` is not here")
    tool = Toolbox(Settings(offline=True)).get("hippocampus")
    original, less = with_a_tenth_removed(tmp_path)
    now, before = opened(less), opened(original, "A2")

    def read(name: str, one: Study, folder: Path) -> ToolResult:
        return tool.run(ToolRequest(question="How large is the hippocampus?", study=one, output=folder))

    prior = Prior(study=before, now=(read("", now, tmp_path),), before=(read("", before, tmp_path),), again=read)
    assert prior.now[0].refusal is None and prior.before[0].refusal is None
    result = ComparePrior(Settings(offline=True)).run(ToolRequest(study=now, prior=prior, output=tmp_path))
    assert result.refusal is None
    volumes = [e for e in result.evidence if e.inputs]
    assert volumes and all(e.low is not None and e.high is not None for e in volumes)
    (brightness,) = [e for e in result.evidence if e.source.section == "brightness"]
    assert brightness.value is not None and brightness.value > 0  # though a network may outline what is gone
    assert all(Path(a.path).is_file() for a in result.artefacts)


def with_a_tenth_removed(folder: Path) -> tuple[Path, Path]:
    """A hippocampus crop and a copy without a tenth of it, in which its grey is that of the background beside it."""
    import nibabel as nib
    from scipy.ndimage import binary_dilation, distance_transform_edt

    data = data_folder() / "msd_hippocampus"
    image, label = (nib.load(data / part / "hippocampus_001.nii.gz") for part in ("images", "labels"))
    values, mask = np.asarray(image.dataobj, dtype=np.float32), np.asarray(label.dataobj) > 0
    tail = np.argsort(np.where(mask, np.indices(mask.shape)[1], 10**6), axis=None)[: int(mask.sum() * 0.1)]
    removed = np.zeros(mask.size, bool)
    removed[tail] = True
    removed = removed.reshape(mask.shape)
    near = binary_dilation(mask, iterations=2) & ~mask
    nearest = distance_transform_edt(~near, return_distances=False, return_indices=True)
    without = np.where(removed, values[tuple(nearest)], values)
    return (
        write_nifti(folder / "prior.nii.gz", values, image.affine),
        write_nifti(folder / "current.nii.gz", without, image.affine),
    )
