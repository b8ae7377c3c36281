"""The tests that a complaint calls for, whatever they would tell of the diseases held here (``first_tests.yaml``)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field

from bedside.agent.interview.heard import Heard
from bedside.agent.interview.suits import suits
from bedside.core.base import Frozen
from bedside.core.case import FactStatus
from bedside.knowledge.terms import load_yaml


class FirstTests(Frozen):
    """A row: findings of which one is there, the tests by name, and the guideline that says so."""

    findings: tuple[str, ...] = Field(min_length=1)
    tests: tuple[str, ...] = Field(min_length=1)
    source: str = Field(pattern=r"\b20\d\d\b.*https://")


def first_tests(heard: Heard) -> tuple[str, ...]:
    """Those that what was told calls for and that were not ordered yet."""
    there = {fact.name for fact in heard.facts if fact.status is FactStatus.PRESENT}
    wanted = dict.fromkeys(test for row in first_test_rows() if there & set(row.findings) for test in row.tests)
    return tuple(test for test in wanted if test.lower() not in heard.tests and suits(test, heard.person))


@lru_cache(maxsize=1)
def first_test_rows() -> tuple[FirstTests, ...]:
    """The table, in the file's order."""
    rows = load_yaml(Path(__file__).with_name("first_tests.yaml"))
    return tuple(FirstTests.model_validate(row) for row in rows)
