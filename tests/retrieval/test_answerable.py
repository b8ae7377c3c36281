from __future__ import annotations

from pathlib import Path

import pytest
from support.small_library import small_library

from bedside.knowledge.library import Library
from bedside.retrieval.answerable import covers, covers_sentence
from bedside.retrieval.lexicon import conditions_of
from bedside.retrieval.query import read_question


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder: Path = tmp_path_factory.mktemp("guidelines")
    return small_library(folder)


@pytest.mark.parametrize(
    ("text", "passage", "missing"),
    [
        ("What is the dose of amoxicillin in pneumonia?", "ts-pneumonia-2024#amoxicillin", ()),
        ("Amoxil in pneumonia?", "ts-pneumonia-2024#amoxicillin", ()),
        ("A penicillin for pneumonia?", "ts-pneumonia-2024#amoxicillin", ()),
        ("Vancomycin for pneumonia?", "ts-pneumonia-2024#amoxicillin", ("Vancomycin",)),
        ("vancomycin dose in pneumonia?", "ts-pneumonia-2024#amoxicillin", ("vancomycin", "a dose of vancomycin")),
        ("penicillin V dose in pneumonia?", "ts-pneumonia-2024#doxycycline", ("a dose of penicillin V",)),
        ("Which dose in pneumonia?", "ts-pneumonia-2024#hospital", ("a dose",)),
        ("amoxicillin or doxycycline in pneumonia?", "ts-pneumonia-2024#doxycycline", ()),
        ("What if he is allergic to penicillin in pneumonia?", "ts-pneumonia-2024#doxycycline", ()),
        ("Can lisinopril be used in pregnancy?", "ts-hypertension-2019#pregnancy", ()),
        ("Can warfarin be used in pregnancy?", "ts-hypertension-2019#pregnancy", ("warfarin",)),
        ("How is high blood pressure treated?", "ts-pneumonia-2024#home", ("high blood pressure",)),
        ("Is pneumonia treated at home in children?", "ts-pneumonia-2024#home", ("children",)),
        ("Is pneumonia treated at home?", "ts-pneumonia-2024#home", ()),
    ],
)
def test_a_passage_answers_only_for_what_it_names(
    library: Library, text: str, passage: str, missing: tuple[str, ...]
) -> None:
    coverage = covers(read_question(text, conditions_of(library)), library.passage(passage))
    assert set(missing) <= set(coverage.missing)
    assert coverage.ok is not bool(missing)


@pytest.mark.parametrize(
    ("sentence", "is_dose"),
    [
        ("Amoxicillin 500 mg is given.", True),
        ("Amoxicillin 500 to 1000 mg is given.", True),
        ("Amoxicillin 1 g is given.", True),
        ("Amoxicillin 50 mg/kg a day is given.", True),
        ("Amoxicillin is given for 5 days.", False),
        ("Amoxicillin is given when urea is above 7 mmol/L.", False),
        ("Amoxicillin is given when creatinine clearance is below 30 mL/min.", False),
        ("Amoxicillin is given when haemoglobin is 8 g/dL.", False),
        ("Doxycycline 200 mg is given.", False),
    ],
)
def test_a_dose_is_a_number_with_a_unit_for_that_drug(library: Library, sentence: str, is_dose: bool) -> None:
    question = read_question("What is the dose of amoxicillin?", conditions_of(library))
    assert covers_sentence(question, sentence) is is_dose
