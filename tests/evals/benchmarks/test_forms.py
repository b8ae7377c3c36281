from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bedside.evals.benchmarks.files import Record
from bedside.evals.benchmarks.forms import answered, choice, letter_of, rows_of, unique, vignette_and_question, written
from bedside.evals.patients.case import Picture


@pytest.mark.parametrize(
    ("question", "options", "right", "fault"),
    [
        ("What?", {"A": "one", "B": "two"}, "b", ""),
        ("What?", ["one", "two", "three"], "C", ""),
        (" ", ["one", "two"], "A", "no question"),
        ("What?", ["one"], "A", "fewer than two"),
        ("What?", ["one", " "], "A", "option B is empty"),
        ("What?", ["one", None], "A", "option B is empty"),
        ("What?", ["one", "two"], "C", "'C' is no option"),
        ("What?", ["one", "two"], "", "'' is no option"),
    ],
)
def test_a_question_with_options_is_checked(question: str, options: list[Any], right: str, fault: str) -> None:
    row = choice("q", question, options, right)
    assert fault in row.fault
    assert bool(fault) == bool(row.fault)
    assert row.gold.option == right.upper()


def test_a_given_picture_that_is_missing_is_a_fault() -> None:
    gone = Picture(id="p1", name="image 1", given=True)
    asked = Picture(id="p1", name="image 1")
    assert "'image 1' is missing" in choice("q", "What?", ["a", "b"], "A", pictures=(gone,)).fault
    assert written("q", "What?", ("a",), pictures=(asked,)).fault == ""


def test_a_text_without_reference_is_a_fault() -> None:
    assert written("q", "What?", ("", " ")).fault == "no reference to score against"


def test_yes_and_no_are_chosen_and_anything_else_is_written() -> None:
    assert answered("q", "Is it?", "No.").gold.option == "B"
    assert answered("q", "Where?", "left lung").gold.texts == ("left lung",)


def test_an_option_is_found_by_its_text() -> None:
    assert letter_of(["Measles", "Herpes zoster"], " herpes  zoster.") == "B"
    assert letter_of(["Measles"], "Mumps") == ""


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("He is 5. He coughs. What is it?", ("He is 5. He coughs.", "What is it?")),
        ("He coughs.\nNa 130 mmol/L\nWhat is it?", ("He coughs.\nNa 130 mmol/L", "What is it?")),
        ('He coughs. What is it?"', ("He coughs.", 'What is it?"')),
        ("What is it?", ("", "What is it?")),
        ("What is it? Na 130 mmol/L.", ("", "What is it? Na 130 mmol/L.")),
    ],
)
def test_a_vignette_is_parted_from_its_question(text: str, parts: tuple[str, str]) -> None:
    assert vignette_and_question(text) == parts


def test_a_record_of_another_form_is_a_row_with_its_fault() -> None:
    records = [Record({"a": "1"}, "", "f 1", Path()), Record({}, "", "f 2", Path()), Record(None, "cut", "f 3", Path())]
    rows = rows_of(records, lambda r: written("x", r.raw["a"], ("t",)), "the set")
    assert [r.fault for r in rows] == ["", "not of the form of the set (no 'a')", "cut"]
    assert [r.case.id for r in rows] == ["x", "f 2", "f 3"]


def test_ids_that_were_there_before_are_numbered() -> None:
    rows = unique([written("x", "What?", ("t",)) for _ in range(3)])
    assert [r.case.id for r in rows] == ["x", "x (2)", "x (3)"]
    mixed = unique([written(name, "What?", ("t",)) for name in ("a", "a (2)", "a")])
    assert [r.case.id for r in mixed] == ["a", "a (2)", "a (3)"]
