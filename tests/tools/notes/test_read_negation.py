from __future__ import annotations

import pytest

from bedside.tools.notes.read import read_facts

KEPT = [
    ("oriented only to person", "confusion"),
    ("no fever, 14 weeks pregnant", "pregnancy"),
    ("not confused, pregnant 30/40, BP 165/112", "pregnancy"),
    ("no vomiting, pregnant", "pregnancy"),
    ("no fever\npregnant", "pregnancy"),
    ("no fever and 14 weeks pregnant", "pregnancy"),
    ("pregnant, PE suspected", "pregnancy"),
    ("no LOC, arm weakness", "arm_weakness"),
    ("arm weakness, fever resolved", "arm_weakness"),
    ("no trauma, thunderclap headache", "thunderclap_headache"),
    ("no chest pain, melaena, HR 120", "melaena"),
    ("no chest pain or SOB, melaena", "melaena"),
    ("nkda, suicidal", "suicidal_ideation"),
    ("no calf swelling, prev dvt 2019", "previous_vte"),
    ("no allergies, asthma", "asthma"),
    ("no SOB asthma", "asthma"),
    ("nil PMH, T2DM", "diabetes"),
    ("no SOB, CP+", "chest_pain"),
    ("fever -ve, cough +ve", "cough"),
    ("no chest pain, cough, palpitations, HR 120", "palpitations"),
    ("- fever\n- cough", "fever"),
]
DENIED = [
    ("no fever, cough or dyspnoea", {"fever", "cough", "dyspnoea"}),
    ("denies chest pain, palpitations, syncope", {"chest_pain", "palpitations", "syncope"}),
    ("denies any fever, chills, rigors, chest pain", {"fever", "chills", "chest_pain"}),
    ("no chest pain, cough, palpitations", {"chest_pain", "cough", "palpitations"}),
    ("no headache, arm weakness, or speech disturbance", {"headache", "arm_weakness", "speech_disturbance"}),
    ("no history of diabetes, hypertension or COPD", {"diabetes", "hypertension", "copd"}),
    ("denies any recent weight change, fever, nausea, or vomiting", {"fever", "nausea", "vomiting"}),
    ("denies any systemic symptoms such as fever, night sweats, or malaise", {"fever", "night_sweats", "malaise"}),
    (
        "denies fever, trauma to the knee, or previous similar episodes",
        {"fever", "recent_injury", "previous_similar_episode"},
    ),
    ("denies cough or periods of palpitations, vomiting, or fever", {"cough", "palpitations", "vomiting", "fever"}),
    ("has not been diagnosed with heart failure", {"heart_failure"}),
    (
        "denies a history of hypertension, any recent cough or fever, palpitations, or vomiting",
        {"hypertension", "cough", "fever", "palpitations", "vomiting"},
    ),
    ("+ cough - fever", {"fever"}),
    ("cough, - fever", {"fever"}),
    ("PE neg", {"pulmonary_embolism"}),
]


@pytest.mark.parametrize(("text", "name"), KEPT)
def test_a_negation_does_not_reach_over_a_comma_to_what_is_said_to_be_there(text: str, name: str) -> None:
    assert {f.name: f.status.value for f in read_facts(text, "m1")}[name] == "present"


@pytest.mark.parametrize(("text", "names"), DENIED)
def test_a_plain_list_is_denied_as_a_whole(text: str, names: set[str]) -> None:
    found = {f.name for f in read_facts(text, "m1") if f.status.value == "absent"}
    assert found == names
