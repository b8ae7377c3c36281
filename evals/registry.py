"""The evaluations, one file each in ``evals/tasks``, and how their scores are printed."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bedside.core.base import Frozen
from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.stats import Estimate


class Score(Frozen):
    """One figure of one system."""

    metric: str
    system: str
    estimate: Estimate


class Report(Frozen):
    """What one run found: the scores, and the cases that a reader should look at."""

    name: str
    set: str
    scores: tuple[Score, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evaluation:
    """A named evaluation: what it is for, and the function that runs it on (settings, data or None, limit or None)."""

    name: str
    purpose: str
    run: Callable[[Settings, Path | None, int | None], Report]


_EVALUATIONS: dict[str, Evaluation] = {}


def evaluation(name: str, purpose: str) -> Callable[[Callable[..., Report]], Callable[..., Report]]:
    """Registers the decorated function under `name`."""

    def add(function: Callable[..., Report]) -> Callable[..., Report]:
        _EVALUATIONS[name] = Evaluation(name, purpose, function)
        return function

    return add


@lru_cache(maxsize=1)
def evaluations() -> dict[str, Evaluation]:
    """Every evaluation, by name."""
    package = importlib.import_module("bedside.evals.tasks")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"bedside.evals.tasks.{module.name}")
    return _EVALUATIONS


def run(name: str, settings: Settings, data: Path | None, limit: int | None, json: bool) -> str:
    """Runs one evaluation and returns its report as text or JSON.

    Raises:
        SettingsError: there is no such evaluation.
    """
    found = evaluations().get(name)
    if found is None:
        names = ", ".join(sorted(evaluations()))
        raise SettingsError(f"There is no evaluation {name!r}.", f"Evaluations: {names}.", code="BED-EVAL-001")
    report = found.run(settings, data, limit)
    return report.model_dump_json(indent=2) if json else to_text(report)


def to_text(report: Report) -> str:
    """The report as aligned lines: metric, system, value, interval, n."""
    width = max((len(s.metric) for s in report.scores), default=0)
    system = max((len(s.system) for s in report.scores), default=0)
    lines = [f"{report.name} on {report.set}"]
    lines += [f"  {s.metric:{width}}  {s.system:{system}}  {s.estimate}" for s in report.scores]
    return "\n".join([*lines, *(f"  note: {n}" for n in report.notes)])
