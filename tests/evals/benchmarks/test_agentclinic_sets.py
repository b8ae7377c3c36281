"""AgentClinic's other files: cases of MIMIC-IV, and those with an image."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.benchmark_rows import SECRET, check, tells_no_secret, write_image, write_lines

from bedside.evals.benchmarks import agentclinic, agentclinic_nejm
from bedside.evals.benchmarks.agentclinic_nejm import first_person
from bedside.evals.patients.measurement import CaseMeasurement

OSCE = {
    "OSCE_Examination": {
        "Objective_for_Doctor": "See the patient.",
        "Patient_Actor": {"Demographics": "20-year-old man", "History": [], "Symptoms": {"Primary_Symptom": "Rash"}},
        "Physical_Examination_Findings": {"Skin": "Red"},
        "Test_Results": {"CRP": "12"},
        "Correct_Diagnosis": "Cellulitis",
    }
}
NEJM = {
    "image_url": "https://example.org/images?id=IC20240111&width=1500",
    "question": f"A 55-year-old woman with {SECRET}. What is the most likely diagnosis?",
    "patient_info": "For your role as a patient, you should know: - **Age and Work**: You are a 55-year-old woman. "
    "- You've noticed your skin darkening. - It is tender to you. Remember, you are not aware of your diagnosis.",
    "physical_exams": "Physical examination: Brown patches on the cheeks. - Skin biopsy: Banana-shaped bodies.",
    "answers": [{"text": "Lichen planus", "correct": False}, {"text": "Exogenous ochronosis", "correct": True}],
}


def test_cases_of_each_file_are_read_by_their_own_name(tmp_path: Path) -> None:
    write_lines(tmp_path / "agentclinic_medqa.jsonl", [OSCE])
    write_lines(tmp_path / "agentclinic_mimiciv.jsonl", [OSCE, OSCE])
    write_lines(tmp_path / "agentclinic_nejm.jsonl", [NEJM])
    assert len(agentclinic.load(tmp_path)) == 1
    twice = agentclinic.load_mimic(tmp_path)
    check(twice)
    assert len(twice) == 2
    assert len(agentclinic_nejm.load(tmp_path)) == 1


def test_broken_cases_stay(tmp_path: Path) -> None:
    exam = OSCE["OSCE_Examination"]
    bad = [OSCE, {"OSCE_Examination": exam | {"Patient_Actor": {}}}, {"OSCE_Examination": []}, {"question": "?"}]
    rows = agentclinic.load(write_lines(tmp_path / "agentclinic_medqa.jsonl", bad, cut=True))
    check(rows, faults=4)
    assert rows[1].fault == "no Patient_Actor"
    assert rows[4].fault == "the line is no JSON; it may be cut off"


def test_a_nejm_case_tells_the_patients_words_and_not_the_vignette(tmp_path: Path) -> None:
    image = write_image(tmp_path / "images" / "IC20240111.jpg")
    rows = agentclinic_nejm.load(write_lines(tmp_path / "nejm.jsonl", [NEJM]))
    check(rows)
    assert tells_no_secret(rows)
    case, gold = rows[0].case, rows[0].gold
    assert [f.text for f in case.facts] == [
        "I am a 55-year-old woman.",
        "I've noticed my skin darkening.",
        "It is tender to me.",
    ]
    assert [(r.name[0], r.examined) for r in case.results] == [("Physical examination", True), ("Skin biopsy", False)]
    assert gold.diagnosis == "Exogenous ochronosis"
    assert not gold.leaky
    assert CaseMeasurement().image(case, "image").pictures == (str(image),)


def test_a_nejm_image_that_is_missing_is_said_when_it_is_asked_for(tmp_path: Path) -> None:
    rows = agentclinic_nejm.load(write_lines(tmp_path / "nejm.jsonl", [NEJM]))
    check(rows)
    reply = CaseMeasurement().image(rows[0].case, "image")
    assert "missing" in reply.text
    assert reply.pictures == ()


def test_broken_nejm_rows_stay(tmp_path: Path) -> None:
    wrong = [{"text": "x", "correct": False}]
    bad = [NEJM, NEJM | {"answers": wrong}, NEJM | {"patient_info": ""}, {"question": "?"}]
    check(agentclinic_nejm.load(write_lines(tmp_path / "nejm.jsonl", bad, cut=True)), faults=4)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("You are ill and your arm hurts", "I am ill and my arm hurts"),
        ("It happened to you when you were away", "It happened to me when I was away"),
        ("You're unable to dress yourself", "I'm unable to dress myself"),
    ],
)
def test_what_an_actor_is_told_is_said_in_the_first_person(told: str, said: str) -> None:
    assert first_person(told) == said
