"""From a folder and its list to the store, case by case: stopped at any moment, the same call goes on where it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

from bedside.core.base import Frozen
from bedside.core.errors import CaseError, ImageReadError
from bedside.tools.similar.cases import Cases
from bedside.tools.similar.listed import Row, read_list


class Failed(Frozen):
    """A row that was passed over, and why."""

    line: int
    why: str


class AddReport(Frozen):
    """What came of adding: counts of pictures, and the rows that were passed over."""

    added: int = 0
    unchanged: int = 0
    replaced: int = 0
    failed: tuple[Failed, ...] = ()


def add_folder(
    cases: Cases, folder: Path, labels: Path, limit_bytes: int, on_row: Callable[[int, int], None] | None = None
) -> AddReport:
    """Adds every picture of a list; a row that cannot be used is reported and the others are added.

    Args:
        cases: where they go.
        folder: where the pictures are.
        labels: the list, see `read_list`.
        limit_bytes: the most that one picture may take.
        on_row: told how many rows are done, of how many.

    Raises:
        CaseError: the list cannot be read.
        WeightError: the network that embeds a picture cannot be had.
        StorageError: the disk is full, or the store is locked or damaged. What was written before stays.
    """
    rows = read_list(labels, folder)
    counts: Counter[str] = Counter()
    failed: list[Failed] = []
    try:
        for done, row in enumerate(rows, start=1):
            try:
                counts[_add(cases, row, limit_bytes)] += 1
            except (CaseError, ImageReadError) as error:
                failed.append(Failed(line=row.line, why=str(error)))
            if on_row:
                on_row(done, len(rows))
    finally:
        cases.finish()
    return AddReport(
        added=counts["added"], unchanged=counts["unchanged"], replaced=counts["replaced"], failed=tuple(failed)
    )


def _add(cases: Cases, row: Row, limit_bytes: int) -> str:
    from bedside.tools.imaging.door import open_file

    if row.why:
        raise CaseError(f"Row {row.line} cannot be used: {row.why}.", "Correct the row.", code="BED-CASE-002")
    study = open_file(row.path, attachment_id="A1", limit_bytes=limit_bytes)
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    return cases.add(study, row.patient, row.label, row.report, now)
