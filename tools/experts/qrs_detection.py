"""Two independent R-peak detectors and what is counted from their peaks; no model.

`energy_peaks` follows the idea of Pan and Tompkins 1985 (doi:10.1109/TBME.1985.325532): slope energy of the QRS band.
`length_peaks` follows the idea of Zong 2003 (Computers in Cardiology 30:737-740): the length of the curve in a window.
They look at different things, so where they agree there is probably a beat (bSQI).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

REFRACTORY_SECONDS = 0.25
MATCH_SECONDS = 0.15
PREMATURE = 0.8
LOCAL_BEATS = 8


def band(samples: NDArray[np.floating], rate: float, low: float, high: float) -> NDArray[np.float64]:
    """Zero-phase Butterworth band-pass of one lead; `high` is held below the Nyquist rate."""
    from scipy.signal import butter, sosfiltfilt

    sections = butter(2, [low, min(high, 0.45 * rate)], btype="bandpass", fs=rate, output="sos")
    return np.asarray(sosfiltfilt(sections, np.asarray(samples, dtype=np.float64)), dtype=np.float64)


def energy_peaks(samples: NDArray[np.floating], rate: float) -> NDArray[np.int64]:
    """R peaks of one lead by slope energy between 5 and 15 Hz.

    Args:
        samples: mV, 1-D, at least two seconds.
        rate: samples a second.

    Returns:
        Sample numbers, rising.
    """
    qrs = band(samples, rate, 5.0, 15.0)
    return _peaks_of(_mean(np.gradient(qrs) ** 2, rate, 0.15), qrs, rate, share=0.15)


def length_peaks(samples: NDArray[np.floating], rate: float) -> NDArray[np.int64]:
    """R peaks of one lead by curve length; same arguments and result as `energy_peaks`."""
    curve = band(samples, rate, 1.0, 40.0)
    return _peaks_of(_mean(np.abs(np.gradient(curve)), rate, 0.1), curve, rate, share=0.4)


def agreement(first: NDArray[np.int64], second: NDArray[np.int64], rate: float) -> float:
    """The share of beats on which two detectors agree within 150 ms (F1), 0 where either found none (Li 2008)."""
    if first.size == 0 or second.size == 0:
        return 0.0
    nearest = np.abs(first[:, None] - second[None, :])
    reach = MATCH_SECONDS * rate
    found = int((nearest.min(axis=1) <= reach).sum() + (nearest.min(axis=0) <= reach).sum())
    return found / (first.size + second.size)


def heart_rate(peaks: NDArray[np.int64], rate: float) -> float:
    """Beats a minute from the median interval; 0 with fewer than two beats."""
    return float(60.0 * rate / np.median(np.diff(peaks))) if peaks.size > 1 else 0.0


def premature_beats(peaks: NDArray[np.int64], rate: float) -> NDArray[np.int64]:
    """Beats that come at least 20 % earlier than the median of the eight intervals before them.

    The beat after a pause or after another premature beat is judged by the same median, so it is not counted twice. The
    rule says that a beat is early, not where it arises, and means nothing while the rhythm is irregular throughout.

    Args:
        peaks: sample numbers of R peaks, rising.
        rate: samples a second.

    Returns:
        The sample numbers of the premature beats.
    """
    intervals = np.diff(peaks) / rate
    early = []
    for i in range(1, intervals.size):
        usual = float(np.median(intervals[max(0, i - LOCAL_BEATS) : i]))
        # An interval of several beats' length is a gap in the detection, and the beat after it cannot be judged.
        if intervals[i] < PREMATURE * usual and intervals[i - 1] < 2 * usual:
            early.append(int(peaks[i + 1]))
    return np.asarray(early, dtype=np.int64)


def _mean(values: NDArray[np.float64], rate: float, seconds: float) -> NDArray[np.float64]:
    width = max(1, round(seconds * rate))
    return np.convolve(values, np.ones(width) / width, mode="same")


def _peaks_of(
    feature: NDArray[np.float64], shape: NDArray[np.float64], rate: float, *, share: float
) -> NDArray[np.int64]:
    """Maxima of a feature above a share of its local height, moved to the largest deflection nearby.

    The threshold follows the signal: a share of the median of the maxima in windows of two seconds, so that one
    artefact does not silence a minute.
    """
    from scipy.signal import find_peaks

    apart = max(1, round(REFRACTORY_SECONDS * rate))
    step = max(1, round(2.0 * rate))
    tops = np.asarray([feature[i : i + step].max() for i in range(0, feature.size, step)])
    smooth = np.asarray([np.median(tops[max(0, i - 3) : i + 4]) for i in range(tops.size)])
    threshold = share * np.repeat(smooth, step)[: feature.size]
    found, _ = find_peaks(feature, height=np.maximum(threshold, 1e-12), distance=apart)
    reach = max(1, round(0.08 * rate))
    exact = []
    for peak in found:
        low = max(0, int(peak) - reach)
        exact.append(low + int(np.argmax(np.abs(shape[low : int(peak) + reach + 1]))))
    return np.unique(np.asarray(exact, dtype=np.int64))
