"""What a case tells of a patient, as the patient says it: in the first person and in plain words, by template.

What is said has to read, by the rules that read notes, to the same facts with the same status as the words of the case.
Where it would not, less is changed, and at last nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from bedside.evals.patients.case import PatientCase
from bedside.evals.patients.first_person import in_first_person, of_others, voice
from bedside.tools.notes.read import read_facts

How = Literal["plain words", "first person", "as written"]
Signature = frozenset[tuple[str, str, str]]
PRONOUNS = frozenset({"he", "she", "his", "her", "him", "himself", "herself"})
_YOUNG = re.compile(
    r"\b(?:newborn|neonate|infant|toddler|baby|(?:\d+|one|two)[- ](?:hour|day|week|month)s?[- ]old|[1-9][- ]year[- ]old"
    r"|1[01][- ]year[- ]old)\b",
    re.I,
)


class Spoken(NamedTuple):
    """A fact as it is said, and how far its words were changed."""

    text: str
    how: How


def young(case: PatientCase) -> bool:
    """Whether the case is of a child under twelve, for whom a parent speaks."""
    about = [f.text for f in case.facts if f.section == "person"] or [f.text for f in case.facts[:2]]
    return any(_YOUNG.search(text) for text in about)


@lru_cache(maxsize=16384)
def as_said(text: str, section: str = "", child: bool = False) -> Spoken:
    """A fact as the patient, or for a child its parent, says it."""
    if of_others(text, voice()):
        return Spoken(text, "as written")
    mine = _of_a_child(text) if child else in_first_person(text, section, voice())
    if mine is not None and signature(mine) != signature(text):
        mine = None
    plain = in_plain_words(mine or text)
    if plain != (mine or text):
        return Spoken(plain, "plain words")
    return Spoken(mine, "first person") if mine and mine.rstrip(".") != text.rstrip(".") else Spoken(text, "as written")


def in_plain_words(text: str) -> str:
    """Clinical terms put plainly, each where the sentence still reads to the same facts."""
    same: Signature | None = None
    for pattern, plain in _plain():
        if not pattern.search(text):
            continue
        same = signature(text) if same is None else same
        words = pattern.sub(plain, text)
        if signature(words) == same:
            text = words
    return text


@lru_cache(maxsize=65536)
def signature(text: str) -> Signature:
    """The facts of a text by name, value and status; that "he" is a man is nothing that is told."""
    told = (f for f in read_facts(text, "said") if f.span.text.lower() not in PRONOUNS)
    return frozenset((f.name, _value(f.value), f.status.value) for f in told)


def _value(value: float | str | None) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _of_a_child(text: str) -> str:
    return re.sub(r"^(?:The )?patient\b(?!['’]s)", "My child", text, flags=re.I)


@lru_cache(maxsize=1)
def _plain() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(rf"\b(?:{clinical})\b", re.I), plain) for clinical, plain in voice().plain.items())
