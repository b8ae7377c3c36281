"""The one safe door: whatever a user hands over becomes a Study here, or one clear ImageReadError.

A file is decoded in a process of its own, which is killed when it takes more time or memory than a file of its size
may. A fault in a decoder ends that process and nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bedside.tools.imaging.burned_in import with_text_flag
from bedside.tools.imaging.decoding import decoders
from bedside.tools.imaging.reading import companions

if TYPE_CHECKING:
    from bedside.core.study import Study

__all__ = ["companions", "open_file"]


def open_file(path: Path, *, attachment_id: str, limit_bytes: int) -> Study:
    """Turns a file into a Study.

    Args:
        path: a DICOM, NIfTI, NRRD, PNG, JPEG, TIFF or CSV file; the header, a signal file or the bare name of a WFDB
            record; a DICOMDIR or a folder of DICOM slices; or a zip of such a folder or of one file.
        attachment_id: becomes the Study's id.
        limit_bytes: what the file, and separately its decoded float32 samples, may take; held before decoding.

    Returns:
        The Study: float32, read-only; volumes in RAS and mm, signals in mV. A secondary capture and an ultrasound are
        looked through for text.

    Raises:
        ImageReadError: the only exception. Missing (BED-FILE-001), empty (002), damaged or not what its name claims
            (003), too large (004), impossible geometry (005), unknown format (006), no sampling rate (007), an archive
            made to harm (008), more time or memory than such a file may take (009), a decoder that crashed on it (010).
    """
    return replace(with_text_flag(decoders().read(path, attachment_id, limit_bytes)), path=path)
