"""Ten-second windows of an ECG: which lead to read, which windows can be read, and what openecg says of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bedside.tools.experts.signal_quality import Quality, assess

SECONDS = 10.0
MOST_WINDOWS = 30
MODEL_RATE, MODEL_SAMPLES = 500, 5000
# openecg's rhythm head was trained on lead II; its limb-lead neighbours come next, then whatever reads best.
PREFERRED = ("II", "MLII", "LEAD II", "ECG", "I", "MLI")


@dataclass(frozen=True)
class Lead:
    """One lead cut into windows.

    Attributes:
        index: its row in the Study.
        name: as the file names it.
        starts: first sample of each window.
        qualities: of each window.
    """

    index: int
    name: str
    starts: tuple[int, ...]
    qualities: tuple[Quality, ...]

    @property
    def readable(self) -> tuple[int, ...]:
        """Which windows pass the quality gate."""
        return tuple(i for i, quality in enumerate(self.qualities) if quality.good)

    @property
    def share(self) -> float:
        """The share of windows that pass."""
        return len(self.readable) / len(self.qualities)

    def reasons(self) -> tuple[str, ...]:
        """Why windows fail, the commonest first, three at most."""
        counted = Counter(reason for quality in self.qualities for reason in quality.reasons)
        return tuple(reason for reason, _ in counted.most_common(3))


@dataclass(frozen=True)
class Reading:
    """What openecg says of one window.

    Attributes:
        window: which window of the lead.
        rhythm: its rhythm class.
        ventricular: beats it types as ventricular.
        beats: beats it found.
        rule_afib: whether its separate irregularity rule calls atrial fibrillation.
        spikes: whether its separate rule finds pacemaker spikes.
    """

    window: int
    rhythm: str
    ventricular: int
    beats: int
    rule_afib: bool
    spikes: bool


def window_starts(samples: int, rate: float) -> tuple[int, ...]:
    """First samples of up to 30 ten-second windows, spread evenly from the first sample to the last; none overlap."""
    size = window_size(rate)
    count = min(MOST_WINDOWS, max(1, samples // size))
    return tuple(int(v) for v in np.linspace(0, samples - size, count).round())


def window_size(rate: float) -> int:
    """Samples in ten seconds."""
    return round(SECONDS * rate)


def choose_lead(array: NDArray[np.float32], names: tuple[str, ...], rate: float) -> Lead:
    """The lead to read: the most preferred one that passes in nine of ten windows, else the one that passes most.

    Args:
        array: (lead, sample) float32 mV.
        names: of the leads.
        rate: samples a second.
    """
    order = sorted(range(len(names)), key=lambda row: _rank(names[row]))
    best: Lead | None = None
    for row in order:
        lead = _cut(array[row], row, names[row], rate)
        if lead.share >= 0.9:
            return lead
        if best is None or lead.share > best.share:
            best = lead
    if best is None:
        raise ValueError("a signal Study has at least one lead")
    return best


def read_windows(
    samples: NDArray[np.float32], lead: Lead, rate: float, model: Any, progress: Callable[[float], None]
) -> tuple[Reading, ...]:
    """openecg's reading of every readable window.

    Args:
        samples: the lead, mV.
        lead: its windows.
        rate: samples a second.
        model: an ``openecg.deploy.OnnxCodec``, loaded once by the caller.
        progress: told the share that is done.
    """
    import openecg

    readings = []
    for done, window in enumerate(lead.readable):
        start = lead.starts[window]
        report = openecg.report(
            _at_model_rate(samples[start : start + window_size(rate)], rate), fs=MODEL_RATE, model=model
        )
        readings.append(
            Reading(
                window=window,
                rhythm=str(report.rhythm["label"]),
                ventricular=int(report.beats["vpc_count"]),
                beats=int(report.beats["count"]),
                rule_afib=bool(report.afib_check["is_afib"]),
                spikes=bool(report.pacing_check.get("is_paced", False)),
            )
        )
        progress((done + 1) / len(lead.readable))
    return tuple(readings)


def _rank(name: str) -> int:
    upper = name.upper()
    return PREFERRED.index(upper) if upper in PREFERRED else len(PREFERRED)


def _cut(samples: NDArray[np.float32], row: int, name: str, rate: float) -> Lead:
    starts = window_starts(samples.size, rate)
    size = window_size(rate)
    return Lead(row, name, starts, tuple(assess(samples[start : start + size], rate) for start in starts))


def _at_model_rate(samples: NDArray[np.float32], rate: float) -> NDArray[np.float64]:
    """Ten seconds at 500 Hz: exactly 5000 samples."""
    from scipy.signal import resample_poly

    ratio = Fraction(MODEL_RATE / rate).limit_denominator(1000)
    values = samples.astype(np.float64)
    # The median is taken out first: the filter sees zeros beyond the ends and would ring on an offset.
    resampled = resample_poly(values - np.median(values), ratio.numerator, ratio.denominator)
    return np.asarray(np.pad(resampled, (0, max(0, MODEL_SAMPLES - resampled.size)), mode="edge")[:MODEL_SAMPLES])
