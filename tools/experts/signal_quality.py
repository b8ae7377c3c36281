"""Whether a stretch of ECG can be read at all: published signal-quality indices and a gate over them.

Indices: kSQI, sSQI, pSQI, basSQI and bSQI after Li, Mark and Clifford 2008 (doi:10.1088/0967-3334/29/1/002) and
Clifford et al. 2012 (doi:10.1088/0967-3334/33/9/1419); correlation of beats with their template after Orphanidou et al.
2015 (doi:10.1109/JBHI.2014.2338351). The limits below are ours, set so that flat lines, saturation, white noise, mains
hum and muscle noise fail and MIT-BIH record 100 passes; a rhythm of wide, changing complexes (ventricular tachycardia
or fibrillation) can fail too, and a refusal must say so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bedside.tools.experts.qrs_detection import agreement, band, energy_peaks, heart_rate, length_peaks

LEAST_MILLIVOLT = 0.1
MOST_HELD_SECONDS = 1.0
MOST_CLIPPED = 0.05
LEAST_KURTOSIS = 4.0
LEAST_QRS_SHARE = 0.35
LEAST_BASELINE = 0.2
MOST_HUM = 0.5
LEAST_AGREEMENT = 0.8
LEAST_TEMPLATE = 0.7
SLOWEST, FASTEST = 20.0, 250.0
LEAST_BEATS = 3


@dataclass(frozen=True)
class Quality:
    """What the gate found in one stretch of one lead.

    Attributes:
        reasons: why it cannot be read, in words; empty where it can.
        indices: every index that was computed, by its published name.
        peaks: R peaks of the stretch, sample numbers; empty where the gate stopped before looking for beats.
    """

    reasons: tuple[str, ...]
    indices: dict[str, float]
    peaks: NDArray[np.int64]

    @property
    def good(self) -> bool:
        """Whether the stretch can be read."""
        return not self.reasons


def assess(samples: NDArray[np.floating], rate: float) -> Quality:
    """Judges one stretch of one lead.

    Args:
        samples: mV, 1-D, five seconds or more; ten is what the limits were set for.
        rate: samples a second.

    Returns:
        The reasons against it, the indices and the R peaks.
    """
    values = np.asarray(samples, dtype=np.float64)
    nothing = np.zeros(0, dtype=np.int64)
    indices = {
        "amplitude_mV": _amplitude(values, rate),
        "held_s": _longest_hold(values) / rate,
        "clipped": _clipped(values),
    }
    if indices["amplitude_mV"] < LEAST_MILLIVOLT:
        return Quality(("flat line or lead off",), indices, nothing)
    if indices["clipped"] > MOST_CLIPPED:
        return Quality(("the amplifier is saturated",), indices, nothing)
    if indices["held_s"] > MOST_HELD_SECONDS:
        return Quality(("the lead drops out",), indices, nothing)
    indices.update(_spectral(values, rate))
    clean = band(values, rate, 0.5, 40.0)
    indices["kSQI"], indices["sSQI"] = _kurtosis(clean), _skewness(clean)
    energy, length = energy_peaks(values, rate), length_peaks(values, rate)
    indices["bSQI"] = agreement(energy, length, rate)
    indices["template"] = _template_correlation(clean, energy, rate)
    indices["heart_rate"] = heart_rate(energy, rate)
    indices["beats"] = float(energy.size)
    return Quality(_reasons(indices), indices, energy)


def _reasons(indices: dict[str, float]) -> tuple[str, ...]:
    """The indices that fail, in words."""
    tests = (
        (indices["hum"] > MOST_HUM, "mains hum drowns the signal"),
        (indices["basSQI"] < LEAST_BASELINE, "baseline wander drowns the signal"),
        (indices["pSQI"] < LEAST_QRS_SHARE, "muscle or broadband noise drowns the QRS complexes"),
        (indices["kSQI"] < LEAST_KURTOSIS, "no QRS complexes stand out"),
        (indices["bSQI"] < LEAST_AGREEMENT, "two beat detectors disagree"),
        (indices["template"] < LEAST_TEMPLATE, "no beat shape repeats"),
        (
            indices["beats"] < LEAST_BEATS or not SLOWEST <= indices["heart_rate"] <= FASTEST,
            "no plausible heart rate",
        ),
    )
    return tuple(reason for failed, reason in tests if failed)


def _amplitude(values: NDArray[np.float64], rate: float) -> float:
    """Peak-to-peak mV of what is left without the slow baseline; percentiles, so one spike does not count."""
    width = max(1, round(0.6 * rate))
    padded = np.pad(values, (width // 2, width - 1 - width // 2), mode="edge")
    slow = np.convolve(padded, np.ones(width) / width, mode="valid")
    low, high = np.percentile(values - slow, [0.5, 99.5])
    return float(high - low)


def _longest_hold(values: NDArray[np.float64]) -> int:
    """The longest run of one and the same value, in samples."""
    changes = np.flatnonzero(np.diff(values) != 0)
    edges = np.concatenate(([-1], changes, [values.size - 1]))
    return int(np.diff(edges).max())


def _clipped(values: NDArray[np.float64]) -> float:
    """The share of samples that sit at the lowest or highest value in a run of three or more."""
    share = 0
    for extreme in (values.min(), values.max()):
        at = values == extreme
        runs = at[:-2] & at[1:-1] & at[2:]
        share += int(runs.sum())
    return share / values.size


def _spectral(values: NDArray[np.float64], rate: float) -> dict[str, float]:
    """pSQI = P(5-15)/P(5-40), basSQI = 1 - P(0-1)/P(0-40), and mains hum as P(45-65)/P(1-90)."""
    from scipy.signal import welch

    frequency, power = welch(values - values.mean(), fs=rate, nperseg=min(values.size, round(4 * rate)))

    def within(low: float, high: float) -> float:
        return float(power[(frequency >= low) & (frequency < high)].sum()) + 1e-20

    return {
        "pSQI": within(5, 15) / within(5, 40),
        "basSQI": 1 - within(0, 1) / within(0, 40),
        "hum": within(45, 65) / within(1, 90),
    }


def _kurtosis(values: NDArray[np.float64]) -> float:
    """Fourth standardised moment: 3 for Gaussian noise, 1.5 for a sine, well above 5 for an ECG."""
    centred = values - values.mean()
    return float((centred**4).mean() / max(float((centred**2).mean()) ** 2, 1e-20))


def _skewness(values: NDArray[np.float64]) -> float:
    """Third standardised moment: 0 for symmetric noise."""
    centred = values - values.mean()
    return float((centred**3).mean() / max(float((centred**2).mean()) ** 1.5, 1e-20))


def _template_correlation(values: NDArray[np.float64], peaks: NDArray[np.int64], rate: float) -> float:
    """Median correlation of the beats with their mean shape; the median, so that ectopic beats do not fail a strip."""
    before, after = round(0.2 * rate), round(0.3 * rate)
    whole = peaks[(peaks >= before) & (peaks + after <= values.size)]
    if whole.size < LEAST_BEATS:
        return 0.0
    beats = np.stack([values[p - before : p + after] for p in whole])
    beats = beats - beats.mean(axis=1, keepdims=True)
    # Each beat is held against the mean of the others, for a mean that holds the beat itself flatters noise.
    others = (beats.sum(axis=0) - beats) / (len(beats) - 1)
    norms = np.linalg.norm(beats, axis=1) * np.linalg.norm(others, axis=1)
    return float(np.median((beats * others).sum(axis=1) / np.maximum(norms, 1e-12)))
