"""A patient who speaks French or Spanish, and an interpreter between one and a doctor who speaks English."""

from __future__ import annotations

from bedside.evals.patients.case import CaseFact, PatientCase
from bedside.evals.patients.contract import Reply, Said
from bedside.evals.patients.fact_selecting import first_fact, sentence
from bedside.evals.patients.languages import Language, back_to_english, not_known, said_in, to_english
from bedside.evals.patients.selection import selected


class ForeignPatient:
    """Answers in French or Spanish with facts of the case, by finding with value; the rest in English, counted.

    Args:
        language: of the patient; a question may be in it or in English.
        interpreted: whether what is said comes back in English by the same table, as through an interpreter.
    """

    def __init__(self, language: Language, interpreted: bool = False) -> None:
        self._language, self._interpreted = language, interpreted
        self.name = language + ("+interpreted" if interpreted else "")

    def opening(self, case: PatientCase) -> Reply:
        """The first fact that is no age or sex."""
        return self.tell(case, tuple(f for f in case.facts if f.text == case.complaint) or first_fact(case))

    def reply(self, case: PatientCase, said: tuple[Said, ...], question: str) -> Reply:
        """The facts that a question asks for."""
        return self.tell(case, selected(case.facts, to_english(question, self._language)))

    def tell(self, case: PatientCase, facts: tuple[CaseFact, ...]) -> Reply:
        """Says facts of the case, or that it does not know where there are none."""
        known = [said_in(f.text, self._language) for f in facts]
        text = " ".join(k or sentence(f.text) for k, f in zip(known, facts, strict=True)) or not_known(self._language)
        if self._interpreted:
            text = back_to_english(text, self._language)
        return Reply(
            text=text,
            used=tuple(f.id for f in facts),
            untranslated=sum(k is None for k in known),
            language="en" if self._interpreted else self._language,
        )
