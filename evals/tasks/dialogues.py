"""Every benchmark of `evals/benchmarks` as an evaluation: each doctor over the same cases, beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bedside.core.settings import Settings
from bedside.evals.benchmarks.registry import Benchmark, benchmarks
from bedside.evals.patients.case import Row
from bedside.evals.registry import Report, Score, data_of, evaluation
from bedside.evals.runs.run import Run, run_benchmark
from bedside.evals.runs.setup import Setup
from bedside.evals.scoring.judge import DiagnosisJudge, make_judge
from bedside.evals.scoring.marks import ABSTAINED, FAILED, FIRST, FIVE, marks_of
from bedside.evals.scoring.paired import paired_difference
from bedside.evals.stats import Estimate, bootstrap, proportion

_SHARES = (FIRST, FIVE, ABSTAINED, FAILED)


def run_setups(
    benchmark: Benchmark, settings: Settings, data: Path | None, limit: int | None, setups: Sequence[Setup]
) -> Report:
    """Runs each setup over the same first `limit` cases; the first setup is compared with each other one, paired.

    Raises:
        SettingsError: the data is not there, or a setup names what there is not.
        StorageError: the journal cannot be written.
    """
    path = data_of(settings, data, f"The evaluation needs {benchmark.name}.", benchmark.folder)
    rows = benchmark.load(path)[:limit]
    runs = [run_benchmark(benchmark, rows, setup, settings) for setup in setups]
    judge = make_judge(setups[0].judge, settings, settings.output / "evals" / "verdicts.jsonl")
    scores = [score for run in runs for score in _scores(rows, run, judge)]
    if len(runs) > 1:
        scores += [score for run in runs[1:] for score in _differences(rows, runs[0], run, judge)]
    return Report(
        name=benchmark.name,
        set=f"{len(rows)} cases of {path.name}, {setups[0].turns} turns",
        scores=tuple(scores),
        notes=(*(note for run in runs for note in _notes(rows, run)), *(judge.about() if judge else ())),
    )


def _scores(rows: Sequence[Row], run: Run, judge: DiagnosisJudge | None) -> list[Score]:
    strata = {"": list(range(len(rows)))}
    leaky = [i for i, row in enumerate(rows) if row.gold.leaky]
    if leaky:
        strata |= {", answer named in the case": leaky, ", answer not named": [i for i in strata[""] if i not in leaky]}
    marks = [marks_of(row, dialogue, judge) for row, dialogue in zip(rows, run.dialogues, strict=True)]
    out = []
    for words, chosen in strata.items():
        for metric in marks[0] if marks and not words else (FIRST, FIVE):
            values = [marks[i][metric] for i in chosen]
            out.append(Score(metric=metric + words, system=run.setup.name, estimate=_estimate(metric, values)))
    return out


def _estimate(metric: str, values: list[float]) -> Estimate:
    return proportion(round(sum(values)), len(values)) if metric in _SHARES else bootstrap(values)


def _differences(rows: Sequence[Row], one: Run, other: Run, judge: DiagnosisJudge | None) -> list[Score]:
    name = f"{one.setup.name} less {other.setup.name}"
    marks = [[marks_of(row, d, judge) for row, d in zip(rows, run.dialogues, strict=True)] for run in (one, other)]
    return [
        Score(metric=metric, system=name, estimate=paired_difference(*([m[metric] for m in side] for side in marks)))
        for metric in (FIRST, FIVE)
    ]


def _notes(rows: Sequence[Row], run: Run) -> list[str]:
    failed = [d for d in run.dialogues if d.failure]
    notes = [f"{run.setup.name}: case {d.case} failed: {d.failure}" for d in failed]
    return [*notes, f"{run.setup.name}: every dialogue is in {run.folder}"]


for _benchmark in benchmarks().values():
    evaluation(_benchmark.name, _benchmark.purpose, talks=_benchmark.turns)(partial(run_setups, _benchmark))
