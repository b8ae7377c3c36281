from __future__ import annotations

import pytest

from bedside.retrieval.lexicon import Names
from bedside.retrieval.patient import Patient
from bedside.retrieval.query import Question, read_question

CONDITIONS = Names(
    (name, (name,))
    for name in ("pneumonia", "community-acquired pneumonia", "pulmonary embolism", "atrial fibrillation")
)


def read(text: str, *diseases: str) -> Question:
    return read_question(text, CONDITIONS, Patient(diseases=diseases))


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("How is PE treated?", "pulmonary embolism"),
        ("how is pe treated", "pulmonary embolism"),
        ("How is CAP treated?", "community-acquired pneumonia"),
        ("stroke prevention in AF", "atrial fibrillation"),
        ("chest infection: which antibiotic?", "pneumonia"),
        ("a blood clot in the lung?", "pulmonary embolism"),
    ],
)
def test_abbreviations_and_lay_names_reach_the_condition(text: str, condition: str) -> None:
    assert condition in read(text).conditions


def test_a_cap_in_lower_case_is_no_pneumonia() -> None:
    assert read("Should he wear a cap?").conditions == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Eliquis in AF?", "apixaban"),
        ("Tylenol?", "paracetamol"),
        ("epinephrine?", "adrenaline"),
        ("ACE inhibitors?", "ACE inhibitor"),
    ],
)
def test_brands_and_other_names_reach_the_drug(text: str, name: str) -> None:
    assert [drug.name for drug in read(text).drugs] == [name]


def test_a_drug_brings_its_classes() -> None:
    (drug,) = read("Can lisinopril be used in pregnancy?").drugs
    assert "ACE inhibitor" in drug.kin
    assert "ramipril" not in drug.kin


def test_a_drug_that_no_table_holds_is_known_by_its_stem() -> None:
    assert [drug.name for drug in read("dose of inventicillin?").drugs] == ["inventicillin"]
    assert read("He came back in April with a rash.").drugs == ()


@pytest.mark.parametrize(
    "text",
    [
        "Which antibiotic if allergic to penicillin?",
        "Which antibiotic with a penicillin allergy?",
        "anaphylaxis to amoxicillin: what else?",
    ],
)
def test_a_drug_the_patient_cannot_have_is_not_the_drug_asked_about(text: str) -> None:
    assert not {"penicillin", "amoxicillin"} & {drug.name for drug in read(text).drugs}


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("What is the dose of vancomycin?", True),
        ("How much adrenaline?", True),
        ("amoxicillin dosing in CAP", True),
        ("Is vancomycin indicated?", False),
        ("How long should it last?", False),
    ],
)
def test_a_question_about_a_dose_is_recognised(text: str, asks: bool) -> None:
    assert read(text).asks_dose is asks


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("dose for a 3-year-old", ("children",)),
        ("dose in a 67-year-old", ()),
        ("in children and in pregnancy?", ("children", "pregnancy")),
        ("safe while breastfeeding?", ("breastfeeding",)),
        ("on haemodialysis?", ("dialysis",)),
    ],
)
def test_groups_with_care_of_their_own_are_recognised(text: str, groups: tuple[str, ...]) -> None:
    assert read(text).groups == groups


def test_the_question_is_the_sentence_that_asks_and_the_case_lends_the_condition() -> None:
    question = read("72-year-old with pneumonia, temp 38.5, on bisoprolol. Where should he be treated?")
    assert question.focus.endswith("Where should he be treated?")
    assert "bisoprolol" not in question.focus
    assert question.conditions == ("pneumonia",)


def test_the_patient_lends_the_condition_only_where_the_question_names_none() -> None:
    assert read("And the oxygen target?", "pneumonia", "gout").conditions == ("pneumonia",)
    assert read("And in AF?", "pneumonia").conditions == ("atrial fibrillation",)


@pytest.mark.parametrize("text", ["", "?", "...", "12", "émoji 🙂?", "a" * 20_000, "why? " * 2000])
def test_odd_text_is_read_without_complaint(text: str) -> None:
    read(text)
