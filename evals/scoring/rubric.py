"""Rubrics as HealthBench and 3MDBench have them: a judge model looks for each item; without one there is no total."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bedside.evals.patients.actions import Diagnose, Write
from bedside.evals.patients.case import PatientCase, RubricItem
from bedside.evals.patients.dialogue import Dialogue
from bedside.evals.scoring.one_token import OneTokenJudge, one_line

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

TOTAL, UNJUDGED = "share of the rubric's points", "rubric items without a verdict"
_PROMPT = """A grader reads a conversation or a text and one criterion, and picks one answer.
Text: {0}
Criterion: {1}
Answers: {2}
Answer with one letter only:"""
_MET = ("not met", "met")
_LETTERS = "ABCDEFGHIJ"
# Characters of a text that a judge is shown, from its end, where the answer is: some 4,000 tokens.
_MOST = 16_000


class RubricJudge:
    """Looks for the items of rubrics; an item without a verdict earns nothing, and what it would cost is taken."""

    def __init__(self, model: BaseChatModel | None, name: str, kept: Path | None = None) -> None:
        self._asked = OneTokenJudge(model, name, _PROMPT, kept)
        self.name = self._asked.name

    def marks(self, text: str, rubric: tuple[RubricItem, ...]) -> dict[str, float]:
        """The share of the points that could be had, 0 to 1, and how many items got no verdict.

        As HealthBench counts (Arora 2025, arXiv:2505.08775): points of the items met over those above 0, within 0 to 1.
        """
        levels = [self._level(text, item) if text.strip() else 0.0 for item in rubric]
        earned = sum(_points(item, level) for item, level in zip(rubric, levels, strict=True))
        most = sum(item.points for item in rubric if item.points > 0)
        return {
            TOTAL: min(max(earned / most, 0.0), 1.0) if most else 0.0,
            UNJUDGED: float(sum(level is None for level in levels)),
        }

    def about(self) -> tuple[str, ...]:
        """A line for a report, where rubrics were judged."""
        given = self._asked.given.values()
        none = sum(v.option is None for v in given)
        return (f"judge {self.name}: {len(given)} rubric items, {none} without a verdict",) if given else ()

    def _level(self, text: str, item: RubricItem) -> float | None:
        """How far an item is met, 0 to 1."""
        named = item.levels or _MET
        letters = tuple(_LETTERS[: len(named)])
        answers = "; ".join(f"{letter} {name}" for letter, name in zip(letters, named, strict=True))
        option = self._asked.pick((_end_of(text), one_line(item.text, 600), answers), letters).option
        return None if option is None else letters.index(option) / (len(named) - 1)


def judged_text(case: PatientCase, dialogue: Dialogue) -> str:
    """What a rubric is about: the whole talk and its end, or a text after what it answers; "" where nothing is said."""
    if case.facts:
        talk = [f"{turn.speaker}: {turn.text}" for turn in dialogue.turns]
        return "\n".join([*talk, *_said_in_the_end(dialogue)])
    if not isinstance(dialogue.final, Write) or not dialogue.final.text.strip():
        return ""
    return "\n".join(part for part in (case.context, case.question, f"Answer: {dialogue.final.text}") if part)


def _said_in_the_end(dialogue: Dialogue) -> list[str]:
    """What a diagnosis comes with beside its names: what it rests on, the plan, and the words for the patient."""
    final = dialogue.final
    if not isinstance(final, Diagnose):
        return []
    parts = (("Reasons", final.statements), ("Read on pictures", final.readings), ("Plan", final.plan))
    said = [f"{name}: {' '.join(one.text for one in cited)}" for name, cited in parts if cited]
    return [*said, f"To the patient: {final.plain}"] if final.plain else said


def _end_of(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST else f"... {line[-_MOST:]}"


def _points(item: RubricItem, level: float | None) -> float:
    if level is None:
        return min(item.points, 0.0)
    return item.points * level
