"""Whom a question or a test suits: nobody is asked what cannot be of their age and sex (``suits.yaml``)."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from bedside.core.base import Frozen
from bedside.knowledge.terms import load_yaml

State = Literal["", "pregnant", "delivered"]


class Person(NamedTuple):
    """Age in years, None where it is not known; sex, "" where it is not; and a pregnancy."""

    age: float | None = None
    sex: str = ""
    state: State = ""


class Only(Frozen):
    """A row: words, and whom they suit; `unknown`: whether a person of unknown age, too."""

    words: str
    sex: Literal["", "female", "male"] = ""
    low: float = 0.0
    high: float = 200.0
    state: State = ""
    unless: str = ""
    unknown: bool = False

    def suits(self, person: Person) -> bool:
        """Whether the row is met; what is not known meets nothing that is asked of it, but for an age by `unknown`."""
        if (self.sex and person.sex != self.sex) or (self.state and person.state != self.state):
            return False
        if person.age is None:
            return self.unknown or (self.low <= 0 and self.high >= 200)
        return self.low <= person.age < self.high


def suits(text: str, person: Person) -> bool:
    """Whether a question, or a test by its name, may be put to a person."""
    return all(row.suits(person) for row in _rows_for(text))


@lru_cache(maxsize=8192)
def _rows_for(text: str) -> tuple[Only, ...]:
    return tuple(
        row for row, words, unless in _rows() if words.search(text) and not (unless is not None and unless.search(text))
    )


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[Only, re.Pattern[str], re.Pattern[str] | None], ...]:
    rows = [Only.model_validate(row) for row in load_yaml(Path(__file__).parent / "suits.yaml")]
    return tuple(
        (row, re.compile(row.words, re.I), re.compile(row.unless, re.I) if row.unless else None) for row in rows
    )
