"""A patient who says facts of the case, and nothing else: those that a question asks for, or "I don't know"."""

from __future__ import annotations

from bedside.evals.patients.case import CaseFact, PatientCase
from bedside.evals.patients.contract import Reply, Said
from bedside.evals.patients.topics import Topic, named_in, sections_of, shared, stems_of, topic_of, weights

DONT_KNOW = "I don't know."
_MOST = 4
_ENOUGH = 0.4


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


def selected(facts: tuple[CaseFact, ...], question: str) -> tuple[CaseFact, ...]:
    """The facts that a question asks for, in the order of the case, at most `_MOST` beside whole sections.

    A fact is asked for where it speaks of a finding that the question names; where it is of a section that the
    question is about and the question names no finding; or where it has most of the question's telling words.
    """
    topic = topic_of(question)
    by_finding = {f.id for f in facts if topic.findings & named_in(f.text)}
    by_section = {f.id for f in facts if not topic.findings and topic.sections & _sections(f)}
    by_words = _by_words(facts, topic) if not by_finding and not by_section else set()
    chosen = by_finding | by_section | by_words
    ordered = tuple(f for f in facts if f.id in chosen)
    return ordered if by_section else ordered[:_MOST]


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    text = " ".join(text.split()).rstrip()
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".!?" else ".")


def _sections(fact: CaseFact) -> frozenset[str]:
    return frozenset({fact.section}) if fact.section else frozenset(sections_of(fact.text))


def _by_words(facts: tuple[CaseFact, ...], topic: Topic) -> set[str]:
    stems = {f.id: stems_of(f.text) for f in facts}
    weight = weights(stems.values())
    return {i for i, words in stems.items() if shared(topic.stems, words, weight) >= _ENOUGH}
