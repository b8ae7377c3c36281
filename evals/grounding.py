"""How well an answer rests on what it cites: one function for each figure of `grounded`, the same for every system."""

from __future__ import annotations

import re

from bedside.agent.verify.textmatch import normal, quantities
from bedside.core.base import Frozen
from bedside.core.evidence import Evidence, EvidenceKind
from bedside.evals.questions import Question
from bedside.knowledge.drugs import drugs_in

# An amount of a drug as it is written, ranges included; concentrations ("70 g/L") are measurements.
_DOSE = re.compile(
    r"\b\d+(?:[.,]\d+)*(?:\s*(?:to|-|–|/)\s*\d+(?:[.,]\d+)*)?\s*"
    r"(?:mg|milligrams?|g|grams?|micrograms?|mcg|µg|million units|units?|IU|puffs?|tablets?)\b"
    r"(?:\s*/\s*kg\b)?(?!\s*/\s*(?:d?l|mol|mmol|m?g)\b)",
    re.I,
)


class Sentence(Frozen):
    """One statement of an answer, with the evidence it cites; a banner and a score are statements too."""

    text: str
    cited: tuple[Evidence, ...] = ()

    @property
    def passages(self) -> tuple[str, ...]:
        """Ids of the passages it cites, once each."""
        return tuple(dict.fromkeys(e.source.id for e in self.cited if e.kind is EvidenceKind.PASSAGE))


class Reply(Frozen):
    """What one system said to one question.

    Attributes:
        system: its name in the report.
        sentences: what it states; a sentence that only says that it cannot answer is not one.
        declined: whether it said that what is held does not answer.
        given: evidence that is the patient's record: repeating its numbers needs no passage.
        seconds: from question to whole answer.
        text: the answer as it stood.
    """

    system: str
    sentences: tuple[Sentence, ...] = ()
    declined: bool = False
    given: tuple[Evidence, ...] = ()
    seconds: float = 0.0
    text: str = ""

    @property
    def passages(self) -> tuple[str, ...]:
        """Ids of every passage cited, once each."""
        return tuple(dict.fromkeys(p for s in self.sentences for p in s.passages))

    @property
    def refused(self) -> bool:
        """Whether it said that it cannot answer, and rested nothing on a passage."""
        return self.declined and not self.passages


def precision(question: Question, reply: Reply) -> float | None:
    """Share of the cited passages that a correct answer may cite; None where none is cited."""
    cited = reply.passages
    return sum(p in question.answers for p in cited) / len(cited) if cited else None


def recalled(question: Question, reply: Reply) -> bool:
    """Whether at least one of the passages that must be cited is."""
    return bool(set(question.must) & set(reply.passages))


def unsupported(question: Question, reply: Reply) -> tuple[str, ...]:
    """Sentences that cite nothing, or give a number or a drug that neither their citation nor the record holds."""
    return tuple(s.text for s in reply.sentences if not _supported(question, reply, s))


def loose_doses(question: Question, reply: Reply) -> tuple[str, ...]:
    """Doses that do not stand word for word in a cited sentence that names the same drug, nor in the question."""
    out = []
    for sentence in reply.sentences:
        drugs = {d.name for d in drugs_in(sentence.text)}
        quotes = [e.quote for e in sentence.cited if e.kind is EvidenceKind.PASSAGE]
        same = [q for q in quotes if not drugs or drugs & {d.name for d in drugs_in(q)}]
        allowed = _folded(" ".join([question.question, *same]))
        out += [dose for dose in doses(sentence.text) if not _stands_in(dose, allowed)]
    return tuple(out)


def forbidden(question: Question, reply: Reply) -> tuple[str, ...]:
    """Sentences that say what the question's answer must never say."""
    return tuple(s.text for s in reply.sentences if any(re.search(n, s.text) for n in question.never))


def doses(text: str) -> tuple[str, ...]:
    """Every amount of a drug in a text, as written, spaces folded."""
    return tuple(normal(m.group()) for m in _DOSE.finditer(text))


def _supported(question: Question, reply: Reply, sentence: Sentence) -> bool:
    if not sentence.cited:
        return False
    there = " ".join(_words(e) for e in (*sentence.cited, *reply.given))
    held = {(q.value, q.unit) for q in quantities(there)}
    # A number of the question needs no unit: "a 67-year-old" is 67 years.
    numbers = {q.value for q in quantities(question.question)}
    bare = numbers | {value for value, _ in held}
    fits = all(
        q.value in numbers or ((q.value, q.unit) in held if q.unit else q.value in bare)
        for q in quantities(sentence.text)
    )
    named = {d.name for d in drugs_in(there)}
    return fits and {d.name for d in drugs_in(sentence.text)} <= named


def _words(evidence: Evidence) -> str:
    """All that a piece of evidence says: its sentence, its number, and what it was computed from."""
    value = f"{evidence.value:g} {evidence.unit}" if evidence.value is not None else ""
    inputs = [f"{i.label} {i.value} {i.unit} {i.as_written} {i.note}" for i in evidence.inputs]
    return " ".join([evidence.statement, evidence.quote, evidence.source.title, value, *inputs])


def _folded(text: str) -> str:
    """Lower case, and no space between a number and what follows: "5 mg" is "5mg"."""
    return re.sub(r"(?<=\d)\s+(?=[a-zµ])", "", normal(text).lower())


def _stands_in(dose: str, folded: str) -> bool:
    """Whether a dose stands in a folded text, not as the end of a longer number ("5 mg" in "0.5 mg")."""
    return bool(re.search(rf"(?<![\d.,/]){re.escape(_folded(dose))}(?![a-z/])", folded))
