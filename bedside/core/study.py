"""An image or signal that came through the safe door."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bedside.core.appearance import Appearance
from bedside.core.base import Frozen


class Modality(str, Enum):
    """DICOM modality codes (PS3.3 C.7.3.1.1.1), and UNKNOWN where neither tags nor content tell."""

    CR = "CR"
    DX = "DX"
    CT = "CT"
    MR = "MR"
    US = "US"
    ECG = "ECG"
    XC = "XC"
    OT = "OT"
    UNKNOWN = "UNKNOWN"


class StudyInfo(Frozen):
    """What is known of a Study without its samples; small enough for a checkpoint.

    Attributes:
        id: the attachment it came from.
        kind: ``image`` (2-D), ``volume`` (3-D) or ``signal``.
        modality: as the tags or the file format say, never guessed from the name.
        modality_from: what said so: ``dicom tag``, ``format``, ``content``, or ``unknown``.
        axes: names of the array's axes, for example ``("R", "A", "S")``, ``("row", "column")``, ``("lead", "sample")``.
        shape: sizes along `axes`.
        spacing: size of a step along each axis, in `spacing_unit`; None where the file does not say.
        spacing_unit: ``mm`` or ``s``.
        spacing_at: where a film's spacing holds: ``patient``, ``detector`` (not corrected for magnification: no
            length in the patient may be measured with it) or ``scanned film``; "" where it is not a DICOM plane.
        value_unit: ``HU``, ``mV``, ``a.u.``.
        orientation: ``RAS`` for volumes, "" elsewhere.
        body_part: DICOM body part as tagged or recognised, "" where unknown.
        view: ``PA``, ``AP``, ``LAT``, "" where unknown.
        laterality: ``left``, ``right``, ``both sides``, ``unpaired`` as tagged, "" where unknown.
        flags: what a tool may refuse for: ``secondary capture``, ``burned-in text``.
        display: the file's own window or lookup table: rising (value, grey 0..1) points with straight lines between.
        leads: names of a signal's leads.
        age_years: the patient's age when it was made, as tagged; None where unknown.
        acquired: the day on which it was made, as tagged (``2024-03-31``); "" where unknown.
        sha256: of the file's bytes.
        appearance: what it looks like by its pixels; None where the gate has not looked, as at signals.
        notes: what the door wants the reader to know (MONOCHROME1 inverted, several series: which was taken, …).
    """

    id: str
    kind: str
    modality: Modality
    modality_from: str = "unknown"
    axes: tuple[str, ...]
    shape: tuple[int, ...]
    spacing: tuple[float, ...] | None = None
    spacing_unit: str = ""
    spacing_at: str = ""
    value_unit: str = "a.u."
    orientation: str = ""
    body_part: str = ""
    view: str = ""
    laterality: str = ""
    flags: tuple[str, ...] = ()
    display: tuple[tuple[float, float], ...] = ()
    leads: tuple[str, ...] = ()
    age_years: float | None = None
    acquired: str = ""
    sha256: str
    appearance: Appearance | None = None
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """One phrase a clinician understands: "MR volume 256x256x256", "ECG signal, 2 leads, 1806 s"."""
        if self.kind == "signal":
            step = self.spacing[-1] if self.spacing else 0.0
            length = f", {self.shape[-1] * step:.0f} s" if step else ""
            return f"{self.modality.value} signal, {self.shape[0]} lead{'s' * (self.shape[0] > 1)}{length}"
        modality = "unidentified" if self.modality is Modality.UNKNOWN else self.modality.value
        looks = f", {self.appearance.line}" if self.appearance else ""
        return f"{modality} {self.kind} {'x'.join(map(str, self.shape))}{looks}"


@dataclass(frozen=True, eq=False)
class Study:
    """A StudyInfo and its samples.

    Attributes:
        info: axes, units, spacing, orientation, provenance.
        array: float32 samples along ``info.axes``; read-only.
        affine: 4x4 voxel-to-RAS matrix in mm for volumes, None elsewhere.
        instances: of DICOM, the image behind each slice in stored order: its SOP Instance UID, and ``#3`` behind it for
            the third frame of a multi-frame file; () for other formats.
        path: the file or folder that was opened; None where the Study was made otherwise.
        patient: the sha256 of the patient's identifier as tagged, "" where none is: tells whether two files are of one
            patient. A short identifier can be guessed from it, so it stays in memory and is written nowhere.
    """

    info: StudyInfo
    array: NDArray[np.float32]
    affine: NDArray[np.float64] | None = None
    instances: tuple[str, ...] = ()
    path: Path | None = None
    patient: str = field(default="", repr=False)
