"""WFDB records (PhysioNet): a text header and its binary signal files, given by either.

The header is described in header(5) of the WFDB applications guide (physionet.org/physiotools/wag/header-5.htm).
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import numpy as np

from bedside.core.errors import ImageReadError
from bedside.core.study import Study
from bedside.tools.imaging.content import MISSING, NO_SAMPLING_RATE, TOO_LARGE, FileContent, load, printable
from bedside.tools.imaging.signals import MOST_LEADS, signal_study

RECORD_LINE = re.compile(r"(?P<name>[\w.\-]+)(?P<segments>/\d+)?[ \t]+(?P<signals>\d+)(?:[ \t]+(?P<rest>[\d.].*))?")
PLAIN_NAME = re.compile(r"[\w\-][\w.\-]*")
LONGEST_HEADER = 200_000


def is_header(data: bytes) -> bool:
    """Whether the bytes are a WFDB header: a record line, then a line for each signal that names a file."""
    lines = _lines(data)
    if not lines:
        return False
    record = RECORD_LINE.fullmatch(lines[0])
    if record is None:
        return False
    signals = int(record["signals"])
    described = lines[1 : 1 + signals]
    return 0 < signals == len(described) and all(_signal_file(line) for line in described)


def header_of(path: Path, limit_bytes: int) -> Path | None:
    """The header beside a binary file whose lines name that very file; None where there is none."""
    header = path.with_suffix(".hea")
    if header == path or not header.is_file() or header.stat().st_size > min(LONGEST_HEADER, limit_bytes):
        return None
    data = header.read_bytes()
    return header if is_header(data) and path.name in signal_files(data) else None


def signal_files(data: bytes) -> tuple[str, ...]:
    """Names of the signal files a header lists, each once, in order."""
    names = [_signal_file(line) for line in _lines(data)[1:]]
    return tuple(dict.fromkeys(name for name in names if name))


def read_record(content: FileContent, attachment_id: str) -> Study:
    """Reads a record from its header.

    Args:
        content: the header; its signal files are looked for beside it, and nowhere else.
        attachment_id: the attachment it came from.

    Returns:
        A signal: float32 mV along (lead, sample). Its sha256 is over the header's and the signal files' hashes.

    Raises:
        ImageReadError: a signal file is missing, cut short or elsewhere, no sampling rate, or too large.
    """
    parts = [_partner(name, content) for name in signal_files(content.data)]
    import wfdb

    header = wfdb.rdheader(_stem(content))
    rate = _rate(content)
    length = _length(header, parts, content)
    content.require_decoded_size(length * int(header.n_sig))
    record = wfdb.rdrecord(_stem(content), physical=True, smooth_frames=True)
    values = np.asarray(record.p_signal, dtype=np.float64).T
    digest = hashlib.sha256("".join([content.sha256, *(p.sha256 for p in parts)]).encode()).hexdigest()
    whole = FileContent(content.path, content.data, digest, content.limit_bytes)
    return signal_study(
        values,
        rate=rate,
        leads=tuple(str(name or "") for name in record.sig_name),
        units=tuple(str(unit or "mV") for unit in record.units),
        content=whole,
        attachment_id=attachment_id,
        stated=None,
        notes=(f"WFDB record of {len(parts) + 1} files.",),
    )


def _lines(data: bytes) -> list[str]:
    if len(data) > LONGEST_HEADER or b"\x00" in data:
        return []
    text = data.decode("utf-8", errors="replace")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def _signal_file(line: str) -> str:
    """The file a signal line names, "" where the line is not one or names another folder."""
    words = line.split()
    if len(words) < 2 or not words[1][:1].isdigit():
        return ""
    return words[0] if PLAIN_NAME.fullmatch(words[0]) else ""


def _stem(content: FileContent) -> str:
    # wfdb takes the path without its ending and resolves file names beside it.
    return str(content.path.resolve().with_suffix(""))


def _partner(name: str, content: FileContent) -> FileContent:
    path = content.path.resolve().parent / name
    if not path.is_file():
        raise ImageReadError(
            f"{content.name} is the header of a WFDB record, and its signal file {printable(name)} is not beside it.",
            "Attach both files of the record from one folder.",
            code=MISSING,
        )
    return load(path, content.limit_bytes)


def _rate(content: FileContent) -> float:
    """The rate as the header writes it: WFDB software would silently take 250 Hz where it is missing."""
    record = RECORD_LINE.fullmatch(_lines(content.data)[0])
    written = (record["rest"] or "").split()[0].split("/")[0].split("(")[0] if record and record["rest"] else ""
    if not written:
        raise ImageReadError(
            f"{content.name} does not state a sampling rate.",
            "Add the rate to the first line of the header.",
            code=NO_SAMPLING_RATE,
        )
    return float(written)


def _length(header: Any, parts: list[FileContent], content: FileContent) -> int:
    """Samples a lead; from the header, held against what the signal files can hold."""
    if not 0 < int(header.n_sig) <= MOST_LEADS:
        raise content.bad_geometry(f"it declares {header.n_sig} signals")
    # No WFDB format packs a sample into less than a byte, so a longer claim is false and would only waste memory.
    most = sum(len(part.data) for part in parts) * 8
    length = int(header.sig_len or most)
    per_frame = [int(v or 1) for v in (header.samps_per_frame or [1])]
    if length <= 0 or length > most or max(per_frame) * length > content.limit_bytes:
        raise ImageReadError(
            f"{content.name} declares {length:,} samples, more than its signal files can hold.",
            "Copy the record again.",
            code=TOO_LARGE if length * 4 > content.limit_bytes else "BED-FILE-003",
        )
    return length
