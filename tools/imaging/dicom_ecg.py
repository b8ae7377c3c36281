"""The ECG waveform of a DICOM file (PS3.3 C.10.9)."""

from __future__ import annotations

from typing import Any

import numpy as np

from bedside.core.study import Modality, Study
from bedside.tools.imaging.content import FileContent
from bedside.tools.imaging.signals import signal_study


def read_waveform(dataset: Any, content: FileContent, attachment_id: str) -> Study:
    """Reads the first multiplex group: the rhythm strip of every lead.

    Returns:
        A signal: float32 mV along (lead, sample).

    Raises:
        ImageReadError: not an ECG, channels that are not in volts, or damaged samples.
    """
    group = dataset.WaveformSequence[0]
    channels, samples = int(group.NumberOfWaveformChannels), int(group.NumberOfWaveformSamples)
    content.require_decoded_size(channels * samples)
    values = np.asarray(dataset.waveform_array(0), dtype=np.float64).T
    names, factors = [], []
    for channel in group.ChannelDefinitionSequence:
        unit = str(channel.ChannelSensitivityUnitsSequence[0].CodeValue)
        source = channel.ChannelSourceSequence[0]
        names.append(str(source.get("CodeMeaning") or source.CodeValue).replace("Lead ", ""))
        factors.append(unit)
    notes = ("The first multiplex group of the waveform was read.",) if len(dataset.WaveformSequence) > 1 else ()
    return signal_study(
        values,
        rate=float(group.SamplingFrequency),
        leads=tuple(names),
        units=tuple(factors),
        content=content,
        attachment_id=attachment_id,
        stated=Modality.ECG if str(dataset.get("Modality")) == "ECG" else None,
        notes=notes,
    )
