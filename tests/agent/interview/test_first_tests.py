"""What a complaint calls for is ordered whatever it would tell of the diseases held here."""

from __future__ import annotations

import pytest

from bedside.agent.interview.first_tests import first_test_rows, first_tests
from bedside.agent.interview.heard import Line, hear
from bedside.agent.interview.policy import next_move
from bedside.agent.interview.words import EXAMINE, PAST, SYMPTOMS
from bedside.knowledge.diseases import diseases
from bedside.knowledge.terms import findings
from bedside.tools.differential.table import Table


@pytest.fixture(scope="module")
def table() -> Table:
    return Table(diseases())


def _told(table: Table, words: str, ordered: str = "") -> tuple[str, ...]:
    lines = [Line(by="told", text=words)]
    if ordered:
        lines += [Line(by="us", text=ordered), Line(by="result", text="Normal.")]
    return first_tests(hear(table, tuple(lines)))


def test_every_row_names_findings_that_there_are() -> None:
    assert {name for row in first_test_rows() for name in row.findings} <= set(findings())


@pytest.mark.parametrize(
    ("words", "tests"),
    [
        ("A 53-year-old man who fainted this morning", ("ECG", "lying and standing blood pressure")),
        ("A 30-year-old man with dysuria", ("urinalysis",)),
        ("A 30-year-old woman with abdominal pain", ("pregnancy test (hCG)",)),
        ("A 30-year-old man with abdominal pain", ()),
        ("A 70-year-old woman with abdominal pain", ()),
        ("A 40-year-old man with chest pain", ("ECG",)),
        ("A 40-year-old man with an itchy rash, no chest pain", ()),
    ],
)
def test_a_complaint_calls_for_its_tests_in_those_whom_they_suit(
    table: Table, words: str, tests: tuple[str, ...]
) -> None:
    assert _told(table, words) == tests


def test_what_was_ordered_is_not_ordered_again(table: Table) -> None:
    assert _told(table, "A 40-year-old man with chest pain", "ECG") == ()


def test_they_are_ordered_after_the_openers(table: Table) -> None:
    lines = [Line(by="told", text="A 53-year-old man.")]
    for asked, answer in (
        ("What brings you here today, and when did it start?", "I fainted this morning."),
        (SYMPTOMS, "No."),
        (EXAMINE, "Normal."),
        (PAST, "None."),
    ):
        lines += [Line(by="us", text=asked), Line(by="patient", text=answer)]
    move = next_move(hear(table, tuple(lines)), 10)
    while move.kind == "ask":  # what would settle an emergency comes first
        assert move.why == "it would settle a possible emergency"
        lines += [Line(by="us", text=move.text), Line(by="patient", text="No.")]
        move = next_move(hear(table, tuple(lines)), 10)
    assert (move.kind, move.text) == ("test", "ECG; lying and standing blood pressure")
