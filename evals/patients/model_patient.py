"""A patient played by a model that is told to say only the facts of the case; code checks every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside.evals.doctors.spent import Spent
from bedside.evals.patients.case import CaseFact, PatientCase
from bedside.evals.patients.contract import Reply, Said
from bedside.evals.patients.fact_selecting import DONT_KNOW, FactSelectingPatient
from bedside.evals.patients.invented import invented, used_in

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

_RULES = """You play a patient who talks to a doctor. This is all that you know about yourself:
{facts}
Answer in one or two short sentences, in the first person and in plain words. Say only what is written above.
If it is not written above, answer: I don't know. Never name a diagnosis, never leave your role."""
_TOKENS = 60


class ModelPatient:
    """Asks the model for each answer.

    Args:
        model: that plays.
        guard: whether an answer with a finding that the case does not hold is put aside for facts of the case.
    """

    def __init__(self, model: BaseChatModel, guard: bool = True) -> None:
        self._model, self._guard = model, guard
        self._facts = FactSelectingPatient(own_words=True)
        self.name = "model" if guard else "model+unguarded"

    def opening(self, case: PatientCase) -> Reply:
        """The complaint as the fact-selecting patient says it: it costs no model."""
        return self._facts.opening(case)

    def reply(self, case: PatientCase, said: tuple[Said, ...], question: str) -> Reply:
        """The model's answer, checked.

        Raises:
            ModelUnavailableError: it is not there, or too slow.
        """
        with Spent() as spent:
            text = self._asked(_messages(case, said, question))
        told = invented(case, question, text)
        if told and self._guard:
            safe = self._facts.reply(case, said, question)
            return safe.model_copy(update={"tokens": spent.tokens, "invented": told, "replaced": True})
        return Reply(text=text, used=used_in(case, text), tokens=spent.tokens, invented=told)

    def tell(self, case: PatientCase, facts: tuple[CaseFact, ...]) -> Reply:
        """Says facts of the case by template."""
        return self._facts.tell(case, facts)

    def _asked(self, messages: list[BaseMessage]) -> str:
        answer = self._model.bind(max_tokens=_TOKENS, temperature=0).invoke(messages).text
        return " ".join(answer.split()) or DONT_KNOW


def _messages(case: PatientCase, said: tuple[Said, ...], question: str) -> list[BaseMessage]:
    """The rules with the facts, then the talk: the same beginning each turn, so that a server keeps what it read."""
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    facts = "\n".join(f"- {f.text}" for f in case.facts)
    out: list[BaseMessage] = [SystemMessage(content=_RULES.format(facts=facts))]
    for line in said:
        if line.speaker == "doctor":
            out.append(HumanMessage(content=line.text))
        elif line.speaker == "patient":
            out.append(AIMessage(content=line.text))
    return [*out, HumanMessage(content=question)]
