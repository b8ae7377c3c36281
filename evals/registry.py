"""The evaluations, one file each in ``evals/tasks``, and how their scores are printed."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside.core.base import Frozen
from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.stats import Estimate

if TYPE_CHECKING:
    from bedside.evals.imaging.part import Part
    from bedside.evals.runs.how import How
    from bedside.evals.runs.setup import Setup


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
    """A named evaluation.

    Attributes:
        name: what `bedside eval run` takes.
        purpose: what it is for.
        run: on (settings, data or None, limit or None), and with `parts` on `only`, their names.
        parts: what it can be narrowed to; None where it is one whole.
        sources: what it can start from, the usual one first; `run` is then given `source`.
        compares: whether it can ask the core model alone on some cases; `run` is then given `alone`, their number.
        talks: how many turns its dialogues have, 0 leaving only the answer; None where it has no dialogues, else `run`
            is given `setups` and `how` they are run.
    """

    name: str
    purpose: str
    run: Callable[..., Report]
    parts: Callable[[], tuple[Part, ...]] | None = None
    sources: tuple[str, ...] = ()
    compares: bool = False
    talks: int | None = None


_EVALUATIONS: dict[str, Evaluation] = {}


def evaluation(
    name: str,
    purpose: str,
    parts: Callable[[], tuple[Part, ...]] | None = None,
    sources: tuple[str, ...] = (),
    *,
    compares: bool = False,
    talks: int | None = None,
) -> Callable[[Callable[..., Report]], Callable[..., Report]]:
    """Registers the decorated function under `name`.

    One with `parts` takes `only`, one with `sources` takes `source`, one that `compares` takes `alone`, and one that
    `talks` takes `setups` and `how`.
    """

    def add(function: Callable[..., Report]) -> Callable[..., Report]:
        _EVALUATIONS[name] = Evaluation(name, purpose, function, parts, sources, compares, talks)
        return function

    return add


@lru_cache(maxsize=1)
def evaluations() -> dict[str, Evaluation]:
    """Every evaluation, by name."""
    import_all("bedside.evals.tasks")
    return _EVALUATIONS


def import_all(package: str) -> None:
    """Imports every module of a package, so that what they register is there."""
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        importlib.import_module(f"{package}.{module.name}")


def data_of(settings: Settings, data: Path | None, needs: str, folder: str = "") -> Path:
    """Where an evaluation's data is: as it is given, else below the data folder of the settings.

    Args:
        settings: name the data folder.
        data: what was given.
        needs: what is said where there is neither.
        folder: of this data in the data folder; "" where it is the whole.

    Raises:
        SettingsError: there is neither.
    """
    path = data or (settings.data / folder if settings.data else None)
    if path is None:
        raise SettingsError(needs, "Give --data PATH or set BEDSIDE_DATA.", code="BED-EVAL-005")
    return path


def run(
    name: str,
    settings: Settings,
    data: Path | None,
    limit: int | None,
    json: bool,
    only: Sequence[str] = (),
    source: str = "",
    alone: int = 0,
    setups: Sequence[Setup] = (),
    how: How | None = None,
) -> str:
    """Runs one evaluation, or `only` some parts of it, from its usual or the named source; text or JSON.

    With `alone` the core model alone is asked on so many of the same cases; `setups` are the ways in which an
    evaluation of dialogues is run, and `how` is how that is gone about.

    Raises:
        SettingsError: there is no such evaluation, no such part or source of it, or it compares with no model.
    """
    found = evaluations().get(name)
    if found is None:
        names = ", ".join(sorted(evaluations()))
        raise SettingsError(f"There is no evaluation {name!r}.", f"Evaluations: {names}.", code="BED-EVAL-001")
    if only:
        _check_parts(found, only)
    if source:
        _check_source(found, source)
    if alone and not found.compares:
        raise SettingsError(
            f"The evaluation {name!r} does not ask the core model alone.", "Leave --alone out.", code="BED-EVAL-001"
        )
    named: dict[str, Any] = {k: v for k, v in (("only", only), ("source", source), ("alone", alone)) if v}
    if found.talks is not None:
        named |= {"setups": setups, "how": how}
    report = found.run(settings, data, limit, **named)
    return report.model_dump_json(indent=2) if json else to_text(report)


def _check_parts(found: Evaluation, only: Sequence[str]) -> None:
    names = [part.name for part in found.parts()] if found.parts else []
    unknown = [name for name in only if name not in names]
    if unknown:
        raise SettingsError(
            f"The evaluation {found.name!r} has no part {unknown[0]!r}.",
            f"Its parts: {', '.join(names)}." if names else "It has no parts: leave --only out.",
            code="BED-EVAL-001",
        )


def _check_source(found: Evaluation, source: str) -> None:
    if source not in found.sources:
        raise SettingsError(
            f"The evaluation {found.name!r} cannot start from {source!r}.",
            f"It starts from: {', '.join(found.sources)}." if found.sources else "Leave --from out.",
            code="BED-EVAL-001",
        )


def to_text(report: Report) -> str:
    """The report as aligned lines: metric, system, value, interval, n."""
    width = max((len(s.metric) for s in report.scores), default=0)
    system = max((len(s.system) for s in report.scores), default=0)
    lines = [f"{report.name} on {report.set}"]
    lines += [f"  {s.metric:{width}}  {s.system:{system}}  {s.estimate}" for s in report.scores]
    return "\n".join([*lines, *(f"  note: {n}" for n in report.notes)])
