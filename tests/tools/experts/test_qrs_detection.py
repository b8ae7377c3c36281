"""R-peak detectors, heart rate, premature beats."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from support.data import data_folder
from support.ecg import sinus

from bedside.tools.experts.qrs_detection import agreement, energy_peaks, heart_rate, length_peaks, premature_beats

Detector = Callable[[NDArray[np.floating], float], NDArray[np.int64]]
# AAMI EC57 beat codes of WFDB annotations: what is a beat, and which beats are ectopic.
BEATS, ECTOPIC = set("NLRBAaJSVrFejnE/fQ?"), set("AaJSVFE")


@pytest.mark.parametrize("detector", [energy_peaks, length_peaks])
@pytest.mark.parametrize("rate", [250.0, 360.0, 500.0, 1000.0])
@pytest.mark.parametrize("bpm", [40, 60, 75, 110, 150])
def test_every_beat_is_found_at_any_rate(detector: Detector, rate: float, bpm: float) -> None:
    peaks = detector(sinus(bpm, rate), rate)
    assert heart_rate(peaks, rate) == pytest.approx(bpm, rel=0.03)
    assert abs(peaks.size - 29.6 * bpm / 60) <= 1.5


def test_an_inverted_lead_gives_the_same_beats() -> None:
    signal = sinus(75)
    assert np.array_equal(energy_peaks(signal, 500), energy_peaks(-signal, 500))


def test_detectors_that_found_nothing_do_not_agree() -> None:
    nothing, some = np.zeros(0, np.int64), np.array([100, 500])
    assert agreement(nothing, some, 500) == 0
    assert agreement(some, some + 10, 500) == 1
    assert agreement(some, some + 200, 500) == 0


@pytest.mark.parametrize(
    ("intervals", "early"),
    [
        ([0.8] * 12, 0),
        ([0.8] * 6 + [0.5, 1.1] + [0.8] * 6, 1),
        ([0.8] * 6 + [0.5, 0.8] + [0.8] * 6, 1),
        ([0.8] * 6 + [0.5, 1.1, 0.5, 1.1] + [0.8] * 3, 2),
        ([0.8 - 0.01 * k for k in range(30)], 0),
        ([0.8] * 6 + [4.0] + [0.6] * 1, 0),
        ([], 0),
    ],
)
def test_premature_beats_are_those_that_come_early(intervals: list[float], early: int) -> None:
    peaks = np.concatenate(([0], np.cumsum(intervals))) * 500
    assert premature_beats(peaks.astype(np.int64), 500).size == early


@pytest.mark.data
@pytest.mark.parametrize("detector", [energy_peaks, length_peaks])
def test_all_beats_of_mit_bih_100_are_found_and_no_others(detector: Detector) -> None:
    samples, beats, _ = reference()
    far = np.abs(detector(samples, 360.0)[:, None] - beats[None, :])
    assert beats.size == 2273
    assert (far.min(axis=0) <= 54).mean() >= 0.999
    assert (far.min(axis=1) <= 54).mean() >= 0.999


@pytest.mark.data
def test_premature_beats_of_mit_bih_100_are_its_annotated_ectopics() -> None:
    samples, beats, symbols = reference()
    ectopic = beats[np.isin(symbols, list(ECTOPIC))]
    far = np.abs(premature_beats(energy_peaks(samples, 360.0), 360.0)[:, None] - ectopic[None, :])
    assert ectopic.size == 34
    assert int((far.min(axis=0) <= 54).sum()) == 31
    assert (far.min(axis=1) <= 54).all()


def reference() -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.str_]]:
    """Lead MLII of record 100, and its annotated beats with their codes."""
    import wfdb

    stem = str(data_folder() / "wfdb_ecg" / "100")
    notes = wfdb.rdann(stem, "atr")
    symbols = np.array(notes.symbol)
    kept = np.isin(symbols, list(BEATS))
    return wfdb.rdrecord(stem).p_signal[:, 0], np.asarray(notes.sample)[kept].astype(np.int64), symbols[kept]
