"""What was said that a case does not hold, by the rules that read notes: findings with their status, and sentences."""

from __future__ import annotations

import re
from functools import lru_cache

from bedside.evals.patients.case import CaseFact, PatientCase
from bedside.evals.patients.fact_selecting import DONT_KNOW, said_as, sentence
from bedside.evals.patients.manners import manners
from bedside.evals.patients.voice import signature
from bedside.knowledge.terms import findings

_YES, _NO = (
    re.compile(r"^(?:yes|yeah|yep|i do|i have)\b[,. ]", re.I),
    re.compile(r"^(?:no|nope|not really)\b[,. ]", re.I),
)


def invented(case: PatientCase, question: str, text: str) -> tuple[str, ...]:
    """The findings, by name and status, that an answer tells and no fact of the case does.

    A bare "yes" or "no" at its beginning tells the first finding that the question names. What another finding of the
    case implies is not invented; a denial of what the case does not speak of is.
    """
    held = held_in(case.facts)
    told = {(name, status) for name, value, status in signature(text)} | _by_yes_or_no(question, text)
    return tuple(sorted(f"{name} {status}" for name, status in told - held if status != "possible"))


def held_in(facts: tuple[CaseFact, ...]) -> frozenset[tuple[str, str]]:
    """Every finding of a case with its status, and those that they imply."""
    out: set[tuple[str, str]] = set()
    for name, _, status in (told for fact in facts for told in signature(fact.text)):
        out.add((name, status))
        if status in ("present", "historical") and name in findings():
            out |= {(wider, status) for wider in findings()[name].implies}
    return frozenset(out)


def used_in(case: PatientCase, text: str) -> tuple[str, ...]:
    """Ids of the facts of which an answer tells a finding."""
    told = {(name, status) for name, _, status in signature(text)}
    return tuple(f.id for f in case.facts if told & {(n, s) for n, _, s in signature(f.text)})


def not_of_the_case(case: PatientCase, text: str) -> str:
    """What is left of a deterministic patient's answer without the facts of the case and the fixed phrases."""
    for words in _allowed(case):
        text = text.replace(words, " ")
    return re.sub(r"[\s.,!?]+", " ", text).strip()


def _by_yes_or_no(question: str, text: str) -> set[tuple[str, str]]:
    status = "present" if _YES.match(text + " ") else "absent" if _NO.match(text + " ") else ""
    asked = [name for name, _, _ in sorted(signature(question)) if name not in ("age", "sex")] if status else []
    return {(asked[0], status)} if len(asked) == 1 else set()


@lru_cache(maxsize=512)
def _allowed(case: PatientCase) -> tuple[str, ...]:
    """Every form in which a fact may be said, and every fixed phrase, long ones first."""
    forms = {said_as(case, f, own) for f in case.facts for own in (False, True)}
    forms |= {sentence(case.complaint)} if case.complaint else set()
    return tuple(sorted(forms | {DONT_KNOW} | manners().phrases(), key=len, reverse=True))
