"""How well facts are chosen for a question: questions written by hand, with the facts that answer them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import Field, TypeAdapter

from bedside.core.base import Frozen
from bedside.evals.patients.case import CaseFact, PatientCase
from bedside.evals.patients.topics import stop_words
from bedside.evals.rows import read_rows
from bedside.evals.stats import Estimate, bootstrap, proportion

QUESTIONS = Path(__file__).resolve().parents[1] / "data" / "patient_questions.yaml"
Choose = Callable[[tuple[CaseFact, ...], str], Sequence[CaseFact]]


class AskedOf(Frozen):
    """Questions to one case, each with the ids of the facts that answer it; none where the case does not say."""

    case: str
    asked: tuple[tuple[str, tuple[str, ...]], ...] = Field(min_length=1)


class Question(NamedTuple):
    """One question: the case it is put to, the words, the ids of the facts that answer it, and whether it is held."""

    case: PatientCase
    words: str
    facts: frozenset[str]
    held: bool


class Found(NamedTuple):
    """What was chosen for a question."""

    question: Question
    chosen: frozenset[str]

    @property
    def right(self) -> frozenset[str]:
        """Facts that were chosen and answer."""
        return self.chosen & self.question.facts


_ROWS = TypeAdapter(tuple[AskedOf, ...])


def questions_of(cases: Mapping[str, PatientCase], path: Path | None = None) -> list[Question]:
    """The questions of a file whose cases are there; in each case every second one is held.

    Raises:
        SettingsError: the file cannot be read or breaks its form.
    """
    rows = read_rows(path or QUESTIONS, _ROWS, "questions to patients", QUESTIONS)
    return [
        Question(cases[row.case], words, frozenset(facts), bool(n % 2))
        for row in rows
        if row.case in cases
        for n, (words, facts) in enumerate(row.asked)
    ]


def by_overlap(facts: tuple[CaseFact, ...], question: str) -> list[CaseFact]:
    """The baseline: the facts that share most words with the question, words that tell nothing left out."""
    asked = _words(question)
    shared = {f.id: len(asked & _words(f.text)) for f in facts}
    most = max(shared.values(), default=0)
    return [f for f in facts if most and shared[f.id] == most]


def choose_all(questions: Sequence[Question], choose: Choose) -> list[Found]:
    """What a way of choosing gives for each question."""
    return [Found(q, frozenset(f.id for f in choose(q.case.facts, q.words))) for q in questions]


def scores(found: Sequence[Found]) -> dict[str, Estimate]:
    """By name: what share of the facts that answer was chosen, of those chosen answers, and of silence was right.

    Recall and precision are means over the questions that the case answers; precision over those for which anything was
    chosen.
    """
    answered = [f for f in found if f.question.facts]
    silent = [f for f in found if not f.question.facts]
    return {
        "recall of facts": bootstrap([len(f.right) / len(f.question.facts) for f in answered]),
        "precision of facts": bootstrap([len(f.right) / len(f.chosen) for f in answered if f.chosen]),
        "some fact that answers": proportion(sum(bool(f.right) for f in answered), len(answered)),
        "just the facts that answer": proportion(sum(f.chosen == f.question.facts for f in answered), len(answered)),
        "says that it does not know": proportion(sum(not f.chosen for f in silent), len(silent)),
    }


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower())) - stop_words()
