"""Which of several values counts: the latest, or the one at admission where that is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bedside.core.case import Fact, FactStatus
from bedside.knowledge.terms import finding
from bedside.tools.notes.scores import LABELS
from bedside.tools.notes.times import is_past

_AT_ADMISSION = re.compile(
    r"\b(?:(?:on|at|upon) (?:admission|arrival|presentation|triage|first (?:visit|contact))|"
    r"when (?:first )?(?:admitted|seen)|"
    r"initial(?:ly)?|first admitted)\b",
    re.I,
)
_ONE_OF = frozenset({"quantity", "category"})
_SAID = frozenset({FactStatus.PRESENT, FactStatus.ABSENT})
_SEVERAL = frozenset({"allergy", "medication", "lesion_site"})


def asks_for_admission(question: str) -> bool:
    """Whether a question asks for the state at admission ("the SOFA score on admission")."""
    return bool(_AT_ADMISSION.search(question))


def at_admission(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts with, of each number and grade, only the first that is said of the present.

    A note tells the course in order: what it says first of the present is the state at admission. A value of an earlier
    time ("baseline 80", "last year") is left out where there is one of the present.
    """
    facts = _said_first(tuple(facts))
    first: dict[str, Fact] = {}
    for fact in sorted(facts, key=lambda f: f.span.start):
        if _counts(fact):
            held = first.get(fact.name)
            if held is None or (is_past(held.time) and not is_past(fact.time)):
                first[fact.name] = fact
    return tuple(f for f in facts if not _counts(f) or first[f.name] is f)


def _said_first(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts without what contradicts the state at admission.

    Of a symptom what is said first counts; a condition that is there is not denied by one test that does not show it.
    """
    said: dict[str, list[Fact]] = {}
    for fact in sorted(facts, key=lambda f: f.span.start):
        if fact.status in _SAID and fact.name not in LABELS and finding(fact.name).kind == "presence":
            said.setdefault(fact.name, []).append(fact)
    dropped: set[int] = set()
    for name, group in said.items():
        holds = group[0].status
        if finding(name).course != "symptom" and any(f.status is FactStatus.PRESENT for f in group):
            holds = FactStatus.PRESENT
        dropped |= {id(f) for f in group if f.status is not holds}
    return tuple(f for f in facts if id(f) not in dropped)


def _counts(fact: Fact) -> bool:
    if fact.name in _SEVERAL or fact.name in LABELS or fact.status is not FactStatus.PRESENT:
        return False
    return finding(fact.name).kind in _ONE_OF
