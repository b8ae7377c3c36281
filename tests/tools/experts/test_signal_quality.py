"""The gate before every ECG expert: noise out, ECG in."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from support.data import data_folder
from support.ecg import flat, hum, muscle, saturated, sinus, white

from bedside.tools.experts.signal_quality import Quality, assess


def windows(signal: NDArray[np.floating], rate: float = 500.0) -> list[Quality]:
    size = round(10 * rate)
    return [assess(signal[start : start + size], rate) for start in range(0, signal.size - size + 1, size)]


@pytest.mark.parametrize("rate", [250.0, 360.0, 500.0, 1000.0])
@pytest.mark.parametrize("bpm", [40, 60, 75, 110, 150])
def test_sinus_rhythm_passes(bpm: float, rate: float) -> None:
    for quality in windows(sinus(bpm, rate), rate):
        assert quality.good, quality
        assert quality.indices["heart_rate"] == pytest.approx(bpm, rel=0.05)


@pytest.mark.parametrize("noise", [0.02, 0.05, 0.1])
def test_a_little_noise_passes(noise: float) -> None:
    assert all(quality.good for quality in windows(sinus(75, noise=noise)))


@pytest.mark.parametrize(
    ("name", "signal", "reason"),
    [
        ("white noise", white(seconds=200), "no beat shape repeats"),
        ("quiet white noise", white(seconds=100, seed=3) * 0.05, "flat line"),
        ("flat line", flat(), "flat line"),
        ("constant offset", flat() + 1.0, "flat line"),
        ("50 Hz hum", hum(50), "mains hum"),
        ("60 Hz hum", hum(60), "mains hum"),
        ("ECG under hum", sinus(75) + 4 * hum(50), "mains hum"),
        ("muscle noise", muscle(seconds=200), "muscle or broadband noise"),
        ("ECG under muscle noise", sinus(75) + 4 * muscle(), "muscle or broadband noise"),
        ("saturation", saturated(), "saturated"),
        ("random walk", np.cumsum(white(seconds=100)) * 0.1, "no beat shape repeats"),
        ("sine", np.sin(np.arange(15_000) / 500 * 2 * np.pi * 1.2), "no QRS complexes"),
        ("pulse wave", np.exp(2 * np.sin(np.arange(15_000) / 500 * 2 * np.pi * 1.2)), "no QRS complexes"),
        ("drop-out", np.where(np.arange(15_000) % 5000 < 2000, 0.0, sinus(75)), "drops out"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_noise_is_refused_with_a_reason(name: str, signal: NDArray[np.floating], reason: str) -> None:
    for quality in windows(signal):
        assert not quality.good, name
        assert any(reason in given for given in quality.reasons), quality.reasons


def test_noise_of_many_seeds_never_passes() -> None:
    for seed in range(20):
        assert not any(quality.good for quality in windows(white(seconds=30, seed=seed)))
        assert not any(quality.good for quality in windows(muscle(seconds=30, seed=seed)))


@pytest.mark.data
@pytest.mark.parametrize("lead", [0, 1])
def test_every_window_of_mit_bih_100_passes(lead: int) -> None:
    import wfdb

    signal = wfdb.rdrecord(str(data_folder() / "wfdb_ecg" / "100")).p_signal[:, lead]
    assert all(quality.good for quality in windows(signal, 360.0))
