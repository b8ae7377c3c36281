"""Reads a result that stands behind the name of its test: "Serum amylase: elevated", "ANA: positive", "ESR 52 mm/h".

The vocabulary holds "elevated amylase"; reports turn it round, and put "level is slightly" in between. The names of
tests are taken from its terms that begin with such a word, and the limits of results in numbers from ``levels.yaml``.
Results that are quantities of the vocabulary are read elsewhere and have no limit here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import Field

from bedside.core.base import Frozen
from bedside.core.errors import KnowledgeError
from bedside.knowledge.phrases import Phrase, PhraseMatcher, Word
from bedside.knowledge.terms import findings, read_form

_TESTED = frozenset({"blood", "bedside", "image", "specialist"})
_UP = "elevated|raised|high|increased|prolonged"
_DOWN = "low|decreased|reduced|diminished"
_YES = "positive|reactive|detected"
_NO = "negative|non[- ]?reactive|not detected"
_FINE = "normal|within normal limits|within normal range|WNL|unremarkable"
_LED = re.compile(rf"(?:(?P<up>{_UP})|(?P<down>{_DOWN})|(?P<yes>{_YES}))\s+(?P<test>\w.*)", re.I)
_OF = re.compile(r"(?:serum|plasma|blood|urine|urinary|level of|levels of)\s+", re.I)
_BETWEEN = (
    r"(?:[ \t]*\([A-Za-z0-9+ -]{1,12}\))?[ \t]*[:,=(–-]?[ \t]*"
    r"(?:(?:levels?|counts?|concentration|tests?|titres?|titers?|antibod(?:y|ies)|results?|findings?|is|was|were|are|"
    r"be|found|to|came|back|very|slightly|mildly|moderately|markedly|significantly|severely|strongly)[ \t:,]+)*"
)
_RESULT = re.compile(
    rf"{_BETWEEN}(?:(?P<up>{_UP})|(?P<down>{_DOWN})|(?P<yes>{_YES})|(?P<no>{_NO})|(?P<fine>{_FINE}))\b(?!\s*[-/]\s*\w)",
    re.I,
)
_NUMBER = re.compile(
    rf"{_BETWEEN}(?:(?:of|at)[ \t]+)?(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"[ \t]?(?P<unit>[^\s,;]{0,12})"
)


class Limit(Frozen):
    """A limit of ``levels.yaml``; see its head."""

    names: tuple[str, ...] = Field(min_length=1)
    unit: str = ""
    above: float = float("inf")
    high: str = ""
    below: float = float("-inf")
    low: str = ""
    source: str = Field(pattern=r"\b(1[89]|20)\d\d\b")


class Level(NamedTuple):
    """A finding read from a result: there or not, and the span that says it."""

    name: str
    there: bool
    start: int
    end: int


class _Test:
    """What a test's results mean: a finding for high, low and positive, and limits for numbers."""

    def __init__(self) -> None:
        self.means: dict[str, str] = {}
        self.limits: list[Limit] = []


@lru_cache(maxsize=1)
def _tests() -> tuple[PhraseMatcher[str], dict[str, _Test]]:
    """The matcher of tests' names, and what their results mean.

    Raises:
        KnowledgeError: ``levels.yaml`` breaks its form or names a finding that does not exist.
    """
    tests: dict[str, _Test] = {}
    for row in findings().values():
        for term in row.terms if row.by in _TESTED else ():
            if led := _LED.fullmatch(term):
                way = next(k for k in ("up", "down", "yes") if led[k])
                for name in {led["test"].lower(), _OF.sub("", led["test"].lower())}:
                    tests.setdefault(name, _Test()).means.setdefault(way, row.name)
    for limit in _limits():
        for name in limit.names:
            test = tests.setdefault(name.lower(), _Test())
            test.limits.append(limit)
            for way, finding in (("up", limit.high), ("down", limit.low)):
                if finding:
                    test.means.setdefault(way, finding)
    return PhraseMatcher(Phrase(name, name) for name in tests), tests


def _limits() -> list[Limit]:
    path = Path(__file__).with_name("levels.yaml")
    rows = read_form(path, list[Limit], "BED-KNOW-040")
    unknown = [name for row in rows for name in (row.high, row.low) if name and name not in findings()]
    if unknown:
        raise KnowledgeError(f"{path.name}: {unknown[0]} is not a finding.", "Correct the row.", code="BED-KNOW-040")
    return rows


def read_levels(text: str, words: Sequence[Word]) -> list[Level]:
    """Every result in words or numbers that stands behind the name of its test, in order and without overlap.

    Args:
        text: the text.
        words: its words.
    """
    matcher, tests = _tests()
    out: list[Level] = []
    for match in matcher.find(text, words):
        test = tests[match.payload]
        for level in _read(text, test, match.start, match.end):
            if not out or out[-1].end <= level.start:
                out.append(level)
    return out


def _read(text: str, test: _Test, start: int, end: int) -> Iterator[Level]:
    result = _RESULT.match(text, end)
    if result:
        way = next(k for k in ("up", "down", "yes", "no", "fine") if result[k])
        if way in test.means:
            yield Level(test.means[way], True, start, result.end())
        elif way in ("no", "fine"):
            spans = (start, end, result.start(way), result.end())
            yield from _not_there(test, spans, ("yes",) if way == "no" else ("up", "down", "yes"))
        return
    number = _NUMBER.match(text, end)
    limit = number and next((row for row in test.limits if re.match(row.unit, number["unit"])), None)
    if not number or not limit:
        return
    value = float(number["number"].replace(",", ""))
    if value > limit.above or value < limit.below:
        yield Level(limit.high if value > limit.above else limit.low, True, start, number.end())
    else:
        yield from _not_there(test, (start, end, number.start("number"), number.end()), ("up", "down"))


def _not_there(test: _Test, spans: tuple[int, int, int, int], ways: tuple[str, ...]) -> Iterator[Level]:
    """What a normal result denies: the first over the name, a second over the result."""
    start, middle, said, end = spans
    denied = list(dict.fromkeys(test.means[way] for way in ways if way in test.means))
    for name, (begin, stop) in zip(denied, ((start, middle), (said, end)), strict=False):
        yield Level(name, False, begin, stop)
