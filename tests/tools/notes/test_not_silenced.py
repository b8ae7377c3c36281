"""What stands behind a denial, a pending test or an awakening and is there all the same, and keeps its red flag."""

from __future__ import annotations

import pytest

from bedside.tools.notes.read import read_facts
from bedside.tools.redflags.engine import red_flags


def _status(text: str, name: str) -> str:
    return next((f.status.value for f in reversed(read_facts(text, "m1")) if f.name == name), "")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Denies headache, speech is slurred", "dysarthria"),
        ("Denies alcohol, type 2 diabetes", "diabetes"),
        ("CT: no evidence of pneumothorax, pneumonia in left lower lobe", "pneumonia"),
        ("Never smoked, chest pain and SOB", "chest_pain"),
        ("Does not drink, drowsy, floppy, mottled", "drowsiness"),
        ("Headache which she says resolved and left arm weakness since noon", "arm_weakness"),
        ("CT head was negative thunderclap headache ongoing", "thunderclap_headache"),
        ("No oedema and dyspnoea at rest", "dyspnoea"),
        ("Pregnancy test negative for her, abdominal pain", "abdominal_pain"),
        ("Right arm weakness awaiting CT head", "arm_weakness"),
        ("Suicidal ideation awaiting psych review", "suicidal_ideation"),
        ("no other cause for the confusion", "confusion"),
        ("GCS 15 on arrival, then unresponsive with blown pupil", "unresponsive"),
    ],
)
def test_it_is_there(text: str, name: str) -> None:
    assert _status(text, name) == "present"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("No history of asthma, COPD, diabetes", "diabetes"),
        ("Denies fever, haematuria", "haematuria"),
        ("no murmurs, rubs or gallops were heard", "third_heart_sound"),
        ("Oriented to person, place and time and not confused", "confusion"),
    ],
)
def test_it_is_denied(text: str, name: str) -> None:
    assert _status(text, name) == "absent"


@pytest.mark.parametrize(
    ("flag", "text"),
    [
        ("stroke-fast", "Left arm weakness: sudden onset at 9 am, no arm weakness yesterday"),
        ("coma", "He came round but is now unresponsive again"),
        ("coma", "Found unresponsive in bed by his wife, 67M"),
        ("coma", "Found unresponsive in bed. Her husband fainted when he saw her but came to."),
        ("coma", "She is unresponsive. The other driver came round."),
        ("coma", "Unresponsive at home; another passenger was knocked out but came round."),
        ("stroke-fast", "72F, positive FAST test, face drooping"),
        ("coma", "found lifeless in cot, 4 month old"),
        ("coma", "54F unresponsive. Paramedics came around 10 am"),
        ("coma", "unresponsive, awaiting return of consciousness"),
        ("thunderclap-headache", "Thunderclap headache pending LP"),
        ("severe-pre-eclampsia", "Preterm contractions, 31 weeks gestation, BP 165/112, headache"),
        ("antepartum-haemorrhage", "Threatened preterm delivery, 30 weeks gestation, vaginal bleeding"),
    ],
)
def test_its_flag_is_raised(flag: str, text: str) -> None:
    assert flag in {f.id for f in red_flags(read_facts(text, "m1"))}


def test_a_heading_whose_finding_is_told_of_before_the_comma_stays() -> None:
    facts = read_facts("Confusion: since this morning, family report no confusion before", "m1")
    assert "present" in {f.status.value for f in facts if f.name == "confusion"}


def test_weeks_since_an_operation_are_no_age() -> None:
    assert not [f for f in read_facts("My son is 2 weeks post op and has a fever of 38.5", "m1") if f.name == "age"]
    assert not [f for f in read_facts("My daughter is 36 weeks and has a severe headache", "m1") if f.name == "age"]
    assert [f.value for f in read_facts("My daughter is 6 weeks and has a fever", "m1") if f.name == "age"] == [0.115]


def test_a_relative_of_a_relative_lends_no_sex() -> None:
    assert not [f for f in read_facts("My husband's mother is 81 and confused", "m1") if f.value == "male"]


@pytest.mark.parametrize(
    ("flag", "text"),
    [
        ("coma", "She was found unresponsive by her husband but came round in the ambulance"),
        ("coma", "Unresponsive for 2 minutes, witnessed by her son, came round by herself"),
        ("stroke-fast", "Fell from a ladder, FAST scan positive"),
        ("stroke-fast", "Car crash, FAST was positive in the right upper quadrant"),
        ("stroke-fast", "Stab wound, E-FAST positive"),
    ],
)
def test_its_flag_is_not_raised(flag: str, text: str) -> None:
    assert flag not in {f.id for f in red_flags(read_facts(text, "m1"))}


@pytest.mark.parametrize(
    ("text", "there", "denied"),
    [
        ("D-dimer negative for PE", set(), {"raised_d_dimer", "pulmonary_embolism"}),
        ("CTPA negative for pulmonary embolism", set(), {"pulmonary_artery_clot", "pulmonary_embolism"}),
        ("Urinalysis negative for nitrites", set(), {"nitrites_positive"}),
        ("FAST positive with fluid in Morison's pouch", {"fast_fluid_positive", "pelvic_free_fluid"}, set()),
        ("FAST scan negative", set(), {"fast_fluid_positive"}),
        ("Painless jaundice for 3 weeks", {"painless_jaundice", "jaundice", "jaundice_told"}, set()),
    ],
)
def test_a_result_is_read_of_its_own_test(text: str, there: set[str], denied: set[str]) -> None:
    facts = read_facts(text, "m1")
    assert {f.name for f in facts if f.status.value == "present"} == there
    assert {f.name for f in facts if f.status.value == "absent"} == denied
