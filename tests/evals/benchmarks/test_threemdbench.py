from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.benchmark_rows import SECRET, check, tells_no_secret, write_image, write_lines, write_table
from support.told_cases import ScriptedDoctor

from bedside.evals.benchmarks.threemdbench import complaints_of, load
from bedside.evals.patients.dialogue import converse
from bedside.evals.patients.fact_selecting import FactSelectingPatient
from bedside.evals.patients.measurement import CaseMeasurement

RAW = {
    "image": "case_0.jpg",
    "general_complaint": "I have a rash on my arm",
    "complaints": "It itches at night; it is red",
    "diagnosis": SECRET,
    "personality": "Choleric",
}


def test_a_case_has_its_picture_temperament_and_rubric(tmp_path: Path) -> None:
    image = write_image(tmp_path / "images" / "case_0.jpg")
    for file in (write_table(tmp_path / "test.csv", [RAW]), write_lines(tmp_path / "test.jsonl", [RAW])):
        rows = load(file)
        check(rows)
        assert tells_no_secret(rows)
        case, gold = rows[0].case, rows[0].gold
        assert case.temperament == "choleric"
        assert [f.text for f in case.facts] == ["I have a rash on my arm", "It itches at night", "it is red"]
        assert len(gold.rubric) == 8
        assert gold.rubric[-1].levels[-1] == "excellent"
        doctor = ScriptedDoctor()
        converse(case, doctor, FactSelectingPatient(), CaseMeasurement(), 3)
        assert doctor.views[0].said[0].text == "I have a rash on my arm"
        assert doctor.views[0].pictures == (str(image),)


def test_broken_rows_stay(tmp_path: Path) -> None:
    write_image(tmp_path / "case_0.jpg")
    bad = [
        RAW,
        RAW | {"image": "gone.jpg"},
        RAW | {"diagnosis": ""},
        RAW | {"personality": "merry"},
        RAW | {"general_complaint": " "},
    ]
    rows = load(write_table(tmp_path / "test.csv", bad))
    check(rows, faults=4)
    assert "missing" in rows[1].fault


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        (["a b", "c"], ["a b", "c"]),
        (json.dumps(["a b", "c"]), ["a b", "c"]),
        ("['a b', 'c']", ["a b", "c"]),
        ("- A rash\n- A fever", ["A rash", "A fever"]),
        ("A rash. It itches, it burns", ["A rash.", "It itches", "it burns"]),
        ("[broken", ["[broken"]),
        (None, []),
    ],
)
def test_complaints_are_read_however_they_are_written(value: Any, parts: list[str]) -> None:
    assert complaints_of(value) == parts
