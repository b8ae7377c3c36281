"""What a run leaves in its folder, and the runs that are kept: what was run, the cases, and the dialogues so far."""

from __future__ import annotations

import datetime
import hashlib
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from pydantic import TypeAdapter, ValidationError

from bedside import __version__
from bedside.core.base import Frozen
from bedside.core.errors import SettingsError, StorageError
from bedside.core.settings import Settings
from bedside.evals.benchmarks.registry import Benchmark
from bedside.evals.patients.case import Row
from bedside.evals.patients.dialogue import Dialogue
from bedside.evals.runs.code import code_digest
from bedside.evals.runs.journal import Journal
from bedside.evals.runs.setup import Setup

ABOUT, CASES, JOURNAL = "about.json", "cases.jsonl", "journal.jsonl"
_ROW: TypeAdapter[Row] = TypeAdapter(Row)
# What else than the doctor may tell two runs apart, and how it is said.
_TOLD = {"patient": "patient {}", "turns": "{} turns", "seed": "seed {}"}


class About(Frozen):
    """What a run was.

    Attributes:
        benchmark: its name.
        purpose: what the benchmark measures.
        setup: who took part.
        model: the core model of the settings; "" where none is asked.
        version: of Bedside.
        code: a hash of Bedside's code that it was begun with.
        begun: the day and time of the first start, ISO 8601, UTC.
        cases: ids, in order.
    """

    benchmark: str
    purpose: str = ""
    setup: Setup
    model: str = ""
    version: str = ""
    code: str = ""
    begun: str = ""
    cases: tuple[str, ...] = ()


class KeptRun(NamedTuple):
    """A run as its folder holds it; `dialogues` are those that are finished, by case."""

    folder: Path
    about: About
    rows: tuple[Row, ...]
    dialogues: dict[str, Dialogue]

    @property
    def finished(self) -> bool:
        """Whether every case has its dialogue."""
        return all(case in self.dialogues for case in self.about.cases)

    @property
    def last(self) -> float:
        """When a dialogue was last added, in seconds since 1970."""
        return last_added(self.folder)

    @property
    def in_order(self) -> tuple[Dialogue, ...]:
        """The dialogues of a finished run, in the order of the cases."""
        return tuple(self.dialogues[row.case.id] for row in self.rows)


class HasAbout(Protocol):
    """What has a run's `About`: the run itself, or what is made of it."""

    @property
    def about(self) -> About:
        """What the run was."""
        ...


def last_added(folder: Path) -> float:
    """When a dialogue was last added to a run's journal, in seconds since 1970; 0 where there is none."""
    journal = folder / JOURNAL
    return journal.stat().st_mtime if journal.exists() else 0.0


def about_of(benchmark: Benchmark, setup: Setup, settings: Settings, rows: Sequence[Row]) -> About:
    """What a run is that begins now."""
    return About(
        benchmark=benchmark.name,
        purpose=benchmark.purpose,
        setup=setup,
        model=settings.model.name if setup.doctor != "human" else "",
        version=__version__,
        code=code_digest(),
        begun=datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        cases=tuple(row.case.id for row in rows),
    )


def contents_of(rows: Sequence[Row], *, said: bool = False) -> tuple[str, ...]:
    """What each row is, in letters: its case and what is right, but for where its pictures lie.

    With `said`, only what it says: a field that a later version adds then changes nothing where a set is silent on it.
    """
    return tuple(
        row.case.model_dump_json(exclude_defaults=said, exclude={"pictures": {"__all__": {"path"}}})
        + row.gold.model_dump_json(exclude_defaults=said)
        for row in rows
    )


def digest_of(rows: Sequence[Row]) -> str:
    """A hash of what all rows say: equal for runs over the same cases, also with fields that a later version adds."""
    return hashlib.sha256("\x1f".join(contents_of(rows, said=True)).encode()).hexdigest()[:16]


