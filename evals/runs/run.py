"""Runs a benchmark in one or more ways over the same cases, going on where a killed run stopped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from bedside.core.settings import Settings
from bedside.evals.benchmarks.registry import Benchmark
from bedside.evals.doctors.made import make_doctor
from bedside.evals.patients.case import Row
from bedside.evals.patients.contract import Doctor, Measurement, Patient
from bedside.evals.patients.dialogue import Dialogue, converse
from bedside.evals.patients.made import make_patient
from bedside.evals.patients.measurement import CaseMeasurement
from bedside.evals.runs.journal import Journal
from bedside.evals.runs.setup import Setup
from bedside.evals.runs.task import run_logged
from bedside.evals.runs.watched import Watch
from bedside.evals.scoring.outcome import outcome_of


class Run(NamedTuple):
    """A finished run: the setup, where it is kept, and the dialogues in the order of the rows."""

    setup: Setup
    folder: Path
    dialogues: tuple[Dialogue, ...]


def run_benchmark(benchmark: Benchmark, rows: Sequence[Row], setup: Setup, settings: Settings) -> Run:
    """Runs every row once; those that the journal of the same run holds are not run again.

    Raises:
        SettingsError: there is no such doctor or patient, or inspect-ai is not installed.
        StorageError: the journal cannot be written.
    """
    model = settings.model.name if setup.doctor != "human" else ""
    digest = setup.digest(benchmark.name, tuple(row.case.id for row in rows), model)
    folder = settings.output / "evals" / benchmark.name / digest
    journal = Journal(folder / "journal.jsonl")
    done = journal.begin()
    (folder / "setup.json").write_text(setup.model_dump_json(indent=2), encoding="utf-8")
    if all(row.case.id in done for row in rows):
        return Run(setup, folder, tuple(done[row.case.id] for row in rows))
    talk = Talking(make_doctor(setup, settings), make_patient(setup, settings), CaseMeasurement(), setup, journal, done)
    with Watch(f"{benchmark.name}, {setup.name}", len(rows), len(done)) as watch:
        run_logged(
            benchmark.name,
            rows,
            partial(talk, watch=watch),
            outcome_of,
            folder / "logs",
            1,
            setup.model_dump(mode="json"),
        )
    done = journal.read()
    return Run(setup, folder, tuple(done[row.case.id] for row in rows))


class Talking:
    """Has one dialogue after the other, and keeps each when it is finished."""

    def __init__(
        self, doctor: Doctor, patient: Patient, measurement: Measurement, setup: Setup, journal: Journal,
        done: dict[str, Dialogue],
    ) -> None:  # fmt: skip
        self._doctor, self._patient, self._measurement = doctor, patient, measurement
        self._setup, self._journal, self._done = setup, journal, done

    def __call__(self, row: Row, watch: Watch) -> Dialogue:
        """The dialogue of a row: the one that is kept, else a new one."""
        if row.case.id in self._done:
            return self._done[row.case.id]
        if row.fault:
            dialogue = Dialogue(case=row.case.id, ended="failed", failure=f"case: {row.fault}")
        else:
            dialogue = converse(
                row.case, self._doctor, self._patient, self._measurement, self._setup.turns, opens=self._setup.opens
            )
        self._journal.add(dialogue)
        watch.step()
        return dialogue
