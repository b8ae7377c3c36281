"""Whether a named diagnosis is the right one, by rule: names and synonyms first, ICD-10 last, no model.

Sources of synonyms: the names that Bedside's diseases carry, and ICD-10-CM's descriptions and inclusion terms.
"""

from __future__ import annotations

from functools import lru_cache

from bedside.evals.diagnosis_match import Match, match, words_of_name
from bedside.evals.patients.case import Gold
from bedside.knowledge.diseases import diseases

_CLOSE = frozenset({"name", "other name", "words of a name"})


def place(ranked: tuple[str, ...], gold: Gold) -> int:
    """The place of the right diagnosis among those named, from 1; 0 where it is not there."""
    return next((i for i, name in enumerate(ranked, 1) if agreement(name, gold)), 0)


def agreement(name: str, gold: Gold) -> str:
    """How a name agrees with what is right: "name", "synonym", "ICD-10" or "" for not at all."""
    for right in (gold.diagnosis, *gold.also):
        if how := _pair(name, right):
            return how
    return ""


@lru_cache(maxsize=16384)
def _pair(name: str, right: str) -> str:
    said, wanted = words_of_name(name), words_of_name(right)
    if said & wanted:
        return "name"
    one, other = _held(name), _held(right)
    if one.rows & other.rows:
        close = one.how in _CLOSE and other.how in _CLOSE
        return "synonym" if close else "ICD-10"
    return ""


@lru_cache(maxsize=8192)
def _held(name: str) -> Match:
    return match(name, diseases())
