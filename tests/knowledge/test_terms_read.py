"""What the terms of findings.yaml make of real wordings: there, denied, or not meant."""

from __future__ import annotations

import pytest

from bedside.core.case import FactStatus
from bedside.tools.notes.read import read_facts


def _status(text: str, name: str) -> FactStatus | None:
    return next((f.status for f in reversed(read_facts(text, "m1")) if f.name == name), None)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("k 7.2, ecg sine wave", "potassium", 7.2),
        ("na 118 confused", "sodium", 118),
        ("bm 2.1", "glucose", 2.1),
        ("glu 1.9", "glucose", 1.9),
        ("lac 5", "lactate", 5),
        ("hr 108 rr 24", "heart_rate", 108),
        ("hr 108 rr 24", "respiratory_rate", 24),
        ("rr 24 hr 108", "respiratory_rate", 24),
        ("ph 7.1", "ph", 7.1),
        ("temp 101.2 f", "temperature", 38.4444),
        ("sats 88", "oxygen_saturation", 88),
        ("cr 1.9", "creatinine", 167.998),
        ("t 38.5", "temperature", 38.5),
        ("K 7.2", "potassium", 7.2),
        ("k+ 7.2", "potassium", 7.2),
        ("ca2+ 3.7", "calcium", 3.7),
        ("PEF 28%", "peak_flow_percent", 28),
    ],
)
def test_a_terse_name_is_read_right_before_a_plausible_number(text: str, name: str, value: float) -> None:
    found = next(f for f in read_facts(text, "m1") if f.name == name)
    assert found.value == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    [
        "na",
        "k/c/o gout",
        "t 4",
        "can't 38",
        "aspirin 75 mg 2 tabs",
        "ca 125",
        "T2DM",
        "k 72",
        "na 7.2",
        "1 hr 30 mins",
        "PEF 180 L/min",
        "plan a, k.",
        "ca 19-9",
    ],
)
def test_letters_that_name_nothing_stay_unread(text: str) -> None:
    quantities = {"sodium", "potassium", "temperature", "magnesium", "calcium", "heart_rate", "peak_flow_percent"}
    assert not quantities & {f.name for f in read_facts(text, "m1")}


def test_a_terse_name_does_not_end_a_denial() -> None:
    assert _status("no k/c/o asthma", "asthma") is FactStatus.ABSENT


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("post knee replacement 2wks ago", "recent_surgery"),
        ("3 weeks post THR", "recent_surgery"),
        ("immobile 4 days", "immobilisation"),
        ("immobile for 2 weeks", "immobilisation"),
        ("bedbound", "immobilisation"),
        ("leg swollen", "leg_swelling"),
        ("mechanical mitral valve", "mechanical_valve"),
        ("mechanical valve", "mechanical_valve"),
        ("moderate-to-severe mitral stenosis", "mitral_stenosis"),
        ("severe mitral stenosis", "mitral_stenosis"),
        ("HAP", "hospital_acquired_pneumonia"),
        ("HAP", "pneumonia"),
        ("hospital-acquired pneumonia", "pneumonia"),
        ("CKD4", "ckd"),
        ("T2DM", "diabetes"),
        ("lactating", "breastfeeding"),
        ("G2P1", "gravida"),
        ("34/40", "pregnancy"),
        ("36+4", "pregnancy"),
        ("AKI", "aki"),
        ("Cr 310 from 90", "aki"),
        ("creatinine 450, baseline 120", "aki"),
        ("rhabdo", "rhabdomyolysis"),
        ("not afebrile", "fever"),
        ("no longer lucid", "confusion"),
        ("sob and cp", "dyspnoea"),
        ("sob and cp", "chest_pain"),
        ("fast af", "atrial_fibrillation"),
        ("on chemo", "active_cancer"),
        ("UPT +ve", "pregnancy"),
    ],
)
def test_a_wording_is_read_as_present(text: str, name: str) -> None:
    assert _status(text, name) is FactStatus.PRESENT


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("no signs of DVT", "dvt_signs"),
        ("no surgery", "recent_surgery"),
        ("no allergies, never smoked, no signs of DVT, no surgery", "dvt_signs"),
        ("no fever, never smoked", "smoker"),
        ("no headache, FAST negative", "fast_positive"),
        ("no neck stiffness, neck supple", "neck_stiffness"),
        ("no sob", "dyspnoea"),
        ("no surgery, no signs of DVT, no alternative diagnosis", "dvt_signs"),
        ("no recent surgery", "recent_surgery"),
        ("alternative diagnosis less likely", "alternative_diagnosis_likely"),
        ("PE most likely", "alternative_diagnosis_likely"),
        ("never smoked", "smoker"),
        ("non-smoker", "smoker"),
        ("no mechanical valve", "mechanical_valve"),
        ("no AKI", "aki"),
        ("not immobile 4 days", "immobilisation"),
        ("no leg swelling", "leg_swelling"),
        ("T 36.8 alert now", "confusion"),
        ("no HAP", "hospital_acquired_pneumonia"),
    ],
)
def test_a_wording_is_read_as_absent(text: str, name: str) -> None:
    assert _status(text, name) is FactStatus.ABSENT


@pytest.mark.parametrize("text", ["ex-smoker", "ever smoked", "former smoker", "ex-smoker, 20 pack years"])
def test_smoking_given_up_is_history(text: str) -> None:
    assert _status(text, "smoker") is FactStatus.HISTORICAL


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("knee replacement 3 years ago", "recent_surgery"),
        ("immobile 1 day", "immobilisation"),
        ("GCS 14/15", "pregnancy"),
        ("cough for 34 weeks", "pregnancy"),
        ("34 weeks ago", "pregnancy"),
        ("Cr 95 from 90", "aki"),
        ("status quo", "status_epilepticus"),
        ("mild mitral stenosis", "mitral_stenosis"),
        ("AMTS 7/10", "pregnancy"),
        ("protein 2+", "pregnancy"),
        ("visual acuity 20/40", "pregnancy"),
        ("fit 10 minutes ago", "ongoing_seizure"),
        ("amlodipine 5 mg OD", "overdose"),
        ("bleeding risk", "bleeding"),
        ("SI joint pain", "suicidal_ideation"),
    ],
)
def test_a_look_alike_is_not_read(text: str, name: str) -> None:
    assert _status(text, name) is None


def test_a_gestation_is_quoted_with_its_number() -> None:
    found = next(f for f in read_facts("28 weeks pregnant, BP 170/115", "m1") if f.name == "pregnancy")
    assert found.span.text == "28 weeks pregnant"


def test_labels_read_well() -> None:
    found = next(f for f in read_facts("PE most likely", "m1") if f.name == "alternative_diagnosis_likely")
    assert found.label == "alternative diagnosis at least as likely as PE"
