"""The questions of an evaluation: what is asked, which passages a correct answer may cite, and what it never says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from pydantic import Field, TypeAdapter, field_validator, model_validator

from bedside.core.base import Frozen
from bedside.core.errors import SettingsError
from bedside.evals.rows import read_rows

GROUNDED = Path(__file__).resolve().parent / "data" / "grounded_questions.yaml"


class Question(Frozen):
    """One question with its key.

    Attributes:
        id: unique in its file, kebab-case.
        specialty: whose question it is.
        vignette: whether it tells of one patient.
        question: the words of the clinician.
        answers: ids (``guideline-id#recommendation-id``) of every passage that a correct answer may cite.
        must: those of which a correct answer cites at least one.
        refuse: whether nothing held answers it.
        why: for a question to refuse, what the trap is.
        never: expressions that no sentence of the answer may match.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    specialty: str = Field(min_length=3)
    vignette: bool = False
    question: str = Field(min_length=10)
    answers: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    refuse: bool = False
    why: str = ""
    never: tuple[str, ...] = ()

    @field_validator("never")
    @classmethod
    def _legal(cls, never: tuple[str, ...]) -> tuple[str, ...]:
        for expression in never:
            try:
                re.compile(expression)
            except re.error as error:
                raise ValueError(f"{expression!r} is not a regular expression: {error}") from error
        return never

    @model_validator(mode="after")
    def _keyed(self) -> Question:
        if self.refuse and (self.answers or self.must or not self.why):
            raise ValueError("a question to refuse has no answers, and says why")
        if not self.refuse and (not self.must or not set(self.must) <= set(self.answers)):
            raise ValueError("a question to answer has `must`, each of them in `answers`")
        return self


_QUESTIONS = TypeAdapter(tuple[Question, ...])


def load_questions(path: Path | None = None) -> tuple[Question, ...]:
    """The questions of a YAML file, checked; by default those kept with Bedside.

    Raises:
        SettingsError: the file cannot be read, breaks the schema or uses an id twice.
    """
    path = path or GROUNDED
    questions = read_rows(path, _QUESTIONS, "questions", GROUNDED)
    ids = [q.id for q in questions]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise SettingsError(f"{path.name} uses an id twice: {twice[0]}.", "Rename one.", code="BED-EVAL-003")
    return questions


def unknown_passages(questions: Iterable[Question], held: Iterable[str]) -> tuple[str, ...]:
    """Ids that the questions name and the library does not hold, as "question: passage"."""
    known = set(held)
    return tuple(f"{q.id}: {i}" for q in questions for i in q.answers if i not in known)
