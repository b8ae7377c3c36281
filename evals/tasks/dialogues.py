"""Every benchmark of `evals/benchmarks` as an evaluation: each doctor over the same cases, beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bedside.core.settings import Settings
from bedside.evals.benchmarks.registry import Benchmark, benchmarks
from bedside.evals.patients.case import Row
from bedside.evals.registry import Report, Score, data_of, evaluation
from bedside.evals.runs.how import How
from bedside.evals.runs.run import Run, run_benchmark
from bedside.evals.runs.setup import Setup
from bedside.evals.scoring.judge import VERDICTS, make_judge
from bedside.evals.scoring.marks import marks_of_all
from bedside.evals.scoring.paired import paired_difference
from bedside.evals.scoring.summary import Marks, headlines_of, names_in, scores_of


def run_setups(
    benchmark: Benchmark,
    settings: Settings,
    data: Path | None,
    limit: int | None,
    setups: Sequence[Setup],
    how: How | None = None,
) -> Report:
    """Runs each setup over the same first `limit` cases; the first setup is compared with each other one, paired.

    Raises:
        SettingsError: the data is not there, or a setup names what there is not.
        StorageError: the journal cannot be written.
    """
    path = data_of(settings, data, f"The evaluation needs {benchmark.name}.", benchmark.folder)
    rows = benchmark.load(path)[:limit]
    runs = [run_benchmark(benchmark, rows, setup, settings, how) for setup in setups]
    judge = make_judge(setups[0].judge, settings, settings.output / VERDICTS)
    marks = [marks_of_all(rows, run.dialogues, judge) for run in runs]
    scores = [
        score
        for run, found in zip(runs, marks, strict=True)
        for score in scores_of(rows, run.dialogues, found, run.setup.name)
    ]
    for run, found in zip(runs[1:], marks[1:], strict=True):
        scores += _differences(f"{runs[0].setup.name} less {run.setup.name}", marks[0], found)
    return Report(
        name=benchmark.name,
        set=f"{len(rows)} cases of {path.name}, {setups[0].turns} turns",
        scores=tuple(scores),
        notes=(*(note for run in runs for note in _notes(rows, run)), *(judge.about() if judge else ())),
    )


def _differences(name: str, one: Marks, other: Marks) -> list[Score]:
    """One less the other, by what says how good a system is."""
    pairs = list(zip(one, other, strict=True))
    both = {
        metric: [(a[metric], b[metric]) for a, b in pairs if metric in a and metric in b]
        for metric in headlines_of(names_in(one))
    }
    return [
        Score(metric=metric, system=name, estimate=paired_difference(*zip(*values, strict=True)))
        for metric, values in both.items()
        if values
    ]


def _notes(rows: Sequence[Row], run: Run) -> list[str]:
    failed = [d for d in run.dialogues if d.failure]
    notes = [f"{run.setup.name}: case {d.case} failed: {d.failure}" for d in failed]
    return [*notes, f"{run.setup.name}: every dialogue is in {run.folder}"]


for _benchmark in benchmarks().values():
    evaluation(_benchmark.name, _benchmark.purpose, talks=_benchmark.turns)(partial(run_setups, _benchmark))
