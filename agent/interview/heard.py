"""What an interview has heard so far, read by rule from what was asked and answered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bedside.agent.interview.words import OPENERS, WORKUP
from bedside.core.base import Frozen
from bedside.core.case import Fact
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
        asked: findings that were asked or tested for, answered or not.
        put: names of the openers and work-ups that were put.
    """

    facts: tuple[Fact, ...]
    ranking: Ranking | None
    flags: tuple[RedFlag, ...]
    asked: frozenset[str]
    put: frozenset[str]


def hear(table: Table, lines: tuple[Line, ...]) -> Heard:
    """Reads an interview so far; the same lines always give the same."""
    facts = tuple(f for n, line in enumerate(lines) if line.by != "us" for f in _read(line.text, f"line {n}"))
    observed = observe(table, facts)
    ours = [line.text for line in lines if line.by == "us"]
    return Heard(
        facts=facts,
        ranking=rank(table, observed) if observed.any_present else None,
        flags=red_flags(facts),
        asked=frozenset(name for text in ours for name in asked_in(text)),
        put=frozenset(name for text in ours for name, words in (*OPENERS, *WORKUP) if words in text),
    )


@lru_cache(maxsize=2048)
def _read(text: str, source: str) -> tuple[Fact, ...]:
    return read_facts(text, source)


@lru_cache(maxsize=2048)
def asked_in(text: str) -> frozenset[str]:
    """The findings that a question or request of ours is about, by its own words."""
    return frozenset(name for words, names in _ours().items() if words in text for name in names)


@lru_cache(maxsize=1)
def _ours() -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for row in findings().values():
        for words in (row.ask, f" {row.label};", f" {row.label}."):
            if words:
                out[words] = (*out.get(words, ()), row.name)
    return out
