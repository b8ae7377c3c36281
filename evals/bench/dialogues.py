"""Dialogues a second with a scripted doctor and patient: what running and keeping them costs, without any thinking.

    python -m bedside.evals.bench.dialogues -n 500 --repeats 3

Each dialogue has ten questions. The first line is the dialogues and the journal alone, the second the whole run through
inspect-ai, with its log. Times of the processor are printed too, since a shared machine makes the clock slow.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bedside.evals.patients.actions import Ask, Choose
from bedside.evals.patients.case import CaseFact, Gold, Option, PatientCase, Row
from bedside.evals.patients.contract import Reply, Said, Step, View
from bedside.evals.patients.dialogue import Dialogue, converse
from bedside.evals.patients.measurement import CaseMeasurement
from bedside.evals.runs.journal import Journal
from bedside.evals.runs.run import Talking
from bedside.evals.runs.task import run_logged
from bedside.evals.runs.watched import Watch
from bedside.evals.scoring.marks import outcome_of

_QUESTIONS = 10
_TARGET = 50


class _Doctor:
    name = "scripted"

    def act(self, view: View) -> Step:
        if view.turns_left == 0:
            return Step(action=Choose(letter="A"))
        return Step(action=Ask(text=f"Have you had pain in the belly for more than {view.turns_left} days?"))


class _Patient:
    name = "scripted"

    def opening(self, case: PatientCase) -> Reply:
        return Reply(text="Hello.")

    def reply(self, case: PatientCase, said: tuple[Said, ...], question: str) -> Reply:
        return Reply(text=case.facts[len(said) % 2].text, used=(case.facts[len(said) % 2].id,))


def rows(n: int) -> list[Row]:
    """Cases of two facts and two options."""
    facts = (
        CaseFact(id="f1", text="It began at the navel two days ago"),
        CaseFact(id="f2", text="I have not been sick"),
    )
    options = (Option(letter="A", text="appendicitis"), Option(letter="B", text="gastroenteritis"))
    return [
        Row(
            PatientCase(id=f"case {i}", objective="Pain.", facts=facts, task="choose", options=options),
            Gold(option="A"),
        )
        for i in range(n)
    ]


def have(case: PatientCase) -> Dialogue:
    """One dialogue of ten questions."""
    return converse(case, _Doctor(), _Patient(), CaseMeasurement(), _QUESTIONS)


def alone(cases: list[Row], folder: Path) -> None:
    """The dialogues, each kept in the journal."""
    talking = _talking(folder)
    with Watch("alone", len(cases)) as watch:
        for row in cases:
            talking(row, watch)


def logged(cases: list[Row], folder: Path) -> None:
    """The same through inspect-ai."""
    with Watch("logged", len(cases)) as watch:
        run_logged("bench", cases, partial(_talking(folder), watch=watch), outcome_of, folder / "logs", 1, {})


def _talking(folder: Path) -> Talking:
    journal = Journal(folder / "journal.jsonl")
    return Talking(have, 1, journal, journal.begin())


def timed(way: Callable[[list[Row], Path], None], cases: list[Row]) -> tuple[float, float]:
    """Seconds by the clock and of the processor, a dialogue."""
    with TemporaryDirectory() as place:
        clock, processor = time.perf_counter(), time.process_time()
        way(cases, Path(place))
        return (time.perf_counter() - clock) / len(cases), (time.process_time() - processor) / len(cases)


def main() -> None:
    """Prints both."""
    read = argparse.ArgumentParser(prog="python -m bedside.evals.bench.dialogues", description=__doc__)
    read.add_argument("-n", type=int, default=500)
    read.add_argument("--repeats", type=int, default=3)
    given = read.parse_args()
    cases = rows(given.n)
    for name, way in (("dialogues and journal alone", alone), ("the whole run, through inspect-ai", logged)):
        timed(way, rows(2))  # what is loaded on the first use is no part of it
        found = [timed(way, cases) for _ in range(given.repeats)]
        clock, processor = (statistics.median(one[i] for one in found) for i in (0, 1))
        print(
            f"{name}: {1 / clock:.0f} dialogues a second (n={given.n}, median of {given.repeats}); "
            f"{1000 * processor:.1f} ms of processor time each; target {_TARGET} a second"
        )


if __name__ == "__main__":
    main()
