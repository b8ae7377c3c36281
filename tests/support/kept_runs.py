"""Finished runs made by hand, for tests of what is made from them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bedside.evals.patients.actions import Abstain, Ask, Cited, Diagnose, Named, RequestTest
from bedside.evals.patients.case import Gold, Row
from bedside.evals.patients.dialogue import Dialogue, Turn
from bedside.evals.runs.kept import About, KeptRun
from bedside.evals.runs.setup import Setup
from support.told_cases import small_row

RIGHT, WRONG = "Acute appendicitis", "Migraine"


def kept_run(
    folder: Path,
    doctor: str,
    endings: str,
    leaky: Sequence[int] = (),
    seconds: float = 0.1,
    said: str = "Does it hurt?",
) -> KeptRun:
    """A run in which case by case the doctor is right (R), wrong (W), abstains (A) or fails (F)."""
    rows = tuple(_row(i, i in leaky) for i in range(len(endings)))
    about = About(
        benchmark="small",
        purpose="small cases",
        setup=Setup(doctor=doctor, turns=6),
        model="tiny",
        version="0.1.0",
        begun="2026-11-28T10:00:00+00:00",
        cases=tuple(row.case.id for row in rows),
    )
    dialogues = {row.case.id: _dialogue(row, end, seconds, said) for row, end in zip(rows, endings, strict=True)}
    return KeptRun(folder, about, rows, dialogues)


def _row(number: int, leaky: bool) -> Row:
    row = small_row(number)
    return Row(row.case, Gold(diagnosis=RIGHT, leaky=leaky))


def _dialogue(row: Row, end: str, seconds: float, said: str) -> Dialogue:
    final = {
        "R": Diagnose(
            ranked=(Named(name=RIGHT, confidence=0.8), Named(name=WRONG, confidence=0.1)),
            statements=(Cited(text="Pain that moved speaks for it.", evidence=("“moved to the right iliac fossa”",)),),
            plan=(Cited(text="Ask a surgeon.", evidence=("Body X, 2024, 1.2",)),),
            plain="I think that your appendix is inflamed.",
        ),
        "W": Diagnose(ranked=(Named(name=WRONG, confidence=0.6),)),
        "A": Abstain(why="too little is known"),
        "F": None,
    }[end]
    turns = [
        Turn(speaker="doctor", text=said, action=Ask(text=said), seconds=seconds),
        Turn(speaker="patient", text="I have pain in the belly.", used=("f2",), seconds=seconds),
        Turn(speaker="doctor", text="Please test: blood.", action=RequestTest(name="blood tests"), seconds=seconds),
        Turn(speaker="measurement", text="White cell count: 15 x 10^9/L.", used=("r2",), seconds=seconds),
    ]
    if final is None:
        failure = "BED-MODEL-003: the server did not answer in time."
        return Dialogue(case=row.case.id, turns=tuple(turns), ended="failed", failure=failure)
    turns.append(Turn(speaker="doctor", text="I conclude.", action=final, seconds=seconds))
    ended = "abstained" if end == "A" else "answered"
    return Dialogue(case=row.case.id, turns=tuple(turns), ended=ended, final=final)
