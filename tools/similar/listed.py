"""The list of cases that a user gives: a CSV with a row for each picture, every row checked before any is used."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from bedside.core.base import Frozen
from bedside.core.errors import CaseError
from bedside.retrieval.orders import gives_orders

NEEDED, OPTIONAL = ("file", "patient", "label"), ("report",)
MOST_ROWS, MOST_BYTES = 100_000, 50_000_000
MOST_LABEL, MOST_REPORT, MOST_PATIENT = 120, 2_000, 64
_TELLING = 4


class Row(Frozen):
    """One row: where the picture is, whose it is, what it was labelled with; or why it cannot be used.

    Attributes:
        line: in the file, from 2.
        path: of the picture.
        patient: the identifier as given.
        label: in a few words.
        report: more words.
        why: what is wrong with the row, "" where nothing is.
    """

    line: int
    path: Path
    patient: str
    label: str
    report: str = ""
    why: str = ""


def read_list(path: Path, folder: Path) -> tuple[Row, ...]:
    """The rows of a list.

    Args:
        path: CSV in UTF-8 with a header: ``file``, ``patient``, ``label`` and, if wanted, ``report``.
        folder: what ``file`` is relative to, and never leaves.

    Raises:
        CaseError: the list cannot be read, lacks a column, holds nothing, or is too long.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _unreadable(path, f"it is larger than {MOST_BYTES / 1e6:.0f} MB")
        text = path.read_text(encoding="utf-8-sig")
        table = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error, ValueError) as error:
        raise _unreadable(path, getattr(error, "strerror", None) or "it is no CSV in UTF-8") from error
    columns = {str(name).strip().lower() for row in table[:1] for name in row if name is not None}
    lacking = [name for name in NEEDED if name not in columns]
    if lacking or not table:
        raise _unreadable(path, f"it has no column {', '.join(lacking)}" if table else "it holds no row")
    if len(table) > MOST_ROWS:
        raise _unreadable(path, f"it holds more than {MOST_ROWS:,} rows")
    root = folder.resolve()
    return tuple(_row(row, line, root) for line, row in enumerate(table, start=2))


def _row(raw: dict[str | None, str | list[str] | None], line: int, root: Path) -> Row:
    given = {
        str(name).strip().lower(): " ".join(value.split())
        for name, value in raw.items()
        if name is not None and isinstance(value, str)
    }
    file, patient, label, report = (given.get(name, "") for name in (*NEEDED, *OPTIONAL))
    try:
        path = (root / file).resolve()
        why = "" if path.is_relative_to(root) and path != root else "its file is outside the folder"
        why = why or ("" if path.exists() else "its file is not there")
    except (OSError, ValueError):
        path, why = root, "its file has no possible name"
    why = _wrong(raw, file, patient, label, report) or why
    return Row(line=line, path=path, patient=patient, label=label, report=report, why=why)


def _wrong(raw: dict[str | None, str | list[str] | None], file: str, patient: str, label: str, report: str) -> str:
    """What is wrong with a row's words; "" where nothing is."""
    if raw.get(None):
        return "it has more fields than the header"
    empty = [name for name, value in zip(NEEDED, (file, patient, label), strict=True) if not value]
    if empty:
        return f"it has no {', '.join(empty)}"
    if len(label) > MOST_LABEL or len(report) > MOST_REPORT or len(patient) > MOST_PATIENT:
        return f"its label, report or patient is longer than {MOST_LABEL}, {MOST_REPORT:,} or {MOST_PATIENT} characters"
    if not (label + report + patient).isprintable():
        return "its words hold control characters"
    if gives_orders(label) or gives_orders(report):
        return "its label or report speaks to an assistant"
    if len(patient) >= _TELLING and patient.lower() in f"{label} {report}".lower():
        return "its label or report holds the patient's identifier"
    return ""


def _unreadable(path: Path, why: str) -> CaseError:
    return CaseError(
        f"The list {path} cannot be used: {why}.",
        f"Give a CSV in UTF-8 with the columns {', '.join(NEEDED)} and, if wanted, {', '.join(OPTIONAL)}.",
        code="BED-CASE-001",
    )
