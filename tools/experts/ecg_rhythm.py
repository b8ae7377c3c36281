"""The rhythm of an ECG, read by openecg behind a signal-quality gate, with heart rate and premature beats of our own.

openecg (Apache-2.0, github.com/vitaldb/openecg) reads ten seconds of one lead at 500 Hz. It calls white noise a rhythm,
so it is only shown windows that pass `signal_quality`. Rates and premature beats come from `qrs_detection`.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any

import numpy as np

from bedside.core.answer import Artefact, Refusal
from bedside.core.evidence import Evidence, EvidenceKind, Region
from bedside.core.settings import Settings
from bedside.core.study import Modality, Study
from bedside.tools.contract import ToolRequest, ToolResult, refuse_study
from bedside.tools.experts.ecg_card import CARD, LABELS, UNRELIABLE
from bedside.tools.experts.ecg_windows import SECONDS, Lead, Reading, choose_lead, read_windows, window_size
from bedside.tools.experts.qrs_detection import energy_peaks, premature_beats
from bedside.tools.registry import register
from bedside.tools.results import hash_of, refused, source_of

LEAST_READABLE = 0.5
MAJORITY = 0.6
LONGEST_FOR_BEATS = 3600.0


@register
class EcgRhythm:
    """Reads the rhythm of an ECG signal."""

    card = CARD

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._model: Any = None
        self._lock = threading.Lock()

    def run(self, request: ToolRequest) -> ToolResult:
        """Reads up to 30 ten-second windows spread over the record.

        Returns:
            One finding for the rhythm with the heart rate, one for premature beats and one for pacemaker spikes where
            there are any, and an ECG strip as PNG; or a refusal: not a signal, too short, too noisy, openecg missing.
        """
        began = time.monotonic()
        refusal = refuse_study(self.card, request.study.info if request.study else None)
        if refusal is not None or request.study is None:
            return refused(CARD, refusal, began)
        study = request.study
        rate = 1.0 / study.info.spacing[-1] if study.info.spacing else 0.0
        if study.array.shape[-1] < window_size(rate) or rate == 0:
            return refused(CARD, _too_short(study, rate), began)
        lead = choose_lead(study.array, study.info.leads, rate)
        if lead.share < LEAST_READABLE:
            return refused(CARD, _too_noisy(lead, len(study.info.leads)), began)
        model = self._load()
        if model is None:
            return refused(CARD, _not_installed(), began)
        readings = read_windows(study.array[lead.index], lead, rate, model, request.progress)
        evidence, artefacts = _findings(study, lead, readings, rate, request)
        return ToolResult(
            tool=self.card.name,
            version=self.card.version,
            evidence=evidence,
            artefacts=artefacts,
            seconds=time.monotonic() - began,
        )

    def _load(self) -> Any:
        """openecg's packaged int8 network, loaded once; None where openecg is not installed."""
        with self._lock:
            if self._model is None:
                try:
                    from openecg.deploy import OnnxCodec
                except ImportError:
                    return None
                self._model = OnnxCodec()
            return self._model


def _findings(
    study: Study, lead: Lead, readings: tuple[Reading, ...], rate: float, request: ToolRequest
) -> tuple[tuple[Evidence, ...], tuple[Artefact, ...]]:
    from bedside.tools.imaging.render import save_ecg_strip

    counted = Counter(reading.rhythm for reading in readings)
    rhythm, agreeing = counted.most_common(1)[0]
    shown = next(reading for reading in readings if reading.rhythm == rhythm)
    start = lead.starts[shown.window]
    samples = study.array[lead.index, start : start + window_size(rate)]
    path = request.output / f"{study.info.id}-{study.info.sha256[:8]}-ecg-strip.png"
    title = f"Lead {lead.name}, from {start / rate:.0f} s"
    save_ecg_strip(samples, rate, lead.qualities[shown.window].peaks, title, path)
    region = Region(
        study=study.info.id,
        axis="sample",
        box=((lead.index, lead.index + 1), (0, study.array.shape[1])),
        overlay_path=str(path),
    )
    found = [_rhythm(study, lead, readings, region, agreeing)]
    if rhythm != "afib" and study.array.shape[1] / rate <= LONGEST_FOR_BEATS:
        found.extend(_premature(study, lead, readings, rate, region))
    found.extend(_spikes(study, lead, readings, region))
    return tuple(found), (Artefact(path=str(path), media_type="image/png", title=f"ECG strip, {title}"),)


def _rhythm(study: Study, lead: Lead, readings: tuple[Reading, ...], region: Region, agreeing: int) -> Evidence:
    rates = [lead.qualities[reading.window].indices["heart_rate"] for reading in readings]
    middle, low, high = round(float(np.median(rates))), round(min(rates)), round(max(rates))
    many = f"{len(readings)} ten-second window{'s' * (len(readings) > 1)} of lead {lead.name}"
    at = f"{middle}/min" + (f" (range {low}-{high})" if high > low else "")
    counted = Counter(reading.rhythm for reading in readings)
    rhythm = counted.most_common(1)[0][0]
    if agreeing / len(readings) < MAJORITY:
        parts = ", ".join(f"{LABELS.get(name, name).lower()} in {n}" for name, n in counted.most_common())
        statement = f"No single rhythm at {at}: {parts} of {many}."
    else:
        doubtful = rhythm in UNRELIABLE or (rhythm == "afib" and not _rule_agrees(readings))
        name = LABELS.get(rhythm, rhythm)
        statement = f"{'Possible ' + name.lower() if doubtful else name} at {at} in {agreeing} of {many}."
    return _finding(
        study,
        statement,
        value=float(middle),
        unit="/min",
        region=region,
        confidence=round(agreeing / len(readings), 3),
        limits=(*_reading_limits(study, lead, readings, rhythm), *CARD.limits),
    )


