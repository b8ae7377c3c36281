"""What an interview has heard so far, read by rule from what was asked and answered."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bedside.agent.interview.asking import question_about
from bedside.agent.interview.parent import asked_of_parent
from bedside.agent.interview.suits import Person, State
from bedside.agent.interview.words import OPENERS
from bedside.core.base import Frozen
from bedside.core.case import Fact, FactStatus
from bedside.knowledge.terms import findings
from bedside.tools.differential.observed import observe
from bedside.tools.differential.rank import Ranking, rank
from bedside.tools.differential.table import Table
from bedside.tools.notes.read import read_facts
from bedside.tools.redflags.engine import red_flags
from bedside.tools.redflags.schema import RedFlag


class Line(Frozen):
    """One thing said: by whom, and the words. What is known at the start is `told`."""

    by: Literal["told", "us", "patient", "result"]
    text: str


@dataclass(frozen=True, eq=False)
class Heard:
    """What is known.

    Attributes:
        facts: read from what was told, answered and found, in that order.
        ranking: of the diseases held; None where nothing was read that one is known by.
        flags: red flags in the facts.
        person: age and sex.
        asked: findings that were asked for, answered or not.
        tests: names of tests and examinations that were ordered, in lower case.
        put: names of the openers and work-ups that were put.
        barren: of questions and of tests put one after the other until now, how many brought nothing new.
    """

    facts: tuple[Fact, ...]
    ranking: Ranking | None
    flags: tuple[RedFlag, ...]
    person: Person
    asked: frozenset[str]
    tests: frozenset[str]
    put: frozenset[str]
    barren: dict[str, int]


def hear(table: Table, lines: tuple[Line, ...]) -> Heard:
    """Reads an interview so far; the same lines always give the same."""
    read = [() if line.by == "us" else _read(line.text, f"line {n}") for n, line in enumerate(lines)]
    facts = tuple(f for some in read for f in some)
    observed = observe(table, facts)
    ours = [line.text for line in lines if line.by == "us"]
    return Heard(
        facts=facts,
        ranking=rank(table, observed) if observed.any_present else None,
        flags=red_flags(facts),
        person=Person(observed.age, observed.sex, _childbearing(facts)),
        asked=frozenset(name for text in ours for name in asked_in(text)),
        tests=frozenset(name for text in ours for name in ordered_in(text)),
        put=frozenset(
            name for text in ours for name, words in OPENERS if words in text or asked_of_parent(words) in text
        ),
        barren=_barren(lines, read),
    )


def ordered_in(text: str) -> frozenset[str]:
    """The tests that a request of ours names; a question names none."""
    return frozenset() if "?" in text else frozenset(p.strip(" .").lower() for p in text.split(";"))


@lru_cache(maxsize=2048)
def asked_in(text: str) -> frozenset[str]:
    """The findings that a question of ours is about, by its own words."""
    parts = re.findall(r"[^?]+\?", text)
    return frozenset(name for part in parts for name in _ours().get(part.strip(), ()))


def _barren(lines: tuple[Line, ...], read: Iterable[tuple[Fact, ...]]) -> dict[str, int]:
    """By "patient" and "result": how many answers in a row, up to the last, told nothing that was not known."""
    out = {"patient": 0, "result": 0}
    known: set[tuple[object, ...]] = set()
    for line, facts in zip(lines, read, strict=True):
        told = {(f.name, f.value, f.status) for f in facts}
        if line.by in out:
            out[line.by] = 0 if told - known else out[line.by] + 1
        known |= told
    return out


def _childbearing(facts: tuple[Fact, ...]) -> State:
    there = {f.name for f in facts if f.status is FactStatus.PRESENT}
    return "delivered" if "postpartum" in there else "pregnant" if "pregnancy" in there else ""


@lru_cache(maxsize=4096)
def _read(text: str, source: str) -> tuple[Fact, ...]:
    return read_facts(text, source)


@lru_cache(maxsize=1)
def _ours() -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for row in findings().values():
        words = question_about(row)
        for said in dict.fromkeys((words, asked_of_parent(words))) if words else ():
            out[said] = (*out.get(said, ()), row.name)
    return out
