"""A patient who says facts of the case, and nothing else: those that a question asks for, or "I don't know"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bedside.evals.patients.case import CaseFact, PatientCase
from bedside.evals.patients.contract import Patient, Reply, Said
from bedside.evals.patients.selection import selected
from bedside.evals.patients.voice import as_said, young

DONT_KNOW = "I don't know."


class TellingPatient(Patient, Protocol):
    """A patient who can be handed the facts to tell."""

    def tell(self, case: PatientCase, facts: tuple[CaseFact, ...]) -> Reply:
        """Says facts of the case, or that it does not know where there are none."""
        ...


class FactSelectingPatient:
    """Answers with facts of the case: the same question after the same talk always has the same answer.

    Args:
        own_words: in the first person and in plain words, where that reads to the same facts; else word for word.
    """

    def __init__(self, own_words: bool = False) -> None:
        self.own_words = own_words
        self.name = "plain" if own_words else "facts"

    def opening(self, case: PatientCase) -> Reply:
        """The complaint, where the case has one, else the first fact that is no age or sex."""
        if case.complaint:
            told = tuple(f.id for f in case.facts if f.text == case.complaint)
            return Reply(text=case.complaint, used=told)
        return self.tell(case, first_fact(case))

    def reply(self, case: PatientCase, said: tuple[Said, ...], question: str) -> Reply:
        """The facts that a question asks for."""
        return self.tell(case, selected(case.facts, question, told_before(case, said, self.own_words)))

    def tell(self, case: PatientCase, facts: tuple[CaseFact, ...]) -> Reply:
        """Says facts of the case, or that it does not know where there are none."""
        if not facts:
            return Reply(text=DONT_KNOW)
        text = " ".join(said_as(case, f, self.own_words) for f in facts)
        return Reply(text=text, used=tuple(f.id for f in facts))


def first_fact(case: PatientCase) -> tuple[CaseFact, ...]:
    """What a patient opens with where the case has no complaint; none where it has no fact but age and sex."""
    return tuple(f for f in case.facts if f.section != "person")[:1]


def said_as(case: PatientCase, fact: CaseFact, own_words: bool) -> str:
    """A fact as a sentence of its own."""
    return sentence(as_said(fact.text, fact.section, young(case)).text if own_words else fact.text)


def told_before(case: PatientCase, said: Sequence[Said], own_words: bool) -> frozenset[str]:
    """Ids of the facts that the patient has told."""
    text = " ".join(s.text for s in said if s.speaker == "patient")
    return frozenset(f.id for f in case.facts if text and said_as(case, f, own_words) in text)


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    text = " ".join(text.split()).rstrip()
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".!?" else ".")
