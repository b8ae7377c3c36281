"""A benchmark run with a slow scripted doctor, as its own process, to be killed.

    python -m support.slow_run OUTPUT CASES DELAY

Each turn of the doctor takes DELAY seconds. At the end the report is in OUTPUT/scores.json and OUTPUT/report.html. One
case in seven cannot be used, one in seven ends in an error, and of the others the doctor chooses some wrongly.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from bedside.core.errors import ModelUnavailableError
from bedside.core.settings import Settings
from bedside.evals.benchmarks.registry import Benchmark
from bedside.evals.patients.actions import Ask, Choose
from bedside.evals.patients.case import CaseFact, Gold, Option, PatientCase, Row
from bedside.evals.patients.contract import Reply, Said, Step, View
from bedside.evals.reports.page import write_page
from bedside.evals.runs import run as runs
from bedside.evals.runs.kept import read_run
from bedside.evals.runs.setup import Setup
from bedside.evals.tasks.dialogues import run_setups


def slow_rows(cases: int) -> list[Row]:
    """Cases with two options; what is right is told by the number."""
    options = (Option(letter="A", text="rest"), Option(letter="B", text="surgery"))
    return [
        Row(
            PatientCase(
                id=f"case {n}",
                objective=f"Patient {n} has pain. Rest or surgery?",
                facts=(CaseFact(id="f1", text=f"The pain is {n} of ten"),),
                task="choose",
                options=options,
            ),
            Gold(option="AB"[n % 2]),
            "no pain at all" if n % 7 == 3 else "",
        )
        for n in range(cases)
    ]


class SlowDoctor:
    """Asks twice, then chooses by what it heard; one objective in seven is too much for it."""

    name = "slow"

    def __init__(self, delay: float) -> None:
        self._delay = delay

    def act(self, view: View) -> Step:
        """The next of its three turns."""
        time.sleep(self._delay)
        number = int(view.objective.split()[1])
        if number % 7 == 5:
            raise ModelUnavailableError("The server does not answer.", "Start it.")
        if len(view.said) < 4:
            return Step(action=Ask(text=f"How bad is it, said {len(view.said)}?"), tokens=3)
        return Step(action=Choose(letter="A" if number % 3 else "B", probabilities={"A": 0.5, "B": 0.5}), tokens=2)


class PlainPatient:
    """Says its one fact."""

    name = "plain"

    def opening(self, case: PatientCase) -> Reply:
        """Nothing."""
        return Reply(text="Hello.")

    def reply(self, case: PatientCase, said: tuple[Said, ...], question: str) -> Reply:
        """The fact."""
        return Reply(text=case.facts[0].text, used=("f1",))


def slow_run(output: Path, cases: int, delay: float) -> None:
    """Runs it and writes both reports."""
    runs.make_doctor = lambda setup, settings: SlowDoctor(delay)  # type: ignore[assignment]
    runs.make_patient = lambda setup, settings: PlainPatient()  # type: ignore[assignment]
    rows = slow_rows(cases)
    benchmark = Benchmark("slow", "slow cases", "", lambda path: rows, 6)
    report = run_setups(benchmark, Settings(output=output), output, None, (Setup(turns=6),))
    folder = next((output / "evals" / "slow").iterdir())
    write_page([read_run(folder)], output / "report.html", times=False)
    kept = report.model_copy(
        update={
            "set": "",
            "scores": tuple(s for s in report.scores if s.metric != "seconds"),
            "notes": report.notes[:-1],
        }
    )
    (output / "scores.json").write_text(kept.model_dump_json(indent=1), encoding="utf-8")


if __name__ == "__main__":
    slow_run(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
