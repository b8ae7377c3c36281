from __future__ import annotations

import pytest

from bedside.knowledge.drugs import severe_reaction
from bedside.tools.notes.read import new_facts, read_facts, read_note

ALLERGIES = [
    ("50M CAP RR 18 BP 130/80 urea 5 not confused, penicillin allergy", "penicillin", "present"),
    ("no SOB, allergic to penicillin", "penicillin", "present"),
    ("no PMH, penicillin allergy", "penicillin", "present"),
    ("not allergic to latex, penicillin allergy", "penicillin", "present"),
    ("smoker: no\nallergic to penicillin", "penicillin", "present"),
    ("r/o PE, penicillin allergy", "penicillin", "present"),
    ("mother had breast cancer, penicillin allergy", "penicillin", "present"),
    ("What antibiotic for CAP with penicillin allergy?", "penicillin", "present"),
    ("pen allergic", "penicillin", "present"),
    ("allergic to pen", "penicillin", "present"),
    ("PenV allergy", "phenoxymethylpenicillin", "present"),
    ("penicilin allergy", "penicillin", "present"),
    ("allergic to pencillin", "penicillin", "present"),
    ("Allergies: penecillin", "penicillin", "present"),
    ("hives with amox", "amoxicillin", "present"),
    ("amoxicillin rash", "amoxicillin", "present"),
    ("rash with amoxicillin", "amoxicillin", "present"),
    ('allergic to "septrin"', "co-trimoxazole", "present"),
    ("NKDA. no, wait: penicillin", "penicillin", "present"),
    ("angioedema with ramipril", "ramipril", "present"),
    ("mother allergic to penicillin", "penicillin", "family"),
    ("correction - he is not allergic to penicillin, that was his wife", "penicillin", "absent"),
    ("no pen allergy", "penicillin", "absent"),
    ("what if he is not allergic?", None, "absent"),
]
MEDICINES = [
    ("took apixaban this morning", "apixaban", "present", "this morning"),
    ("takes apixaban", "apixaban", "present", ""),
    ("has taken ibuprofen", "ibuprofen", "present", ""),
    ("started apixaban yesterday", "apixaban", "present", "yesterday"),
    ("TIA 3 hours ago on apixaban", "apixaban", "present", ""),
    ("no ECG changes, on digoxin", "digoxin", "present", ""),
    ("no SOB on digoxin", "digoxin", "present", ""),
]


@pytest.mark.parametrize(("text", "drug", "status"), ALLERGIES)
def test_an_allergy_is_never_lost(text: str, drug: str | None, status: str) -> None:
    found = [(f.value, f.status.value) for f in read_facts(text, "m1") if f.name == "allergy"]
    assert found[-1] == (drug, status)


@pytest.mark.parametrize("text", ["allergic to wibblemycin", "wibblemycin allergy", "Allergies: wibble"])
def test_an_allergen_that_cannot_be_read_is_refused_and_asked_about(text: str) -> None:
    reading = read_note(text, "m1")
    assert not [f for f in reading.facts if f.name == "allergy"]
    assert [r.code for r in reading.rejected] == ["BED-NOTE-004"] and "Which drug" in reading.rejected[0].do


@pytest.mark.parametrize("text", ["is she allergic to anything?", "Allergies: nil", "hay fever", "insulin pen"])
def test_nothing_is_refused_where_no_allergen_is_named(text: str) -> None:
    assert read_note(text, "m1").rejected == ()


@pytest.mark.parametrize(
    ("text", "severe"),
    [
        ("anaphylaxis to amoxicillin", True),
        ("penicillin allergy (anaphylaxis)", True),
        ("severe penicillin allergy", True),
        ("penicillin allergy, anaphylaxis at school", True),
        ("angioedema with ramipril", True),
        ("penicillin allergy (rash)", False),
    ],
)
def test_the_words_of_an_allergy_keep_its_severity(text: str, severe: bool) -> None:
    allergy = next(f for f in read_facts(text, "m1") if f.name == "allergy")
    assert severe_reaction(allergy.as_written) is severe


def test_an_anaphylaxis_of_now_is_a_finding_and_an_allergy() -> None:
    assert {"anaphylaxis", "allergy"} <= {f.name for f in read_facts("presents with anaphylaxis to peanuts", "m1")}


@pytest.mark.parametrize(("text", "drug", "status", "time"), MEDICINES)
def test_a_medicine_has_its_own_time(text: str, drug: str, status: str, time: str) -> None:
    found = [(f.value, f.status.value, f.time) for f in read_facts(text, "m1") if f.name == "medication"]
    assert found == [(drug, status, time)]


def test_a_drug_stopped_last_week_is_stopped_now() -> None:
    known = read_facts("on warfarin", "m1")
    fresh = new_facts(known, read_note("stopped warfarin last week", "m2"))
    assert [(f.value, f.status.value) for f in fresh] == [("warfarin", "absent")]
