"""The rhythm expert: what it says of a real record, and what it refuses."""

from __future__ import annotations

import importlib.util
import itertools
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from support.data import data_folder
from support.ecg import flat, hum, muscle, saturated, sinus, white
from support.image_files import write_nifti

from bedside.core.evidence import EvidenceKind
from bedside.core.settings import Settings
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.experts.ecg_rhythm import EcgRhythm
from bedside.tools.experts.ecg_windows import Lead, Reading, choose_lead, window_starts
from bedside.tools.imaging.door import open_file

needs_openecg = pytest.mark.skipif(importlib.util.find_spec("openecg") is None, reason="openecg needs Python 3.11")


def run(path: Path, output: Path) -> ToolResult:
    study = open_file(path, attachment_id="A1", limit_bytes=10**9)
    return EcgRhythm(Settings()).run(ToolRequest(question="what rhythm is this?", study=study, output=output))


def csv(folder: Path, *leads: NDArray[np.floating], names: str = "II", rate: int = 500) -> Path:
    path = folder / "ecg.csv"
    np.savetxt(path, np.stack(leads, axis=1), delimiter=",", fmt="%.4f", header=f"# fs={rate}\n{names}", comments="")
    return path


@needs_openecg
@pytest.mark.data
def test_mit_bih_100_is_sinus_rhythm_near_75_with_premature_beats(tmp_path: Path) -> None:
    result = run(data_folder() / "wfdb_ecg" / "100.dat", tmp_path)
    rhythm, premature = result.evidence
    assert result.refusal is None
    assert rhythm.statement.startswith("Sinus rhythm at 75/min (range ")
    assert rhythm.statement.endswith("of 30 ten-second windows of lead MLII.")
    assert (rhythm.kind, rhythm.value, rhythm.unit, rhythm.calibrated) == (EvidenceKind.FINDING, 75.0, "/min", False)
    assert rhythm.confidence is not None
    assert rhythm.confidence >= 0.9
    assert rhythm.region is not None
    assert rhythm.region.box == ((0, 1), (0, 650_000))
    assert premature.value == 31
    assert "31 of 2273 beats" in premature.statement
    assert all(Path(artefact.path).read_bytes().startswith(b"\x89PNG") for artefact in result.artefacts)


@needs_openecg
@pytest.mark.data
def test_the_heart_rate_agrees_with_the_reference_annotations(tmp_path: Path) -> None:
    import wfdb

    stem = data_folder() / "wfdb_ecg" / "100"
    notes = wfdb.rdann(str(stem), "atr")
    beats = np.asarray(notes.sample)[np.array(notes.symbol) != "+"]
    value = run(stem, tmp_path).evidence[0].value
    assert value == pytest.approx(60 * 360 / np.median(np.diff(beats)), abs=1)


@needs_openecg
@pytest.mark.parametrize("bpm", [60, 75, 110])
def test_the_rate_of_a_made_rhythm_is_right(tmp_path: Path, bpm: int) -> None:
    result = run(csv(tmp_path, sinus(bpm)), tmp_path)
    assert result.evidence[0].value == pytest.approx(bpm, abs=1)


@pytest.mark.parametrize(
    "signal", [white(), flat(), hum(), muscle(), saturated()], ids=["white", "flat", "hum", "muscle", "saturated"]
)
def test_noise_is_refused_for_its_quality(tmp_path: Path, signal: NDArray[np.floating]) -> None:
    result = run(csv(tmp_path, signal), tmp_path)
    assert result.evidence == ()
    assert result.refusal is not None
    assert result.refusal.code == "BED-TOOL-040"
    assert "quality" in result.refusal.why


def test_five_seconds_are_too_short(tmp_path: Path) -> None:
    refusal = run(csv(tmp_path, sinus(75, seconds=5)), tmp_path).refusal
    assert refusal is not None
    assert refusal.code == "BED-TOOL-041"


