"""Runs a benchmark in one or more ways over the same cases, going on where a killed run stopped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import takewhile
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from bedside.core.settings import Settings
from bedside.evals.benchmarks.registry import Benchmark
from bedside.evals.doctors.made import make_doctor
from bedside.evals.patients.case import PatientCase, Row
from bedside.evals.patients.dialogue import Dialogue, converse
from bedside.evals.patients.made import make_patient
from bedside.evals.patients.measurement import MISSING, CaseMeasurement
from bedside.evals.runs.how import How, at_once_of
from bedside.evals.runs.journal import Journal
from bedside.evals.runs.kept import JOURNAL, about_of, contents_of, keep_about, last_added
from bedside.evals.runs.setup import Setup
from bedside.evals.runs.task import run_logged
from bedside.evals.runs.watched import Watch
from bedside.evals.scoring.outcome import outcome_of

Have = Callable[[PatientCase], Dialogue]
# What a model that is not there, too slow or out of reach ends a dialogue with.
_GONE = ("BED-MODEL-001", "BED-MODEL-003", "BED-NET-001", "BED-WEIGHT-001", "BED-EVAL-038")
_UNUSABLE = "case: "
_IN_A_ROW = 3


class Run(NamedTuple):
    """A finished run: the setup, where it is kept, and the dialogues in the order of the rows."""

    setup: Setup
    folder: Path
    dialogues: tuple[Dialogue, ...]


def run_benchmark(
    benchmark: Benchmark, rows: Sequence[Row], setup: Setup, settings: Settings, how: How | None = None
) -> Run:
    """Runs every row once; those that the journal of the same run holds are not run again.

    Raises:
        SettingsError: there is no such doctor or patient, or inspect-ai or Ray is not installed.
        StorageError: the journal cannot be written.
    """
    how = how or How()
    about = about_of(benchmark, setup, settings, rows)
    model = f"{settings.model.backend} {settings.model.name}"
    folder = settings.output / "evals" / benchmark.name / setup.digest(benchmark.name, contents_of(rows), model)
    journal = Journal(folder / JOURNAL)
    if how.fresh:
        journal.set_aside()
    done = _to_keep(journal.begin(), rows)
    kept = keep_about(folder, about, rows, anew=how.fresh)
    if done:
        _say(f"{setup.name}: {len(done)} of {len(rows)} dialogues are kept in {folder}; --fresh has them again.")
        if kept.code not in ("", about.code):
            _say(f"{setup.name}: the code has changed since: what is kept and what is had now may not be alike.")
    if not all(case in done for case in about.cases):
        with _having(setup, settings, how) as (have, at_once):
            _talk(benchmark, rows, setup, folder, Talking(have, at_once, journal, done), how.log)
    elif how.log and not _is_logged(folder):  # killed between the last dialogue and its log, or had without one
        _talk(benchmark, rows, setup, folder, Talking(_kept_only, 1, journal, done), how.log)
    return Run(setup, folder, tuple(done[case] for case in about.cases))


def _to_keep(done: dict[str, Dialogue], rows: Sequence[Row]) -> dict[str, Dialogue]:
    """What is kept, but for what to have again: the last, where the model went, and rows that can be used now."""
    away = list(takewhile(lambda dialogue: dialogue.failure.startswith(_GONE), reversed(done.values())))
    again = {dialogue.case for dialogue in away} if len(away) >= _IN_A_ROW else set()
    again |= {row.case.id for row in rows if not row.fault and _is_unusable(done.get(row.case.id))}
    again |= {row.case.id for row in rows if row.case.id in done and _lacked_a_picture(row, done[row.case.id])}
    return {case: dialogue for case, dialogue in done.items() if case not in again}


def _is_unusable(dialogue: Dialogue | None) -> bool:
    return dialogue is not None and dialogue.failure.startswith(_UNUSABLE)


def _lacked_a_picture(row: Row, dialogue: Dialogue) -> bool:
    """Whether a picture that is there now was missing when it was asked for."""
    there = [MISSING.format(name=p.name) for p in row.case.pictures if p.path is not None]
    return any(words in turn.text for turn in dialogue.turns if turn.speaker == "measurement" for words in there)


def _talk(benchmark: Benchmark, rows: Sequence[Row], setup: Setup, folder: Path, talking: Talking, log: bool) -> None:
    with Watch(f"{benchmark.name}, {setup.name}", len(rows), len(talking.done)) as watch:
        talk = partial(talking, watch=watch)
        if log:
            about, logs = setup.model_dump(mode="json"), folder / "logs"
            run_logged(benchmark.name, rows, talk, outcome_of, logs, talking.at_once, about)
        else:
            threads = ThreadPoolExecutor(talking.at_once)
            try:
                list(threads.map(talk, rows))
            finally:
                threads.shutdown(cancel_futures=True)  # after an error or Ctrl-C nothing more is begun


def _is_logged(folder: Path) -> bool:
    """Whether a log was finished after the last dialogue."""
    last = last_added(folder)
    return any(log.stat().st_mtime >= last for log in (folder / "logs").glob("*.eval"))


def _kept_only(case: PatientCase) -> Dialogue:
    raise AssertionError(f"{case.id} is kept")


@contextmanager
def _having(setup: Setup, settings: Settings, how: How) -> Iterator[tuple[Have, int]]:
    """What has a dialogue, and how many of them at once: here, or on a Ray cluster."""
    if how.ray:
        from bedside.evals.runs.over_ray import actors

        with actors(setup, settings, how) as have:
            yield have, how.at_once
        return
    at_once = at_once_of(how, setup, settings)
    if at_once < how.at_once:
        _say(f"{setup.name}: one dialogue at a time, because the core model runs in this process.")
    yield haver(setup, settings), at_once


def haver(setup: Setup, settings: Settings) -> Have:
    """Has dialogues as a setup says, in this process.

    Raises:
        SettingsError: there is no such doctor or patient.
    """
    doctor, patient, measurement = make_doctor(setup, settings), make_patient(setup, settings), CaseMeasurement()
    return lambda case: converse(case, doctor, patient, measurement, setup.turns, opens=setup.opens)


class Talking:
    """Has dialogues and keeps each when it is finished; may be called from several threads.

    When three dialogues in a row end because a model is not there or too slow, the others are not tried: they count as
    failed. The same command tries all of these when it is given again.

    Args:
        have: has one dialogue.
        at_once: how many `have` may be asked for at the same time.
        journal: where a finished dialogue is kept.
        done: the dialogues by case; those that are had are added.
    """

    def __init__(self, have: Have, at_once: int, journal: Journal, done: dict[str, Dialogue]) -> None:
        self.at_once, self.done = at_once, done
        self._have, self._journal = have, journal
        self._lock, self._gone = Lock(), 0

    def __call__(self, row: Row, watch: Watch) -> Dialogue:
        """The dialogue of a row: the one that is kept, else a new one."""
        if row.case.id in self.done:
            return self.done[row.case.id]
        if row.fault:
            dialogue = Dialogue(case=row.case.id, ended="failed", failure=f"{_UNUSABLE}{row.fault}")
        elif self._gone >= _IN_A_ROW:
            why = f"BED-EVAL-034: not asked, since {_IN_A_ROW} dialogues in a row ended without the model."
            self.done[row.case.id] = Dialogue(case=row.case.id, ended="failed", failure=why)
            return self.done[row.case.id]
        else:
            dialogue = self._have(row.case)
        with self._lock:
            self._gone = self._gone + 1 if dialogue.failure.startswith(_GONE) else 0
            self._journal.add(dialogue)
            self.done[row.case.id] = dialogue
            watch.step()
        return dialogue


def _say(words: str) -> None:
    """To whoever waits; scores stay alone on standard output."""
    print(words, file=sys.stderr)
