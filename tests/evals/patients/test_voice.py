from __future__ import annotations

import pytest
from support.data import data_folder
from support.told_cases import small_row

from bedside.evals.patients.case import CaseFact, PatientCase
from bedside.evals.patients.fact_selecting import FactSelectingPatient
from bedside.evals.patients.voice import as_said, signature, young


@pytest.mark.parametrize(
    ("written", "section", "said"),
    [
        ("The patient denies fever.", "review", "I have no fever."),
        ("Denies cough or chest pain.", "review", "I have no cough or chest pain."),
        ("Double vision", "symptoms", "I have double vision."),
        ("No fever", "symptoms", "I have no fever."),
        ("He takes metformin and his wife's aspirin.", "", "I take metformin and my wife's aspirin."),
        ("Works as a teacher.", "social", "I work as a teacher."),
        ("Drinks alcohol socially.", "social", "I drink alcohol socially."),
        ("Patient's temperature is 38.1°C.", "", "My temperature is 38.1°C."),
        ("She has hypertension.", "", "I have high blood pressure."),
        ("35-year-old female", "person", "I am a 35-year-old female."),
        ("Dysuria and nausea", "symptoms", "I have pain when passing urine and nausea."),
        ("A 45-year-old man comes to the clinic because of cough.", "",
         "I am a 45-year-old man and I came to the clinic because of cough."),
    ],
)  # fmt: skip
def test_a_fact_is_said_in_the_first_person_and_in_plain_words(written: str, section: str, said: str) -> None:
    assert as_said(written, section).text.rstrip(".") == said.rstrip(".")


@pytest.mark.parametrize(
    "written",
    [
        "Patient's mother recognizes the drug since her father also takes it.",
        "Physical examination shows a systolic murmur.",
        "The physician orders a complete blood count.",
        "His wife says he snores.",
    ],
)
def test_what_somebody_else_is_or_found_is_never_said_of_oneself(written: str) -> None:
    said = as_said(written).text
    assert signature(said) == signature(written)
    assert not said.startswith("I ")
    assert "my father" not in said


def test_for_a_child_nobody_says_i() -> None:
    case = PatientCase(
        id="child",
        facts=(
            CaseFact(id="f1", text="4-year-old boy", section="person"),
            CaseFact(id="f2", text="The patient has a fever.", section="history"),
        ),
    )
    assert young(case)
    assert FactSelectingPatient(own_words=True).reply(case, (), "Is there a fever?").text == "My child has a fever."


def test_the_words_of_the_case_stay_as_they_are_where_plain_words_are_not_asked_for() -> None:
    case = small_row().case
    assert FactSelectingPatient().reply(case, (), "Diarrhoea?").text == "He denies diarrhoea."
    assert FactSelectingPatient(own_words=True).reply(case, (), "Diarrhoea?").text == "I have no diarrhoea."


@pytest.mark.data
def test_facts_of_agentclinic_and_mediq_read_the_same_as_they_are_said() -> None:
    from bedside.evals.patients.told_sets import dev, told_sets

    cases = [case for name, case in sorted(told_sets(data_folder()).items()) if dev(name)][::8]
    said = [(f.text, as_said(f.text, f.section, young(case))) for case in cases for f in case.facts]
    assert len(said) > 500
    assert [text for text, spoken in said if signature(text) != signature(spoken.text)] == []
    assert sum(spoken.how != "as written" for _, spoken in said) / len(said) > 0.25
