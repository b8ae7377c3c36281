from __future__ import annotations

import pytest

from bedside.evals.patients.case import CaseFact, PatientCase, Result
from bedside.evals.patients.measurement import NOT_HELD, CaseMeasurement

CASE = PatientCase(
    id="tested",
    results=tuple(
        Result(id=f"r{n}", name=name, text=text)
        for n, (name, text) in enumerate(
            (
                (("Complete Blood Count", "Hemoglobin"), "9 g/dL"),
                (("Complete Blood Count", "Platelets"), "80"),
                (("Blood Tests", "Hemoglobin A1c"), "8 %"),
                (("Liver Function Tests", "ALT"), "90 U/L"),
                (("Imaging", "Chest Radiograph"), "clear"),
                (("Imaging", "X-ray of the left knee"), "effusion"),
                (("Imaging", "CT of the abdomen"), "gallstones"),
                (("Imaging", "CT of the head"), "normal"),
                (("Electromyography",), "decrement"),
                (("Serum", "Potassium"), "6.1 mmol/L"),
            ),
            1,
        )
    ),
)


@pytest.mark.parametrize(
    ("asked", "results"),
    [
        ("full blood count", ("r1", "r2")),
        ("FBC", ("r1", "r2")),
        ("CBC", ("r1", "r2")),
        ("LFTs", ("r4",)),
        ("U&E", ("r10",)),
        ("urea and electrolytes", ("r10",)),
        ("CXR", ("r5",)),
        ("chest x-ray", ("r5",)),
        ("knee X-ray", ("r6",)),
        ("CT head", ("r8",)),
        ("EMG", ("r9",)),
        ("HbA1c", ("r3",)),
        ("FBC; CT abdomen", ("r1", "r2", "r7")),
    ],
)
def test_a_test_is_found_by_any_of_its_usual_names(asked: str, results: tuple[str, ...]) -> None:
    assert CaseMeasurement().test(CASE, asked).used == results


@pytest.mark.parametrize("asked", ["EEG", "thyroid function", "lumbar puncture", "troponin"])
def test_a_test_that_is_not_held_is_said_not_to_be(asked: str) -> None:
    assert CaseMeasurement().test(CASE, asked).text == NOT_HELD


WITHOUT_RESULTS = PatientCase(
    id="told",
    facts=tuple(
        CaseFact(id=f"f{n}", text=text)
        for n, text in enumerate(
            (
                "The patient is a 21-year-old man.",
                "He has a fever.",
                "Culture of joint fluid shows bacteria that do not ferment maltose.",
                "His hemoglobin is 9 g/dL.",
                "A chest X-ray shows no abnormality.",
                "His temperature is 38.9 C.",
                "Physical exam shows enlarged tonsils.",
                "CT of the abdomen shows free air.",
                "He complains of pain during urination.",
                "His father has high blood pressure.",
                "He was a radiographer.",
            ),
            1,
        )
    ),
)


@pytest.mark.parametrize(
    ("asked", "facts"),
    [
        ("joint fluid culture", ("f3",)),
        ("hemoglobin", ("f4",)),
        ("full blood count; CXR", ("f4", "f5")),
        ("chest radiograph", ("f5",)),
        ("vital signs; physical examination", ("f6", "f7")),
        ("blood tests", ("f4",)),
        ("imaging", ("f5", "f8")),
        ("CT head", ()),
        ("chest X-ray; CT head", ("f5",)),
        ("blood culture", ()),
        ("urinalysis", ()),
    ],
)
def test_of_a_case_that_keeps_no_results_apart_tests_are_found_among_the_facts(
    asked: str, facts: tuple[str, ...]
) -> None:
    reply = CaseMeasurement().test(WITHOUT_RESULTS, asked)
    assert reply.used == facts
    assert facts or reply.text == NOT_HELD
    assert all(f.text in reply.text for f in WITHOUT_RESULTS.facts if f.id in facts)


@pytest.mark.parametrize("asked", ["EEG", "lumbar puncture", ""])
def test_what_the_facts_do_not_tell_is_not_held_either(asked: str) -> None:
    assert CaseMeasurement().test(WITHOUT_RESULTS, asked).text == NOT_HELD