def test_without_openecg_a_good_ecg_is_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openecg.deploy", None)
    refusal = run(csv(tmp_path, sinus(75)), tmp_path).refusal
    assert refusal is not None
    assert refusal.code == "BED-TOOL-042"
    assert "bedside doctor" in refusal.do


def test_a_volume_is_refused(tmp_path: Path) -> None:
    refusal = run(write_nifti(tmp_path / "a.nii", np.ones((4, 5, 6), np.float32)), tmp_path).refusal
    assert refusal is not None
    assert refusal.code == "BED-TOOL-011"


def test_no_file_is_refused() -> None:
    refusal = EcgRhythm(Settings()).run(ToolRequest()).refusal
    assert refusal is not None
    assert refusal.code == "BED-TOOL-010"


def test_a_good_lead_is_taken_when_the_preferred_one_is_off() -> None:
    array = np.stack([flat(), sinus(75)]).astype(np.float32)
    assert choose_lead(array, ("II", "V5"), 500).name == "V5"
    assert choose_lead(array[::-1], ("V1", "II"), 500).name == "V1"
    assert choose_lead(np.stack([sinus(75), sinus(75)]).astype(np.float32), ("V5", "II"), 500).name == "II"


@pytest.mark.parametrize(("seconds", "count"), [(10, 1), (19, 1), (25, 2), (300, 30), (1800, 30)])
def test_windows_are_spread_over_the_whole_record_without_overlap(seconds: int, count: int) -> None:
    starts = window_starts(seconds * 500, 500)
    assert len(starts) == count
    assert all(b - a >= 5000 for a, b in itertools.pairwise(starts))
    assert starts[-1] + 5000 <= seconds * 500


@needs_openecg
def test_a_stretch_of_noise_is_left_out_and_said(tmp_path: Path) -> None:
    signal = sinus(75, seconds=60)
    signal[:10_000] += 5 * muscle(seconds=20)
    rhythm = run(csv(tmp_path, signal), tmp_path).evidence[0]
    assert "of 4 ten-second windows" in rhythm.statement
    assert any("2 more windows were too noisy" in limit for limit in rhythm.limits)


def test_without_a_majority_no_rhythm_is_named() -> None:
    statement = _statement(["sinus", "afib", "avb", "bbb"], rule=False)
    assert statement.startswith("No single rhythm at 75/min")


def test_a_weak_class_is_only_possible() -> None:
    assert _statement(["bbb"] * 4, rule=False).startswith("Possible bundle branch block at 75/min in 4 of 4")


@pytest.mark.parametrize(("rule", "start"), [(True, "Atrial fibrillation"), (False, "Possible atrial fibrillation")])
def test_atrial_fibrillation_needs_the_second_rule(rule: bool, start: str) -> None:
    assert _statement(["afib"] * 4, rule=rule).startswith(start)


def _statement(rhythms: list[str], *, rule: bool) -> str:
    """The statement for given window labels, over a lead that passes the gate."""
    from bedside.core.evidence import Region
    from bedside.tools.experts import ecg_rhythm
    from bedside.tools.imaging.assembly import sealed

    signal = sinus(75, seconds=10.0 * len(rhythms)).astype(np.float32)[None]
    info = _info(signal.shape)
    lead: Lead = choose_lead(signal, ("II",), 500)
    readings = tuple(Reading(i, name, 0, 12, rule, False) for i, name in enumerate(rhythms))
    agreeing = max(rhythms.count(name) for name in rhythms)
    return ecg_rhythm._rhythm(sealed(info, signal), lead, readings, Region(study="A1"), agreeing).statement


def _info(shape: tuple[int, ...]):  # type: ignore[no-untyped-def]
    from bedside.core.study import Modality, StudyInfo

    return StudyInfo(
        id="A1",
        kind="signal",
        modality=Modality.ECG,
        axes=("lead", "sample"),
        shape=shape,
        spacing=(1.0, 0.002),
        leads=("II",),
        sha256="0" * 64,
    )
