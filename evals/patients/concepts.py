"""What a question and a fact are both about, in whatever words: the table `ways_of_asking.yaml`."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, model_validator

from bedside.core.base import Frozen
from bedside.evals.patients.case import Section
from bedside.knowledge.terms import read_form

TABLE = Path(__file__).parent / "ways_of_asking.yaml"
Side = Literal["asks", "tells"]


class Concept(Frozen):
    """Expressions in question and fact (`both`), in a question only (`asks`) and in a fact only (`tells`)."""

    both: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()


class TestNames(Frozen):
    """The names by which a test is asked for, and words for what it is made of."""

    names: tuple[str, ...] = Field(min_length=1)
    parts: tuple[str, ...] = Field(min_length=1)


class WaysOfAsking(Frozen):
    """The whole table, as its file explains it."""

    concepts: dict[str, Concept]
    family: tuple[str, ...]
    open: dict[Section, tuple[str, ...]]
    general_no: dict[Section, tuple[str, ...]]
    tests: dict[str, TestNames]

    @model_validator(mode="after")
    def _legal(self) -> WaysOfAsking:
        try:
            for side in get_args(Side):
                _of_side(self, side)
            for words in (*self.open.values(), *self.general_no.values(), self.family):
                _any(words)
        except re.error as error:
            raise ValueError(f"{error.pattern!r} is not a regular expression: {error}") from error
        return self


@lru_cache(maxsize=1)
def ways_of_asking() -> WaysOfAsking:
    """The table, checked.

    Raises:
        KnowledgeError: it breaks its form, or an expression of it is none.
    """
    return read_form(TABLE, WaysOfAsking, "BED-EVAL-002")


@lru_cache(maxsize=16384)
def concepts_in(text: str, side: Side) -> frozenset[str]:
    """The concepts that a text names, and the tests: by name in a question, by name or part in a fact."""
    text = text.lower()
    return frozenset(name for name, pattern in _patterns(side).items() if pattern.search(text))


@lru_cache(maxsize=1)
def concept_names() -> frozenset[str]:
    """Of all concepts and tests."""
    return frozenset(_patterns("asks"))


@lru_cache(maxsize=16384)
def tests_in(text: str) -> frozenset[str]:
    """The tests that a request names by any of their usual names."""
    text = text.lower()
    return frozenset(n for n in ways_of_asking().tests if _patterns("asks")[f"test {n}"].search(text))


def part_of(test: str, text: str) -> bool:
    """Whether a name of a result is of a test, or of what it is made of."""
    return bool(_patterns("tells")[f"test {test}"].search(text.lower()))


def is_open(question: str) -> tuple[Section, ...]:
    """The sections that a question which leaves open what is told is about."""
    text = question.lower()
    return tuple(s for s, words in ways_of_asking().open.items() if _any(words).search(text))


def general_no(text: str) -> tuple[Section, ...]:
    """The sections of which a fact says no to whatever it does not name."""
    text = text.lower()
    return tuple(s for s, words in ways_of_asking().general_no.items() if _any(words).search(text))


def of_family(text: str) -> bool:
    """Whether a text speaks of the family."""
    return bool(_any(ways_of_asking().family).search(text.lower()))


@lru_cache(maxsize=2)
def _patterns(side: Side) -> dict[str, re.Pattern[str]]:
    return _of_side(ways_of_asking(), side)


def _of_side(table: WaysOfAsking, side: Side) -> dict[str, re.Pattern[str]]:
    out = {name: _any((*c.both, *(c.asks if side == "asks" else c.tells))) for name, c in table.concepts.items()}
    return out | {
        f"test {n}": _any(t.names if side == "asks" else (*t.names, *t.parts)) for n, t in table.tests.items()
    }


@lru_cache(maxsize=1024)
def _any(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{'|'.join(words)})(?:e?s)?(?![a-z])")
