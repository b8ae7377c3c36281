"""A patient who says facts of the case, and nothing else: those that a question asks for, or "I don't know"."""

from __future__ import annotations

from bedside.evals.patients.case import CaseFact, PatientCase
from bedside.evals.patients.contract import Reply, Said
from bedside.evals.patients.selection import selected

DONT_KNOW = "I don't know."


class FactSelectingPatient:
    """Answers with facts of the case, word for word: the same question always has the same answer."""

    name = "facts"

    def opening(self, case: PatientCase) -> Reply:
        """The complaint, where the case has one, else the first fact that is no age or sex."""
        if case.complaint:
            told = tuple(f.id for f in case.facts if f.text == case.complaint)
            return Reply(text=case.complaint, used=told)
        first = next((f for f in case.facts if f.section != "person"), None)
        return Reply(text=first.text, used=(first.id,)) if first else Reply(text=DONT_KNOW)

    def reply(self, case: PatientCase, said: tuple[Said, ...], question: str) -> Reply:
        """The facts that a question asks for."""
        return told(selected(case.facts, question))


def told(facts: tuple[CaseFact, ...]) -> Reply:
    """Facts as they are, or "I don't know"."""
    if not facts:
        return Reply(text=DONT_KNOW)
    return Reply(text=" ".join(sentence(f.text) for f in facts), used=tuple(f.id for f in facts))


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    text = " ".join(text.split()).rstrip()
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".!?" else ".")
