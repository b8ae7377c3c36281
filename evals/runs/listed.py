"""The kept runs as a list: what each was, how far it is, and where."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from bedside.core.base import Frozen
from bedside.evals.runs.kept import KeptRun


class Listed(Frozen):
    """One kept run in a line.

    Attributes:
        benchmark, system, patient, turns, model: what was run.
        done, cases: dialogues that are finished, of how many.
        failed: of those, how many failed.
        last: when one was last finished, ISO 8601, UTC; "" where none is.
        folder: where it is kept.
    """

    benchmark: str
    system: str
    patient: str
    turns: int
    model: str
    done: int
    cases: int
    failed: int
    last: str
    folder: Path


def listed(run: KeptRun) -> Listed:
    """A run in a line."""
    about, when = run.about, datetime.datetime.fromtimestamp(run.last, datetime.timezone.utc)
    return Listed(
        benchmark=about.benchmark,
        system=about.setup.name,
        patient=about.setup.patient,
        turns=about.setup.turns,
        model=about.model,
        done=len(run.dialogues),
        cases=len(about.cases),
        failed=sum(dialogue.ended == "failed" for dialogue in run.dialogues.values()),
        last=when.isoformat(timespec="seconds") if run.dialogues else "",
        folder=run.folder,
    )


def to_text(runs: Sequence[Listed]) -> str:
    """Aligned lines; the folder stands last, to be copied."""
    if not runs:
        return "No run of dialogues is kept. `bedside eval run agentclinic` makes one."
    rows = [("benchmark", "doctor", "patient", "turns", "finished", "failed", "last", "folder")]
    rows += [
        (
            run.benchmark, run.system, run.patient, str(run.turns),
            f"{run.done} of {run.cases}" + ("" if run.done < run.cases else ", whole"),
            str(run.failed), run.last[:16].replace("T", " "), str(run.folder),
        )
        for run in runs
    ]  # fmt: skip
    wide = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)] + [0]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, wide, strict=True)).rstrip() for row in rows)
