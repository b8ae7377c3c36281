from __future__ import annotations

import pytest

from bedside.tools.notes.read import read_note

RUNS = [
    ("GCS was 15 now 9", "gcs", [(15, "was"), (9, "now")]),
    ("SpO2 was 98 now 80", "oxygen_saturation", [(98, "was"), (80, "now")]),
    ("K was 5.0 now 7.1", "potassium", [(5.0, "was"), (7.1, "now")]),
    ("BP was 80/40 now 120/70", "systolic_bp", [(80, "was"), (120, "now")]),
    ("K 5.2->6.7", "potassium", [(5.2, "earlier"), (6.7, "")]),
    ("SpO2 fell from 98 to 80", "oxygen_saturation", [(98, "earlier"), (80, "")]),
    ("GCS 15 -> 12 -> 9", "gcs", [(15, "earlier"), (12, "earlier"), (9, "")]),
    ("HR 60 this morning, now 140", "heart_rate", [(60, "this morning"), (140, "now")]),
    ("RR 18 at 0800, 32 at 1000", "respiratory_rate", [(18, "at 0800"), (32, "at 1000")]),
    ("GCS 9 (was 15)", "gcs", [(15, "was"), (9, "")]),
    ("Cr 2.4 (baseline 1.0)", "creatinine", [(88.42, "baseline"), (212.208, "")]),
    ("K 7.0 now, K 5.0 at 8am", "potassium", [(5.0, "at 8am"), (7.0, "now")]),
    ("HR 90, today 5 mg given", "heart_rate", [(90, "")]),
    ("Na 140 (135-145)", "sodium", [(140, "")]),
]
SCORES = [
    ("CURB-65 score is 4", "curb65", 4),
    ("CURB65 = 3", "curb65", 3),
    ("CURB-65 of 2", "curb65", 2),
    ("CRB-65 1", "crb65", 1),
    ("CHA2DS2-VASc 4", "cha2ds2_vasc", 4),
    ("Wells 6", "wells_pe", 6),
    ("qSOFA 2", "qsofa", 2),
    ("NEWS 7", "news2", 7),
]


@pytest.mark.parametrize(("text", "name", "expected"), RUNS)
def test_the_last_value_of_a_run_holds_and_each_has_its_own_time(
    text: str, name: str, expected: list[tuple[float, str]]
) -> None:
    reading = read_note(text, "m1")
    assert [(f.value, f.time) for f in reading.facts if f.name == name] == expected
    assert not reading.conflicts


@pytest.mark.parametrize(("text", "name", "value"), SCORES)
def test_a_stated_score_is_a_fact(text: str, name: str, value: float) -> None:
    found = [(f.name, f.value, f.unit) for f in read_note(text, "m1").facts]
    assert found == [(name, value, "{score}")]


@pytest.mark.parametrize("text", ["CURB-65 3-5", "CURB-65 >= 3", "Wells DVT 2", "no news, 3 days", "CURB-65 9"])
def test_a_range_a_bound_or_another_score_is_none(text: str) -> None:
    assert not [f for f in read_note(text, "m1").facts if f.unit == "{score}"]
