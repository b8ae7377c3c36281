"""Does the core model tell a statement that helps from one that comes near? Against keeping all, and search alone."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import TypeAdapter

from bedside.core.base import Frozen
from bedside.core.settings import Settings
from bedside.evals.registry import Report, Score, evaluation
from bedside.evals.rows import read_rows
from bedside.evals.stats import Estimate, proportion

if TYPE_CHECKING:
    from bedside.agent.relevance import Relevance
    from bedside.retrieval.search import Retriever

DATA = Path(__file__).resolve().parents[1] / "data" / "relevance_dev.yaml"
MODEL, ALL, SEARCH = "core model", "keep all", "search alone"
Half = Literal["choosing", "reporting"]
Near = Literal["", "severity", "setting", "disease", "drug", "population", "question", "action"]


class Statement(Frozen):
    """A sentence of the library, whether it helps, and where it does not, how it comes near."""

    passage: str
    text: str
    relevant: bool
    near: Near = ""


class Asked(Frozen):
    """A question about a patient, with statements; `half` says what it may be used for."""

    id: str
    half: Half
    patient: str
    question: str
    statements: tuple[Statement, ...]


class Line(Frozen):
    """One statement: what the model gave it, whether search alone finds its passage, and how long the model took."""

    asked: str
    statement: Statement
    helps: float
    found: bool
    seconds: float


@evaluation("relevance", "whether the core model keeps the statements that help and drops those that come near")
def relevance(settings: Settings, data: Path | None = None, limit: int | None = None) -> Report:
    """Judges every statement of the half kept for reporting; the other half chose the prompt and the threshold.

    Raises:
        SettingsError: `data` is not a file of questions.
    """
    from bedside.agent.models import core_model
    from bedside.agent.relevance import Relevance
    from bedside.knowledge.library import load_library
    from bedside.retrieval.search import Retriever

    asked = [a for a in load(data or DATA) if a.half == "reporting"][:limit]
    model, retriever = Relevance(core_model(settings)), Retriever(settings, load_library(settings))
    lines = [line for a in asked for line in judged(a, model, retriever)]
    return report_of(lines, data or DATA)


def load(path: Path = DATA) -> tuple[Asked, ...]:
    """The questions of a YAML file.

    Raises:
        SettingsError: the file cannot be read or breaks the schema.
    """
    return read_rows(path, TypeAdapter(tuple[Asked, ...]), "questions with statements", DATA)


def judged(asked: Asked, model: Relevance, retriever: Retriever) -> list[Line]:
    """Every statement of one question, by the model and by whether search finds its passage among the first ones."""
    words = f"{asked.patient}. {asked.question}" if asked.patient else asked.question
    found = {hit.passage_id for hit in retriever.search(words)}
    lines = []
    for s in asked.statements:
        started = time.perf_counter()
        (helps,) = model.of(asked.patient, asked.question, (s.text,))
        seconds = time.perf_counter() - started
        lines.append(Line(asked=asked.id, statement=s, helps=helps, found=s.passage in found, seconds=seconds))
    return lines


def report_of(lines: Sequence[Line], source: Path) -> Report:
    """Accuracy, share of the helping kept, share of the others dropped, area under the curve, and seconds."""
    from bedside.agent.relevance import HELPS

    kept = {
        MODEL: [line.helps >= HELPS for line in lines],
        ALL: [True] * len(lines),
        SEARCH: [line.found for line in lines],
    }
    scores = [
        Score(metric=m, system=system, estimate=e) for system, k in kept.items() for m, e in figures(lines, k).items()
    ]
    warm = [b.seconds for a, b in itertools.pairwise(lines) if a.asked == b.asked]
    notes = [
        f"{SEARCH}: the passage is among those that a search for patient and question returns; not what the agent does",
        f"area under the curve of the core model: {area(lines):.3f}",
        f"seconds per statement where patient and question were evaluated before: median {_median(warm):.2f}",
        *_near(lines, kept[MODEL]),
        *(f"dropped: {n.asked}: {n.statement.text}" for n in lines if n.statement.relevant and n.helps < HELPS),
    ]
    by_metric = sorted(scores, key=lambda s: s.metric)
    return Report(
        name="relevance", set=f"{source.name}, {len(lines)} statements", scores=tuple(by_metric), notes=tuple(notes)
    )


def figures(lines: Sequence[Line], kept: Sequence[bool]) -> dict[str, Estimate]:
    """What keeping these statements gets right."""
    pairs = [(line.statement.relevant, k) for line, k in zip(lines, kept, strict=True)]
    helping = [k for relevant, k in pairs if relevant]
    others = [not k for relevant, k in pairs if not relevant]
    return {
        "accuracy": proportion(sum(relevant == k for relevant, k in pairs), len(pairs)),
        "helping kept": proportion(sum(helping), len(helping)),
        "others dropped": proportion(sum(others), len(others)),
    }


def area(lines: Sequence[Line]) -> float:
    """Area under the ROC curve: how often a helping statement is put above another (Hanley and McNeil 1982).

    doi:10.1148/radiology.143.1.7063747; nan where there are not both.
    """
    up = [line.helps for line in lines if line.statement.relevant]
    down = [line.helps for line in lines if not line.statement.relevant]
    wins = sum((u > d) + 0.5 * (u == d) for u in up for d in down)
    return wins / (len(up) * len(down)) if up and down else float("nan")


def _near(lines: Sequence[Line], kept: Sequence[bool]) -> list[str]:
    """How many of each kind of near miss are dropped."""
    kinds = sorted({line.statement.near for line in lines if line.statement.near})
    rows = [
        (kind, [not k for line, k in zip(lines, kept, strict=True) if line.statement.near == kind]) for kind in kinds
    ]
    return [f"near by {kind}: {sum(dropped)} of {len(dropped)} dropped" for kind, dropped in rows]


def _median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else float("nan")
