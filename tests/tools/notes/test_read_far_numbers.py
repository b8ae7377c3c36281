"""Numbers before their name, further on, in lists, behind a finding that is one, in urine; which of several counts."""

from __future__ import annotations

from typing import Any

import pytest

from bedside.tools.notes.moment import asks_for_admission, at_admission
from bedside.tools.notes.read import read_note


def facts(text: str) -> dict[str, Any]:
    return {f.name: f.value for f in read_note(text, "n").facts}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It showed 252 mg/dl total cholesterol, 84 mg/dl triglycerides.", {"total_cholesterol": 6.5175,
         "triglycerides": 0.9484}),
        ("Sodium 135 mmol/L potassium 4.1 mmol/L chloride 101 mmol/L.", {"sodium": 135, "potassium": 4.1,
         "chloride": 101}),
        ("Delivered oxygen fell to 51 % FiO2.", {"fio2": 51}),
        ("Sodium within normal limits at 139 mEq/L.", {"sodium": 139}),
        ("Hemoglobin was found to be at the lower boundary of normal at 12 g/dL.", {"haemoglobin": 120}),
        ("The serum glucose was decreased (41 mg/dL).", {"glucose": 2.2758}),
        ("Pulse (68 bpm), respiratory rate (18/minute), blood pressure (152/85).", {"heart_rate": 68,
         "respiratory_rate": 18, "systolic_bp": 152, "diastolic_bp": 85}),
        ("Serum sodium, potassium and chloride were 174 mEq/L, 3.6 mEq/L and 135 mEq/L respectively.",
         {"sodium": 174, "potassium": 3.6, "chloride": 135}),
        ("Systolic and diastolic blood pressure readings of 115 and 72 mm Hg.", {"systolic_bp": 115,
         "diastolic_bp": 72}),
        ("Severe hyponatremia of 118 mEq/L.", {"sodium": 118}),
        ("Thrombocytopenia (127.000/μL).", {"platelets": 127}),
        ("Platelets 186 000/μL.", {"platelets": 186}),
        ("Urine studies revealed sodium 32 mEq/L and creatinine 60.3 mg/dL.", {"urine_sodium": 32,
         "urine_creatinine": 5331.726}),
        ("Urine studies revealed potassium 32 mEq/L.", {"potassium": None}),
        ("Urine studies showed sodium and chloride of 80 and 90 mmol/L.", {"urine_sodium": 80, "sodium": None,
         "chloride": None}),
        ("Urine studies revealed 80 mmol/L sodium.", {"urine_sodium": 80, "sodium": None}),
        ("Urine studies revealed 20 mmol/L bicarbonate, 80 mmol/L sodium.", {"bicarbonate": None, "urine_sodium": 80,
         "sodium": None}),
        ("Urine sodium and creatinine of 80 mmol/L and 60 mg/dL.", {"urine_sodium": 80, "urine_creatinine": 5305.2,
         "sodium": None, "creatinine": None}),
        ("Urine creatinine and sodium of 60 mg/dL and 80 mmol/L.", {"urine_sodium": 80, "urine_creatinine": 5305.2,
         "sodium": None, "creatinine": None}),
        ("Spot urine Na and Cr 80 mmol/L and 60 mg/dL.", {"urine_sodium": 80, "urine_creatinine": 5305.2,
         "creatinine": None}),
        ("Serum sodium and creatinine of 140 mmol/L and 1.2 mg/dL.", {"sodium": 140, "creatinine": 106.104,
         "urine_sodium": None, "urine_creatinine": None}),
        ("Plasma and urine sodium 130 and 20 mmol/L.", {"sodium": 130, "urine_sodium": 20}),
        ("Urine and serum sodium were 20 and 130 mmol/L.", {"sodium": 130, "urine_sodium": 20}),
        ("Serum and urine creatinine were 2.0 mg/dL and 60 mg/dL.", {"creatinine": 176.84,
         "urine_creatinine": 5305.2}),
        ("Serum and urine sodium 130.", {"sodium": None, "urine_sodium": None}),
        ("Urine Na 20, Na 128, K 4.1.", {"urine_sodium": 20, "sodium": 128, "potassium": 4.1}),
        ("Urine creatinine 60 mg/dL and serum creatinine 2.1 mg/dL.", {"urine_creatinine": 5305.2,
         "creatinine": 185.682}),
        ("Urine albumin 30 mg/L, creatinine 90.", {"creatinine": 90, "albumin": None}),
        ("AST of 126 U/L, ALT of 131 U/L.", {"ast": 126, "alt": 131}),
        ("You may set your normal albumin concentration to be 4 g/dL.", {"albumin": None}),
        ("Sodium was low, and he drank 139 mL.", {"sodium": None}),
        ("Potassium was replaced with 40 mmol of it.", {"potassium": None}),
        ("A fifty-two-year-old man.", {"age": 52, "sex": "male"}),
        ("A 21-year-old primigravida.", {"age": 21, "sex": "female"}),
    ],
)  # fmt: skip
def test_a_number_is_read_with_its_own_name_and_with_no_other(text: str, expected: dict[str, Any]) -> None:
    found = facts(text)
    assert {name: found.get(name) for name in expected} == expected


def test_at_admission_the_first_value_of_the_present_counts() -> None:
    read = read_note("Baseline creatinine 80 umol/L. Creatinine 210 umol/L. It fell: creatinine 120 umol/L.", "n").facts
    assert [f.value for f in at_admission(read) if f.name == "creatinine"] == [210]
    assert [f.value for f in read if f.name == "creatinine"][-1] == 120


def test_at_admission_the_first_word_on_a_symptom_counts_and_no_test_denies_a_condition() -> None:
    note = "He came with haemoptysis and metastatic cancer. A biopsy showed no cancer. Discharged with no haemoptysis."
    held = {f.name: f.status.value for f in at_admission(read_note(note, "n").facts)}
    assert (held["haemoptysis"], held["active_cancer"]) == ("present", "present")


@pytest.mark.parametrize(
    ("question", "asked"),
    [("What was the SOFA score on admission?", True), ("NEWS2 at presentation?", True), ("What is the SOFA?", False)],
)
def test_a_question_may_ask_for_the_state_at_admission(question: str, asked: bool) -> None:
    assert asks_for_admission(question) is asked


def test_a_unit_in_which_the_quantity_is_not_read_is_refused_by_name() -> None:
    reading = read_note("Sodium 140 mg/dL, chloride 100 mmol/L, on a sodium 2 g diet.", "n")
    assert [(r.subject, "not read" in r.why) for r in reading.rejected] == [("sodium", True)]
    assert {f.name for f in reading.facts} == {"chloride"}
