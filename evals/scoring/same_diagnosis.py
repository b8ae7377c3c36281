"""Whether a named diagnosis is the right one, by rule: words first, then lists of names; no model.

What counts as the same is stated in ``evals/data/diagnosis_pairs.yaml``: other names, and a kind of the right disease
or the right disease with a complication; never another type, organism, cell or cause, nor the complication alone.
"""

from __future__ import annotations

from functools import lru_cache

from bedside.evals.patients.case import Gold
from bedside.evals.scoring.diagnosis_words import (
    Wording,
    conflict,
    core_of,
    initials_of,
    table,
    wordings,
    words_in,
)
from bedside.evals.scoring.named_things import narrower_code, same_thing

_SHORTEST = 2


def place(ranked: tuple[str, ...], gold: Gold) -> int:
    """The place of the right diagnosis among those named, from 1; 0 where it is not there."""
    return next((i for i, name in enumerate(ranked, 1) if agreement(name, gold)), 0)


def agreement(name: str, gold: Gold) -> str:
    """How a name agrees with what is right: "name", "initials", "kind" or a list that has both; "" for not at all."""
    for right in (gold.diagnosis, *gold.also):
        if how := _pair(name, right):
            return how
    return ""


def contradicted(name: str, gold: Gold) -> bool:
    """Whether the rules are sure that it is another: acute for chronic, viral for bacterial."""
    said = words_in(name)
    return all(conflict(said, words_in(right)) for right in (gold.diagnosis, *gold.also))


@lru_cache(maxsize=16384)
def _pair(name: str, right: str) -> str:
    if conflict(words_in(name), words_in(right)):
        return ""
    said, wanted = wordings(name), wordings(right)
    if {w.key for w in said} & {w.key for w in wanted}:
        return "name"
    if _initials(name, right) or _initials(right, name):
        return "initials"
    if any(_is_kind(one, other) for one in said for other in wanted):
        return "kind"
    return same_thing(name, right) or ("ICD-10" if narrower_code(name, right) else "")


def _initials(short: str, long: str) -> bool:
    """Whether one is the first letters of the words of the other: ALS of amyotrophic lateral sclerosis."""
    letters = short.strip().rstrip(".")
    if len(letters) < _SHORTEST or not letters.isalpha() or not letters.isupper():
        return False
    ways = (initials_of(tuple(w for part in wording.parts for w in part)) for wording in wordings(long))
    return letters in ways


def _is_kind(said: Wording, right: Wording) -> bool:
    """Whether one part of what was said ends with all the words of what is right, in any order: a kind of it."""
    if len(right.parts) > 1:
        return False
    wanted = core_of(frozenset(right.parts[0]))
    if not wanted:
        return False
    return any(_ends_with(part, wanted) for part in said.parts)


def _ends_with(part: tuple[str, ...], wanted: frozenset[str]) -> bool:
    words = [w for w in part if w in wanted or w not in table().soft | table().illness]
    # A letter or a number behind it tells which kind it is: hemophilia A is a hemophilia.
    while words and words[-1] not in wanted and (len(words[-1]) == 1 or words[-1].isdigit()):
        words.pop()
    if frozenset(words[-len(wanted) :]) != wanted:
        return False
    return not table().breakers & set(words[: -len(wanted)])
