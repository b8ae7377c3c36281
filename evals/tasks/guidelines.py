"""Does the guideline search find the recommendation that answers, and stay silent where none does?

Questions written from guideline titles before anybody looked at the recommendations, then labelled by reading them
(`evals/data/retrieval_questions.yaml`). Never tuned on: the development set is `evals/data/retrieval_dev.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import TypeAdapter, ValidationError

from bedside.core.base import Frozen
from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.registry import Report, Score, evaluation
from bedside.evals.stats import proportion

if TYPE_CHECKING:
    from bedside.retrieval.search import Retriever

DATA = Path(__file__).resolve().parents[1] / "data" / "retrieval_questions.yaml"
_MISSES_SHOWN = 12
SEARCH, BM25, DENSE = "guideline search", "BM25 alone", "MiniLM alone"
Ranking = Callable[[str], list[str]]


class Held(Frozen):
    """A question, and the passages that answer it; "guideline-id#" stands for all of a guideline."""

    ask: str
    answers: tuple[str, ...]

    def found_in(self, passages: list[str]) -> bool:
        """Whether any of the passages answers."""
        return any(p == a or (a.endswith("#") and p.startswith(a)) for p in passages for a in self.answers)


class NotHeld(Frozen):
    """A question that nothing in the library answers, and what the trap is."""

    ask: str
    why: str = ""


class Questions(Frozen):
    """The whole set."""

    held: tuple[Held, ...]
    not_held: tuple[NotHeld, ...]


@evaluation(
    "guidelines", "whether the guideline search finds the recommendation that answers, or nothing where none does"
)
def guidelines(settings: Settings, data: Path | None = None, limit: int | None = None) -> Report:
    """Recall at 1 and 3 with abstention, against BM25 and the embedder alone, which never abstain.

    Raises:
        SettingsError: `data` is a file that does not hold such questions.
    """
    from bedside.knowledge.library import load_library
    from bedside.retrieval.search import Retriever

    path = data if data is not None and data.is_file() else DATA
    questions = load(path)
    held, not_held = questions.held[:limit], questions.not_held[:limit]
    retriever = Retriever(settings, load_library(settings))
    scores, missed = [], []
    for name, rank in _systems(retriever).items():
        found = [rank(q.ask) for q in held]
        for k in (1, 3):
            hits = [q.found_in(f[:k]) for q, f in zip(held, found, strict=True)]
            scores.append(Score(metric=f"recall@{k}", system=name, estimate=proportion(sum(hits), len(hits))))
        if name == SEARCH:
            missed = [q.ask for q, f in zip(held, found, strict=True) if not q.found_in(f[:3])]
            silent = [q.ask for q, f in zip(held, found, strict=True) if not f]
            quiet = sum(not rank(q.ask) for q in not_held)
            scores.append(Score(metric="abstains rightly", system=name, estimate=proportion(quiet, len(not_held))))
            wrongly = proportion(len(silent), len(held))
            scores.append(Score(metric="abstains wrongly", system=name, estimate=wrongly))
    notes = (f"missed in the first 3: {'; '.join(missed[:_MISSES_SHOWN])}",) if missed else ()
    return Report(name="guidelines", set=f"{path.name}, {len(held)} held and {len(not_held)} not", scores=tuple(scores),
                  notes=notes)  # fmt: skip


def load(path: Path) -> Questions:
    """Reads the questions.

    Raises:
        SettingsError: the file cannot be read, or is of another form.
    """
    try:
        body: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return TypeAdapter(Questions).validate_python(body)
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise SettingsError(
            f"{path.name} does not hold retrieval questions: {str(error)[:200]}",
            "The form is that of evals/data/retrieval_questions.yaml.",
            code="BED-EVAL-006",
        ) from error


def _systems(retriever: Retriever) -> dict[str, Ranking]:
    """The search as the product makes it, and its two rankings alone, each over the same passages."""
    from bedside.retrieval.intent import intents_of

    ids = [p.id for p in retriever.library.passages()]

    def ordered(scores: Any) -> list[str]:
        return [ids[i] for i in (-scores).argsort(kind="stable")[:3]]

    def searched(ask: str) -> list[str]:
        return [hit.passage_id for hit in retriever.search(ask, intents=intents_of(ask), top_k=3)]

    return {
        SEARCH: searched,
        BM25: lambda ask: ordered(retriever.rankings(ask)[1]),
        DENSE: lambda ask: ordered(retriever.rankings(ask)[0]),
    }
