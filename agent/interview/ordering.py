"""By which test a finding is found (``tests.yaml``), and which region is examined for a sign (``regions.yaml``).

A test is ordered by its name ("chest X-ray"), never by what it might show ("fluid round the lung").
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from bedside.core.base import Frozen
from bedside.knowledge.terms import load_yaml
from bedside.tools.differential.table import Column

GENERAL = "general examination"
_QUALITY = re.compile(
    r"\b(?:raised|high|low|positive|negative|absent|reduced|abnormal|normal|very|no|found|prolonged|test|level|levels)\b",
    re.I,
)


class Order(Frozen):
    """One test: how findings of it are found, and patterns of what it shows."""

    test: str
    by: tuple[str, ...]
    words: tuple[str, ...]


class Region(Frozen):
    """One examination by its name, and patterns of the signs that it shows."""

    exam: str
    words: tuple[str, ...]


@lru_cache(maxsize=4096)
def ordered_as(column: Column) -> str:
    """The test or examination, by name, that would show a finding; "" where none of its own does."""
    words = f"{column.finding.name.replace('_', ' ')} | {column.finding.label}"
    if column.by == "examine":
        return next((exam for exam, pattern in _regions() if pattern.search(words)), GENERAL)
    named = next((test for test, by, pattern in _orders() if column.by in by and pattern.search(words)), None)
    if named is not None:
        return named
    return " ".join(_QUALITY.sub(" ", column.finding.label).split()) or column.finding.label


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})", re.I)


@lru_cache(maxsize=1)
def _orders() -> tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...]:
    rows = [Order.model_validate(row) for row in load_yaml(Path(__file__).parent / "tests.yaml")]
    return tuple((row.test, row.by, _pattern(row.words)) for row in rows)


@lru_cache(maxsize=1)
def _regions() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = [Region.model_validate(row) for row in load_yaml(Path(__file__).parent / "regions.yaml")]
    return tuple((row.exam, _pattern(row.words)) for row in rows)
