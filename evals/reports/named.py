"""What the words of a command stand for: kept runs, and files of marks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.reports.sides import Side, read_side, side_of
from bedside.evals.runs.kept import KeptRun, runs_to_show
from bedside.evals.scoring.judge import VERDICTS, DiagnosisJudge, kept_judge


def sides_named(names: Sequence[str], settings: Settings, doctors: Sequence[str] = ()) -> list[Side]:
    """The sides that a command names, in its order.

    Args:
        names: folders of runs, files of marks, or one benchmark and any files of marks.
        settings: name the folder for output, and the core model where it judged.
        doctors: of a benchmark only these.

    Raises:
        SettingsError: there is no such run or file, or a run is not finished.
    """
    folders = [name for name in names if not _is_file(name)]
    runs = list(runs_to_show(folders, settings.output, doctors)) if folders else []
    each = [runs] if len(folders) == 1 else [[run] for run in runs]  # a benchmark stands for all of its runs
    held = dict(zip(folders, each, strict=True))
    out: list[Side] = []
    for name in names:
        out += [read_side(Path(name))] if _is_file(name) else [side_judged(run, settings) for run in held[name]]
    return out


def run_named(name: str, settings: Settings) -> KeptRun:
    """The one finished run that a name stands for.

    Raises:
        SettingsError: there is none, it is not finished, or there are several.
    """
    runs = runs_to_show([name], settings.output)
    if len(runs) > 1:
        raise SettingsError(
            f"{name} has {len(runs)} runs.",
            "Give the folder of one: `bedside eval runs` lists them.",
            code="BED-EVAL-044",
        )
    return runs[0]


def side_judged(run: KeptRun, settings: Settings) -> Side:
    """A run as a side, marked by the judge that its setup names."""
    return side_of(run, judge_of(run, settings))


def judge_of(run: KeptRun, settings: Settings) -> DiagnosisJudge | None:
    """The judge that a run's setup names, with the verdicts that it has given; None where it names none."""
    return kept_judge(run.about.setup.judge, run.about.model, settings.output / VERDICTS)


def _is_file(name: str) -> bool:
    return Path(name).is_file()
