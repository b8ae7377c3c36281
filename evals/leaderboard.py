"""How systems stand on a small slice of a benchmark, kept in a file, so that a change for the worse is noticed."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import TypeAdapter, ValidationError

from bedside import __version__
from bedside.core.base import Frozen
from bedside.core.errors import SettingsError, StorageError
from bedside.core.settings import Settings
from bedside.evals.benchmarks.registry import benchmarks
from bedside.evals.registry import data_of
from bedside.evals.runs.run import run_benchmark
from bedside.evals.runs.setup import Setup
from bedside.evals.scoring.marks import FIRST, FIVE, outcome_of

FILE = Path(__file__).with_name("leaderboard.json")
SLICE = 20
# One case of twenty: a deterministic doctor that loses two has become worse, or the file is to be updated on purpose.
TOLERANCE = 0.05
_KEPT = (FIRST, FIVE, "questions asked", "tests asked for")


class Standing(Frozen):
    """How one system stands on one slice.

    Attributes:
        benchmark: its name.
        slice: how many cases, from the first.
        cases: a hash of their ids, so that figures of other cases are not compared.
        system: as `Setup.name` has it.
        turns: how many questions and tests there could be.
        figures: means over the cases.
        date: when it was measured, ISO 8601.
        version: of Bedside.
    """

    benchmark: str
    slice: int
    cases: str
    system: str
    turns: int
    figures: dict[str, float]
    date: str
    version: str

    @property
    def place(self) -> tuple[str, int, str]:
        """What there is one standing of."""
        return self.benchmark, self.slice, self.system


_FORM: TypeAdapter[tuple[Standing, ...]] = TypeAdapter(tuple[Standing, ...])


def standings(path: Path = FILE) -> tuple[Standing, ...]:
    """What the file holds.

    Raises:
        SettingsError: it breaks the form.
    """
    try:
        return _FORM.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise SettingsError(
            f"The leaderboard {path} cannot be read: {error}", "Take the one of the repository.", code="BED-EVAL-035"
        ) from error


def measure(settings: Settings, benchmark: str = "agentclinic", data: Path | None = None) -> Standing:
    """Runs Bedside on the slice, from the beginning; nothing is kept.

    Raises:
        SettingsError: there is no such benchmark, or its data is not there.
    """
    found = benchmarks().get(benchmark)
    if found is None:
        raise SettingsError(
            f"There is no benchmark {benchmark!r}.",
            f"Benchmarks: {', '.join(sorted(benchmarks()))}.",
            code="BED-EVAL-001",
        )
    rows = found.load(data_of(settings, data, f"The leaderboard needs {benchmark}.", found.folder))[:SLICE]
    setup = Setup(turns=found.turns)
    with TemporaryDirectory() as place:
        run = run_benchmark(found, rows, setup, settings.model_copy(update={"output": Path(place)}))
    marks = [outcome_of(row, dialogue) for row, dialogue in zip(rows, run.dialogues, strict=True)]
    return Standing(
        benchmark=benchmark,
        slice=len(rows),
        cases=hashlib.sha256("\n".join(row.case.id for row in rows).encode()).hexdigest()[:12],
        system=setup.name,
        turns=setup.turns,
        figures={m: round(sum(one[m] for one in marks) / len(marks), 4) for m in _KEPT if marks and m in marks[0]},
        date=datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        version=__version__,
    )


def fallen(kept: Standing, now: Standing) -> list[str]:
    """What is worse than it stood by more than the tolerance, in words.

    Raises:
        SettingsError: the two are not of the same cases.
    """
    if (kept.place, kept.cases, kept.turns) != (now.place, now.cases, now.turns):
        raise SettingsError(
            f"The slice of {now.benchmark} is of other cases than the leaderboard's.",
            "Use the published file, or `bedside eval leaderboard --update`.",
            code="BED-EVAL-036",
        )
    return [
        f"{metric}: {now.figures[metric]:.3f}, and it stood at {kept.figures[metric]:.3f}"
        for metric in (FIRST, FIVE)
        if now.figures[metric] < kept.figures[metric] - TOLERANCE - 1e-9
    ]


def update(now: Standing, path: Path = FILE) -> tuple[Standing, ...]:
    """Puts a standing into the file in place of the one before it.

    Raises:
        StorageError: the file cannot be written.
    """
    before = standings(path) if path.exists() else ()
    rows = sorted([*(one for one in before if one.place != now.place), now], key=lambda one: one.place)
    text = json.dumps([one.model_dump() for one in rows], indent=2)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written ({error.strerror}).", "Run it in a copy of the repository."
        ) from error
    return tuple(rows)


def to_text(rows: Sequence[Standing]) -> str:
    """A line for each standing."""
    lines = []
    for one in rows:
        figures = ", ".join(f"{metric} {value:.3f}" for metric, value in one.figures.items())
        lines.append(f"{one.benchmark}, first {one.slice} cases, {one.system}: {figures} ({one.date}, {one.version})")
    return "\n".join(lines)