def keep_about(folder: Path, about: About, rows: Sequence[Row], *, anew: bool) -> About:
    """Writes what is run and its cases into the run's folder, once, or `anew`; returns what is there then.

    The cases are written again where a picture came, and what is run where another judge is to mark it.

    Raises:
        SettingsError: what is there is damaged.
        StorageError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        cases = "".join(_ROW.dump_json(row).decode() + "\n" for row in rows)
        first = anew or not (folder / ABOUT).exists()
        if first or (folder / CASES).read_text(encoding="utf-8") != cases:
            _write(folder / CASES, cases)
        there = None if first else _about_in(folder)
        kept = about if there is None else there.model_copy(update={"setup": about.setup})
        if kept != there:
            _write(folder / ABOUT, kept.model_dump_json(indent=2))
    except OSError as error:
        raise StorageError(f"The run's folder {folder} cannot be written: {error}.", "Free the disk.") from error
    return kept


def _write(path: Path, text: str) -> None:
    """Whole or not at all, so that a kill leaves no half of it."""
    half = path.with_suffix(".half")
    half.write_text(text, encoding="utf-8")
    half.replace(path)


def read_run(folder: Path) -> KeptRun:
    """The run that a folder holds.

    Raises:
        SettingsError: it holds none.
        StorageError: its journal is damaged.
    """
    about = _about_in(folder)
    try:
        lines = (folder / CASES).read_text(encoding="utf-8").split("\n")
        rows = tuple(_ROW.validate_json(line) for line in lines if line)
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise _no_run(folder) from error
    return KeptRun(folder, about, rows, Journal(folder / JOURNAL).read())


def _about_in(folder: Path) -> About:
    try:
        return About.model_validate_json((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise _no_run(folder) from error


def _no_run(folder: Path) -> SettingsError:
    return SettingsError(
        f"{folder} holds no run of dialogues.", "`bedside eval runs` lists those that are kept.", code="BED-EVAL-031"
    )


def kept_runs(output: Path, benchmark: str = "") -> list[KeptRun]:
    """Every run below the folder for output, or those of one benchmark; the one that went on last comes last."""
    folders = [path.parent for path in sorted((output / "evals").glob(f"*/*/{ABOUT}"))]
    found = [_readable(folder) for folder in folders if benchmark in ("", folder.parent.name)]
    return sorted((run for run in found if run is not None), key=lambda run: run.last)


def _readable(folder: Path) -> KeptRun | None:
    """A run, or None where its files are damaged: one such folder is named and hides no other."""
    try:
        return read_run(folder)
    except (SettingsError, StorageError) as error:
        print(f"Left out: {error.what}", file=sys.stderr)
        return None


def runs_to_show(names: Sequence[str], output: Path, doctors: Sequence[str] = ()) -> tuple[KeptRun, ...]:
    """The finished runs that a command names.

    Args:
        names: folders of runs, or one benchmark, which stands for its finished runs over the cases that were last run.
        output: the folder for output.
        doctors: only runs of these, in this order ("bedside", "bedside without tools"); none for all.

    Raises:
        SettingsError: there is no such run, or one is not finished.
    """
    folders = [_folder(name, output) for name in names]
    if any(folders):
        runs = [read_run(folder or Path(name)) for folder, name in zip(folders, names, strict=True)]
    elif len(names) == 1:
        runs = _latest([run for run in kept_runs(output, names[0]) if run.finished], doctors)
    else:
        runs = []
    if not runs:
        raise SettingsError(
            f"No finished run is kept for {', '.join([*names, *doctors])}.",
            "Run it with `bedside eval run`; `bedside eval runs` lists those that are kept.",
            code="BED-EVAL-031",
        )
    for run in runs:
        if not run.finished:
            raise SettingsError(
                f"The run in {run.folder} is not finished: {len(run.dialogues)} of {len(run.about.cases)} dialogues.",
                "Run the same command again: it goes on.",
                code="BED-EVAL-032",
            )
    return tuple(runs)


def _folder(name: str, output: Path) -> Path | None:
    """The folder of a run that a name stands for: itself, or the digest of a run below the output."""
    below = (output / "evals").glob(f"*/{name}") if name.isalnum() else ()
    here = [Path(name), *below]
    return next((path for path in here if (path / ABOUT).is_file()), None)


def _latest(runs: Sequence[KeptRun], doctors: Sequence[str]) -> list[KeptRun]:
    """Of runs in order of time those over the cases of the last, the latest of each system; Bedside whole first."""
    wanted = [run for run in runs if not doctors or run.about.setup.name in doctors]
    last = contents_of(wanted[-1].rows) if wanted else ()
    same = [run for run in wanted if contents_of(run.rows) == last]
    by_name = {named: run for run, named in zip(same, names_of(same), strict=True)}
    if doctors:
        whole = {run.about.setup.name for run in same} >= set(doctors)
        return sorted(by_name.values(), key=lambda run: doctors.index(run.about.setup.name)) if whole else []
    return sorted(by_name.values(), key=lambda run: (run.about.setup.doctor != "bedside", run.about.setup.name))


def names_of(runs: Iterable[HasAbout]) -> list[str]:
    """What each run is called beside the others: its doctor, and what else tells it from them."""
    runs = list(runs)
    names = [run.about.setup.name for run in runs]
    for word, told in _TOLD.items():
        values = [getattr(run.about.setup, word) for run in runs]
        if len(set(values)) > 1:
            names = [f"{name}, {told.format(value)}" for name, value in zip(names, values, strict=True)]
    models = {run.about.model for run in runs if run.about.setup.doctor == "model"}
    if len(models) > 1:
        names = [
            f"{name}, {run.about.model}" if run.about.setup.doctor == "model" else name
            for name, run in zip(names, runs, strict=True)
        ]
    return names
