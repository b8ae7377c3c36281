"""Relevance: whether a guideline statement helps to answer a question for a patient, by the core model's next token."""

from __future__ import annotations

import re
from pathlib import Path

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage

from bedside.agent.models.decide import choose
from bedside.agent.prompts import one_line, opening
from bedside.agent.verdicts import Verdicts

OPTIONS = ("Yes", "No")
# At or above it a statement is kept. Chosen on one half of evals/data/relevance_dev.yaml, low enough to lose hardly any
# statement that helps: one that is kept and says little costs a line, one that is lost is not seen.
HELPS = 0.38
# The model does not tell these apart, and their treatments differ.
_SETTINGS = (
    re.compile(r"(?i:community[- ]acquired)|\bCAP\b"),
    re.compile(r"(?i:(?:hospital|ventilator)[- ]acquired)|\b[HV]AP\b"),
)


class Relevance:
    """How probable the core model finds it that statements help, each judged alone and kept on disk.

    Examples, patient and question come first and the statement last: the statements of one question share all but a
    few dozen tokens, and the model evaluates only those anew.

    Args:
        model: the core model.
        cache_path: an SQLite file, which may be the judge's; None keeps nothing.
    """

    def __init__(self, model: BaseChatModel, cache_path: Path | None = None) -> None:
        self._model = model
        self._opening = opening("relevance", lambda e: _asked(e["patient"], e["question"], e["statement"]))
        self._verdicts = Verdicts(cache_path, model, self._opening) if cache_path is not None else None

    def of(self, facts_line: str, question: str, statements: tuple[str, ...]) -> tuple[float, ...]:
        """The model's probability of "it helps" for each statement, in order; not calibrated on data.

        It is 0 for a statement about pneumonia acquired elsewhere than the question or the patient's facts say; the
        model is not asked.

        Args:
            facts_line: what is known of the patient, in one line; "" where no patient is told of.
            question: what the clinician asks.
            statements: sentences of guidelines.

        Raises:
            ModelUnavailableError: the model is not there or too slow.
            ModelOutputError: the model could not be made to choose.
            StorageError: the cache is locked or damaged.
        """
        return tuple(self._one(facts_line, question, statement) for statement in statements)

    def _one(self, facts_line: str, question: str, statement: str) -> float:
        if elsewhere(f"{facts_line} {question}", statement):
            return 0.0
        kept = self._verdicts.get(facts_line, question, statement) if self._verdicts else None
        if kept is not None:
            return float(kept)
        asked = HumanMessage(content=_asked(facts_line, question, statement))
        found = choose(self._model, [*self._opening, asked], OPTIONS).probabilities["Yes"]
        if self._verdicts:
            self._verdicts.put(repr(found), facts_line, question, statement)
        return found


def elsewhere(words: str, statement: str) -> bool:
    """Whether both say where an infection was acquired, and not the same place."""
    asked, said = ({p for p in _SETTINGS if p.search(text)} for text in (words, statement))
    return bool(asked and said) and not asked & said


def _asked(facts_line: str, question: str, statement: str) -> str:
    """Patient and question before the statement, each on one line."""
    lines = {"Patient": facts_line or "none", "Question": question, "Statement": statement}
    return "\n".join(f"{name}: {one_line(text)}" for name, text in lines.items())
