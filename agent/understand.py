"""What the message asks, read by rule: its question, and whether it is a "what if"."""

from __future__ import annotations

import re

from bedside.core.case import Fact
from bedside.retrieval.asking import asks_as_note

_ASKS = re.compile(
    r"^\W*(?:(?:and|so|but|then|also|ok|okay|please|now)\b\W*)*"
    r"(?:what|which|who|whom|when|where|why|how|is|are|was|were|do|does|did|can|could|should|shall|would|will|may|might|"
    r"calculate|compute|estimate|assess|interpret|summari[sz]e|explain|advise|recommend|list|give|tell|show|measure|"
    r"segment)\b",
    re.I,
)
_SUPPOSES = re.compile(r"\b(?:what if|(?:and|but|even)\s+if|if|suppose|supposing|assuming|imagine)\b", re.I)
# No two runs of \W* may meet: on a long run of dashes they would share it out in every possible way.
_BARE = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay)\b\W*)?(?:what if|if|suppose|supposing|assuming|imagine)\b[^?]*\?\W*$", re.I
)
_MAIN_CLAUSE = re.compile(
    r",\s*(?:what|which|who|when|where|why|how|is|are|do|does|can|could|should|would|will)\b", re.I
)
_SENTENCE = re.compile(r"[^.?!\n]*(?:\.(?=\d)[^.?!\n]*)*[.?!\n]|[^.?!\n]+(?:\.(?=\d)[^.?!\n]*)*$")
_PATIENT = re.compile(
    r"\b(?:he|she|his|hers?|him|they|their|them|(?:the|this|my) (?:patient|man|woman|boy|girl))\b", re.I
)
# "?PE" is a possible PE, not the end of a question.
_QUERIED = re.compile(r"(?<!\w)\?(?=\w)")
_TEXT_PER_QUESTION = 600


def question_of(text: str) -> str:
    """The part of a message that asks something; "" where it only tells.

    Every interrogative or imperative sentence, in order, with a fragment of a few words after the last of them; where
    there is none, the last clause of a note if it asks ("adrenaline dose"). A long message is cut to its last
    `_TEXT_PER_QUESTION` characters of asking, because the question of a long note stands at its end.
    """
    sentences = [s for m in _SENTENCE.finditer(_QUERIED.sub(" ", text)) if (s := m.group().strip())]
    asks = [s for s in sentences if s.endswith("?") or (_ASKS.match(s) and len(s) < 300)]
    last = sentences[-1] if sentences else ""
    if last not in asks and asks_as_note(last, after_question=any(s.endswith("?") for s in asks)):
        asks.append(last)
    return " ".join(asks)[-_TEXT_PER_QUESTION:].strip()


def suppositions(text: str) -> tuple[tuple[int, int], ...]:
    """Where the message says "what if": characters (start, end) of each asking sentence that supposes something.

    What stands there holds for one turn only; the rest of the message is the record.
    """
    sentences = (m for m in _SENTENCE.finditer(text) if m.group().strip().endswith("?"))
    return tuple(m.span() for m in sentences if _SUPPOSES.search(m.group()))


def is_supposed(fact: Fact, places: tuple[tuple[int, int], ...]) -> bool:
    """Whether a fact was read in one of the places of its message that `suppositions` finds."""
    return any(start <= fact.span.start < end for start, end in places)


def only_supposes(text: str) -> bool:
    """Whether the message is a bare "and if he …?", which asks the standing question again under a supposition."""
    return bool(_BARE.match(text.strip())) and not _MAIN_CLAUSE.search(text)


def of_a_patient(question: str) -> bool:
    """Whether a question is about one patient ("his pneumonia"), not about an illness at large."""
    return bool(_PATIENT.search(question))
