"""What every signal reader ends with: leads in mV, a sampling rate, and whether the leads are an ECG's."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from bedside.core.errors import ImageReadError
from bedside.core.study import Modality, Study, StudyInfo
from bedside.tools.imaging.assembly import finite, sealed
from bedside.tools.imaging.content import NO_SAMPLING_RATE, FileContent, printable

TO_MILLIVOLT = {"mv": 1.0, "uv": 1e-3, "µv": 1e-3, "μv": 1e-3, "v": 1e3, "nv": 1e-6}
ECG_LEAD = re.compile(
    r"(lead[ _-]*)?(i|ii|iii|avr|avl|avf|v[1-9]?r?|mli{1,3}|mcl[1-6]|cm[1-6])( \(einthoven\))?|.*(ecg|ekg).*", re.I
)
LEAST_RATE, MOST_RATE = 20.0, 20_000.0
MOST_LEADS = 64


def signal_study(
    values: NDArray[np.float64],
    *,
    rate: float,
    leads: tuple[str, ...],
    units: tuple[str, ...],
    content: FileContent,
    attachment_id: str,
    stated: Modality | None,
    notes: tuple[str, ...] = (),
) -> Study:
    """Builds a signal Study.

    Args:
        values: (lead, sample) in `units`.
        rate: samples a second.
        leads: one name a row.
        units: one unit a row; rows whose unit is not a voltage are left out, with a note.
        content: the file, for its hash, limit and error messages.
        attachment_id: the attachment it came from.
        stated: the modality the format states, None where it states none; then the lead names decide.
        notes: what the reader of the format wants to say.

    Returns:
        A signal: float32 mV along (lead, sample), spacing (1, 1 / rate) in s.

    Raises:
        ImageReadError: no voltage, no samples, too many leads, or a rate that cannot be.
    """
    check_rate(rate, content)
    if values.ndim != 2 or not 1 <= values.shape[0] <= MOST_LEADS or values.shape[1] < 2:
        raise content.bad_geometry(f"a signal of shape {values.shape} is not leads by samples")
    kept = [row for row, unit in enumerate(units) if unit.lower() in TO_MILLIVOLT]
    if not kept:
        raise content.unreadable(f"no channel is in volts (units: {printable(', '.join(sorted(set(units))))})")
    if len(kept) < len(units):
        notes = (*notes, f"{len(units) - len(kept)} channels that are not voltages were left out.")
    factors = np.asarray([TO_MILLIVOLT[units[row].lower()] for row in kept])
    samples, bad = finite(values[kept] * factors[:, None], content)
    names = tuple(printable(leads[row].strip(), 16) or f"lead {row + 1}" for row in kept)
    modality, source = (stated, "format") if stated else _modality_of(names)
    info = StudyInfo(
        id=attachment_id,
        kind="signal",
        modality=modality,
        modality_from="dicom tag" if stated and content.data[128:132] == b"DICM" else source,
        axes=("lead", "sample"),
        shape=samples.shape,
        spacing=(1.0, 1.0 / rate),
        spacing_unit="s",
        value_unit="mV",
        leads=names,
        sha256=content.sha256,
        notes=(*notes, *bad),
    )
    return sealed(info, samples)


def check_rate(rate: float, content: FileContent) -> None:
    """Refuses a sampling rate at which no ECG is recorded.

    Raises:
        ImageReadError: not a number, or outside 20 to 20,000 Hz.
    """
    if not np.isfinite(rate) or not LEAST_RATE <= rate <= MOST_RATE:
        raise ImageReadError(
            f"{content.name} has a sampling rate of {rate:g} Hz, which no ECG has.",
            "Correct the sampling rate or the time column.",
            code=NO_SAMPLING_RATE,
        )


def _modality_of(names: tuple[str, ...]) -> tuple[Modality, str]:
    """ECG where every channel is named like a lead; the names are content, so that is what said so."""
    if all(ECG_LEAD.fullmatch(name) for name in names):
        return Modality.ECG, "content"
    return Modality.UNKNOWN, "unknown"