def _rule_agrees(readings: tuple[Reading, ...]) -> bool:
    return 2 * sum(reading.rule_afib for reading in readings) >= len(readings)


def _reading_limits(study: Study, lead: Lead, readings: tuple[Reading, ...], rhythm: str) -> tuple[str, ...]:
    """What the reader must know of this very reading."""
    limits = ["Confidence is the share of windows that agree, not a probability."]
    unread = len(lead.qualities) - len(readings)
    if unread:
        limits.append(f"{unread} more windows were too noisy to read ({', '.join(lead.reasons())}).")
    rule = sum(reading.rule_afib for reading in readings)
    if (rhythm == "afib") != _rule_agrees(readings):
        limits.append(f"A separate irregularity rule calls atrial fibrillation in {rule} of {len(readings)} windows.")
    if study.info.modality is Modality.UNKNOWN:
        limits.append("The file does not state that the signal is an ECG; it was judged by its content.")
    return tuple(limits)


def _premature(
    study: Study, lead: Lead, readings: tuple[Reading, ...], rate: float, region: Region
) -> tuple[Evidence, ...]:
    """Early beats of the whole record; silent where parts of it cannot be read, for noise makes early beats too."""
    if lead.share < 1.0:
        return ()
    peaks = energy_peaks(study.array[lead.index], rate)
    early = premature_beats(peaks, rate)
    if early.size == 0:
        return ()
    ventricular, typed = sum(r.ventricular for r in readings), sum(r.beats for r in readings)
    statement = (
        f"{early.size} of {peaks.size} beats of lead {lead.name} come at least 20 % early (premature beat"
        f"{'s' * (early.size > 1)}); the network types {ventricular} of the {typed} beats in the windows it read as "
        "ventricular."
    )
    limits = (
        "The rule finds that a beat is early, not where it arises.",
        f"Signal quality was checked on {len(readings) * SECONDS:.0f} s of the record; the rule read all of it.",
        *CARD.limits,
    )
    # The box is where the first one is, so that a viewer opens there.
    around = (max(0, int(early[0] - 2 * rate)), min(study.array.shape[1], int(early[0] + 2 * rate)))
    where = region.model_copy(update={"box": (region.box[0], around), "overlay_path": ""})
    return (_finding(study, statement, float(early.size), "{beats}", where, None, limits),)


def _spikes(study: Study, lead: Lead, readings: tuple[Reading, ...], region: Region) -> tuple[Evidence, ...]:
    paced = sum(reading.spikes for reading in readings)
    if 2 * paced < len(readings):
        return ()
    statement = f"Spikes like those of a pacemaker in {paced} of {len(readings)} windows of lead {lead.name}."
    return (_finding(study, statement, float(paced), "{windows}", region, None, CARD.limits),)


def _finding(
    study: Study,
    statement: str,
    value: float,
    unit: str,
    region: Region,
    confidence: float | None,
    limits: tuple[str, ...],
) -> Evidence:
    return Evidence(
        kind=EvidenceKind.FINDING,
        statement=statement,
        value=value,
        unit=unit,
        source=source_of(CARD),
        region=region,
        confidence=confidence,
        calibrated=False,
        limits=limits,
        input_hash=hash_of(CARD, study.info.sha256),
    )


def _too_short(study: Study, rate: float) -> Refusal:
    length = f"{study.array.shape[-1] / rate:.1f} s" if rate else "unknown"
    return Refusal(
        code="BED-TOOL-041",
        subject=CARD.title,
        why=f"It needs ten seconds of signal; the length of this one is {length}.",
        do="Attach a rhythm strip of ten seconds or more.",
    )


def _too_noisy(lead: Lead, leads: int) -> Refusal:
    which = f"lead {lead.name}" if leads == 1 else f"the best of {leads} leads ({lead.name})"
    return Refusal(
        code="BED-TOOL-040",
        subject=CARD.title,
        why=(
            f"The signal quality is too poor: {len(lead.qualities) - len(lead.readable)} of {len(lead.qualities)} "
            f"ten-second windows of {which} cannot be read ({'; '.join(lead.reasons())})."
        ),
        do="Look at the patient first, for a chaotic ventricular rhythm also looks like this; then record again.",
    )


def _not_installed() -> Refusal:
    return Refusal(
        code="BED-TOOL-042",
        subject=CARD.title,
        why="The package openecg, which reads the rhythm, is not installed (it needs Python 3.11 or later).",
        do="Run `bedside doctor`.",
    )
