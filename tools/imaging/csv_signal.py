"""Signals as comma-, semicolon- or tab-separated numbers: a column a lead, a row a sample.

The sampling rate comes from a time column or from a comment line such as ``# fs=500``; it is never assumed.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bedside.core.errors import ImageReadError
from bedside.core.study import Study
from bedside.tools.imaging.content import NO_SAMPLING_RATE, FileContent
from bedside.tools.imaging.signals import MOST_LEADS, TO_MILLIVOLT, signal_study

RATE = re.compile(r"#.*?\b(?:fs|sampling[ _]?(?:rate|frequency))\s*[=:]\s*(?P<rate>[0-9]*\.?[0-9]+)", re.I)
UNIT = re.compile(r"#.*?\bunits?\s*[=:]\s*(?P<unit>[nuµμm]?v)\b", re.I)
TIME = re.compile(r"(time|t|seconds?|sec|s|elapsed)\s*[_ ]?[\[(]?(?P<unit>ms|us|s|sec|seconds)?[\])]?", re.I)
SAMPLE = re.compile(r"(sample|samples|index|idx|n|#|sample[ _]?(number|index|#))?", re.I)
NAME_UNIT = re.compile(r"(?P<name>.*?)\s*[_ ]?[\[(]?(?P<unit>[uµμm]v)[\])]?", re.I)
SECONDS = {"ms": 1e-3, "us": 1e-6}
HEAD_BYTES = 65_536
UNEVEN = 0.02


@dataclass(frozen=True)
class Layout:
    """How the text is laid out: column separator, names ("" where unnamed), first data line, and its comments."""

    separator: str
    names: tuple[str, ...]
    first_row: int
    comments: tuple[str, ...]


def is_csv_signal(data: bytes) -> bool:
    """Whether the bytes are text whose first or second line of content is nothing but numbers."""
    return layout_of(data) is not None


def layout_of(data: bytes) -> Layout | None:
    """The layout of a table of numbers; None where the text is not one."""
    head = data[:HEAD_BYTES]
    if b"\x00" in head:
        return None
    try:
        text = head.decode("utf-8-sig", errors="ignore" if len(data) > HEAD_BYTES else "strict")
    except UnicodeDecodeError:
        return None
    # The last line of a cut-off head may be half a line.
    lines = text.splitlines()[:-1] if len(data) > HEAD_BYTES else text.splitlines()
    comments = tuple(line for line in lines if line.lstrip().startswith("#"))
    rows = [(i, line) for i, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")]
    for place, (number, line) in enumerate(rows[:2]):
        separator = next((c for c in ("\t", ";", ",") if c in line), ",")
        cells = line.split(separator)
        if len(cells) <= MOST_LEADS + 2 and all(_is_number(cell) for cell in cells):
            names = tuple(c.strip().strip('"') for c in rows[0][1].split(separator)) if place else ()
            if names and len(names) != len(cells):
                return None
            return Layout(separator, names or ("",) * len(cells), number, comments)
    return None


def read_csv_signal(content: FileContent, attachment_id: str) -> Study:
    """Reads a table of samples.

    Returns:
        A signal: float32 mV along (lead, sample).

    Raises:
        ImageReadError: no sampling rate (007), cells that are not numbers, uneven time, or no lead column.
    """
    layout = layout_of(content.data)
    if layout is None:
        raise content.unreadable("it is not a table of numbers")
    # A sample takes at least two characters (a digit and a separator).
    content.require_decoded_size(len(content.data) // 2)
    table = _table(content, layout)
    roles = [_role(name, len(layout.names)) for name in layout.names]
    leads = [column for column, role in enumerate(roles) if role == "lead"]
    if not leads:
        raise content.unreadable("it has no column of samples beside the time")
    rate = _rate(table, roles, layout, content)
    stated = next((m["unit"] for line in layout.comments if (m := UNIT.search(line))), "")
    named = [_name_and_unit(layout.names[column], stated) for column in leads]
    notes = ("CSV table.",) if all(unit for _, unit in named) else ("CSV table; no unit is stated, mV was taken.",)
    return signal_study(
        table[:, leads].T,
        rate=rate,
        leads=tuple(name for name, _ in named),
        units=tuple(unit or "mV" for _, unit in named),
        content=content,
        attachment_id=attachment_id,
        stated=None,
        notes=notes,
    )


def _is_number(cell: str) -> bool:
    try:
        float(cell.strip())
    except ValueError:
        return False
    return True


def _table(content: FileContent, layout: Layout) -> NDArray[np.float64]:
    text = content.data.decode("utf-8-sig", errors="strict")
    try:
        table = np.loadtxt(
            io.StringIO(text), delimiter=layout.separator, skiprows=layout.first_row, comments="#", ndmin=2
        )
    except ValueError as error:
        raise content.unreadable(
            "a row has a cell that is not a number, or too few or too many cells",
            "Give every row the same number of columns, each a number with a decimal point.",
        ) from error
    return np.asarray(table, dtype=np.float64)


def _role(name: str, columns: int) -> str:
    """What a column is. An unnamed column is a lead: nothing says that the first one is time."""
    if name and columns > 1 and TIME.fullmatch(name):
        return "time"
    if name and columns > 1 and SAMPLE.fullmatch(name):
        return "sample"
    return "lead"


def _rate(table: NDArray[np.float64], roles: list[str], layout: Layout, content: FileContent) -> float:
    written = next((m["rate"] for line in layout.comments if (m := RATE.search(line))), None)
    if written is not None:
        return float(written)
    if "time" not in roles:
        raise ImageReadError(
            f"{content.name} does not state its sampling rate.",
            "Add a column `time` in seconds, or a first line such as `# fs=500`.",
            code=NO_SAMPLING_RATE,
        )
    column = roles.index("time")
    match = TIME.fullmatch(layout.names[column])
    factor = SECONDS.get((match["unit"] or "s").lower(), 1.0) if match else 1.0
    steps = np.diff(table[:, column]) * factor
    if steps.size == 0 or not np.all(np.isfinite(steps)) or np.any(steps <= 0):
        raise content.bad_geometry("its time column does not rise from row to row")
    step = float((table[-1, column] - table[0, column]) * factor / steps.size)
    # Printed times are rounded, so single steps may be off by one rounding; a gap shows as a step that is far off.
    if np.abs(steps - step).max() > max(UNEVEN * step, 0.51 * _rounding(table[:, column]) * factor * 2):
        raise content.bad_geometry("its time column has gaps or uneven steps")
    return 1.0 / step


def _rounding(times: NDArray[np.float64]) -> float:
    """The decimal step to which the times are rounded, 1e-9 where they are not."""
    some = times[:1000]
    for digits in range(10):
        if np.allclose(some, np.round(some, digits), rtol=0, atol=1e-12):
            return float(10.0**-digits)
    return 1e-9


def _name_and_unit(name: str, stated: str) -> tuple[str, str]:
    match = NAME_UNIT.fullmatch(name)
    if match and match["unit"].lower() in TO_MILLIVOLT:
        return match["name"].strip(" _[("), match["unit"]
    return name, stated
