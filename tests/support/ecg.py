"""ECGs and noises made of formulas, so that what is in them is known exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# (centre as a share of the beat, width in s, height in mV) of P, Q, R, S and T, after the model of McSharry 2003
# (doi:10.1109/TBME.2003.808805), with Gaussians instead of its differential equations.
WAVES = ((-0.17, 0.022, 0.12), (-0.03, 0.010, -0.12), (0.0, 0.011, 1.1), (0.03, 0.010, -0.25), (0.28, 0.045, 0.3))


def sinus(
    bpm: float, rate: float = 500.0, seconds: float = 30.0, noise: float = 0.02, seed: int = 0
) -> NDArray[np.float64]:
    """A regular rhythm in mV: Gaussian waves, breathing baseline, a little white noise."""
    rng = np.random.default_rng(seed)
    time = np.arange(int(seconds * rate)) / rate
    signal = 0.05 * np.sin(2 * np.pi * 0.25 * time) + rng.normal(0, noise, time.size)
    interval = 60.0 / bpm
    for beat in np.arange(0.4, seconds, interval) + rng.normal(0, 0.01, len(np.arange(0.4, seconds, interval))):
        for centre, width, height in WAVES:
            # Repolarisation shortens with the square root of the interval (Bazett 1920).
            place = beat + centre * (np.sqrt(interval) if centre > 0.1 else 1.0)
            signal += height * np.exp(-0.5 * ((time - place) / width) ** 2)
    return signal


def white(rate: float = 500.0, seconds: float = 30.0, seed: int = 0) -> NDArray[np.float64]:
    """White noise of 0.3 mV."""
    return np.random.default_rng(seed).normal(0, 0.3, int(seconds * rate))


def flat(rate: float = 500.0, seconds: float = 30.0) -> NDArray[np.float64]:
    """A lead that is off."""
    return np.zeros(int(seconds * rate))


def hum(frequency: float = 50.0, rate: float = 500.0, seconds: float = 30.0) -> NDArray[np.float64]:
    """Mains hum of 0.5 mV with a little white noise."""
    time = np.arange(int(seconds * rate)) / rate
    return 0.5 * np.sin(2 * np.pi * frequency * time) + np.random.default_rng(1).normal(0, 0.01, time.size)


def muscle(rate: float = 500.0, seconds: float = 30.0, seed: int = 0) -> NDArray[np.float64]:
    """Bursts of noise between 20 and 150 Hz, as an electromyogram has them."""
    from scipy.signal import butter, sosfiltfilt

    rng = np.random.default_rng(seed)
    size = int(seconds * rate)
    sections = butter(2, [20, min(150, 0.45 * rate)], btype="bandpass", fs=rate, output="sos")
    bursts = 1 + np.repeat(rng.uniform(0, 2, int(seconds * 2) + 1), int(rate / 2))[:size]
    return 0.3 * bursts * sosfiltfilt(sections, rng.normal(size=size))


def saturated(rate: float = 500.0, seconds: float = 30.0) -> NDArray[np.float64]:
    """A sinus rhythm whose amplifier clips at 0.2 mV above and 0.02 below a wandering baseline."""
    wander = 1.5 * np.sin(2 * np.pi * 0.2 * np.arange(int(seconds * rate)) / rate)
    return np.clip(sinus(75, rate, seconds) + wander, -1.0, 1.0)
