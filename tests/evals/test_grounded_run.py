"""The evaluation from question to report, with a scripted core model and everything else real."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.assistant import obliging, scripted_assistant
from support.scripted import last_text

from bedside.core.errors import ModelUnavailableError, StorageError
from bedside.evals.questions import Question, load_questions
from bedside.evals.systems import BEDSIDE, DIRECT
from bedside.evals.tasks.grounded import Line, answered, report_of, written

LISINOPRIL = next(q for q in load_questions() if q.id == "lisinopril-pregnancy")
VANCOMYCIN = next(q for q in load_questions() if q.id == "vancomycin-mrsa")


def inventing(messages: Any) -> Any:
    """Obliging, but a fabricator when it is asked directly."""
    if "numbered guideline passages" in last_text(messages):
        return "Yes, lisinopril can be used at 10 mg once daily [1]. Vancomycin 15 mg/kg is given."
    return obliging(messages)


def test_both_systems_answer_and_the_fabricated_dose_is_counted(tmp_path: Path) -> None:
    assistant = scripted_assistant(tmp_path, inventing)
    lines = [answered(assistant, q) for q in (LISINOPRIL, VANCOMYCIN)]
    report = report_of(lines, Path("questions.yaml"), tmp_path / "out.jsonl")
    found = {(s.system, s.metric): s.estimate for s in report.scores}
    assert found[BEDSIDE, "citation recall"].value == found[BEDSIDE, "refusals right"].value == 1.0
    assert found[BEDSIDE, "loose doses per answer"].value == found[BEDSIDE, "forbidden statements"].value == 0.0
    assert found[DIRECT, "refusals right"].value == 0.0
    assert found[DIRECT, "loose doses per answer"].value == 2.0
    assert found[DIRECT, "forbidden statements"].value == 1.0
    assert report.set == "questions.yaml, 2 questions"


def test_every_answer_is_written_with_what_is_wrong_with_it(tmp_path: Path) -> None:
    lines = [answered(scripted_assistant(tmp_path, inventing), LISINOPRIL)]
    written(tmp_path / "evals" / "grounded.jsonl", lines)
    row = json.loads((tmp_path / "evals" / "grounded.jsonl").read_text(encoding="utf-8"))
    assert row["id"] == "lisinopril-pregnancy" and row["found"]
    assert row[DIRECT]["loose doses"] == ["10 mg", "15 mg/kg"]
    assert row[BEDSIDE]["loose doses"] == [] and row[BEDSIDE]["recalled"] is True


def test_a_question_without_an_answer_is_told_and_not_scored(tmp_path: Path) -> None:
    def gone(messages: Any) -> Any:
        if "numbered guideline passages" in last_text(messages):
            return ModelUnavailableError("The model server has gone.", "Start it.")
        return obliging(messages)

    lines = [answered(scripted_assistant(tmp_path, gone), VANCOMYCIN)]
    report = report_of(lines, Path("questions.yaml"), tmp_path / "out.jsonl")
    assert all(s.estimate.n == 0 for s in report.scores)
    assert any("vancomycin-mrsa" in n and "has gone" in n for n in report.notes)


def test_passages_that_the_library_has_lost_are_named_in_the_report(tmp_path: Path) -> None:
    report = report_of([], Path("q.yaml"), tmp_path / "out.jsonl", ("cap: nice#gone",))
    assert "not held: cap: nice#gone" in report.notes


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "evals").write_text("a file where the folder should be", encoding="utf-8")
    question = Question(id="a", specialty="infection", question="What is given?", refuse=True, why="a trap")
    with pytest.raises(StorageError, match="BED-EVAL-004"):
        written(tmp_path / "evals" / "grounded.jsonl", [Line(question=question, replies=())])
