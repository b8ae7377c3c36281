"""Questions about a small child, put to the parent: "Does your child cough?" for "Do you cough?"."""

from __future__ import annotations

import re
from functools import lru_cache

from bedside.agent.interview.suits import Person

# A parent speaks for a child under this age, as the simulated patients do.
SPEAKS_FROM = 12.0
_CHILD = "your child"
_OF_THIRD = {"have": "has", "do": "does", "are": "is", "were": "was"}
_FIRST = re.compile(r"\b(have|do|are|were|can|could|did|will|would|should|might|must) you\b", re.I)
_BEFORE = (
    "when|whenever|if|that|while|after|before|because|since|once|until|as|than|where|what|which|how|or|and|but|anyone|someone"
    "|anything|something|have|do|are|were|can|could|did|will|would|should|much|often|long|far|many"
)
_BEHIND = (
    "are|were|have|had|do|did|can|could|will|would|should|must|need|use|take|liked?|enjoy(?:ed)?|still|really|usually"
)
_SUBJECT = re.compile(
    rf"\b({_BEFORE}) you\b(?! (?:at|in|to|from|with|by|when|or|and|off|up|out|on)\b)|\b(\w+) you(?= (?:{_BEHIND})\b)",
    re.I,
)
# What is said of the parent, not of the child.
_OF_PARENT = re.compile(r"\byou(?= (?:press|noticed)\b)|(?<=\bthank )you\b|(?<=\bas far as )you\b", re.I)
# "Is it hard to climb stairs?": for whom, must be said.
_FOR_WHOM = re.compile(r"(?<!\bfind )\b(it (?:very )?(?:hard|difficult|painful|easier)) to\b", re.I)
_OTHERS = (
    (re.compile(r"\byourself\b", re.I), "themselves"),
    (re.compile(r"\byours\b", re.I), "theirs"),
    (re.compile(r"\byour\b", re.I), "their"),
    (re.compile(r"\byou\b", re.I), "them"),
)


def parent_answers(person: Person) -> bool:
    """Whether it is a child who is known to be under twelve."""
    return person.age is not None and person.age < SPEAKS_FROM


def to_parent(text: str, person: Person) -> str:
    """A question as it is put: of a child under twelve to the parent, else as it is."""
    return asked_of_parent(text) if parent_answers(person) else text


@lru_cache(maxsize=4096)
def asked_of_parent(text: str) -> str:
    """Each question for itself: the first "you" or "your" names the child, the others are "they" and "their"."""
    return "".join(_one(part) for part in re.split(r"(?<=[?.])(?=\s)", text))


def _one(text: str) -> str:
    held = _named(_FOR_WHOM.sub("\\1 for \x01 to", _OF_PARENT.sub("\x02", text)))
    held = _FIRST.sub(lambda m: f"{m[1]} they", held)
    held = _SUBJECT.sub(lambda m: f"{m[1] or m[2]} they", held)
    for pattern, word in _OTHERS:
        held = pattern.sub(word, held)
    said = held.replace("\x01", _CHILD).replace("\x02", "you")
    return said[:1].upper() + said[1:] if text[:1].isupper() else said


def _named(text: str) -> str:
    """Names the child at the first "your" or "you" where that can be; before it "they" stands."""
    if "\x01" in text:
        return text
    first = re.search(r"\b(your|you)\b", text, re.I)
    if first is None:
        return text
    asked = _FIRST.search(text)
    subject = any(m.end() == first.end() for m in _SUBJECT.finditer(text))
    if asked is not None and (asked.end() == first.end() or subject):
        return f"{text[: asked.start()]}{_agreeing(asked[1])} \x01{text[asked.end() :]}"
    if subject:
        return text
    name = "\x01's" if first[1].lower() == "your" else "\x01"
    return f"{text[: first.start()]}{name}{text[first.end() :]}"


def _agreeing(verb: str) -> str:
    third = _OF_THIRD.get(verb.lower(), verb)
    return third.capitalize() if verb[0].isupper() else third
