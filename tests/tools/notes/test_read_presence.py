from __future__ import annotations

import pytest

from bedside.tools.notes.read import new_facts, read_facts, read_note

CASES = [
    ("no chest pain", {"chest_pain": "absent"}),
    ("denies fever, cough or dyspnoea", {"fever": "absent", "cough": "absent", "dyspnoea": "absent"}),
    ("without haemoptysis", {"haemoptysis": "absent"}),
    ("chest pain: no", {"chest_pain": "absent"}),
    ("headache and photophobia are absent", {"headache": "absent", "photophobia": "absent"}),
    ("afebrile", {"fever": "absent"}),
    ("no fever, productive cough for 3 days", {"fever": "absent", "productive_cough": "present", "cough": "present"}),
    ("no fever, new confusion", {"fever": "absent", "confusion": "present"}),
    ("does not have diabetes but has CKD", {"diabetes": "absent", "ckd": "present"}),
    ("?PE", {"pulmonary_embolism": "possible"}),
    ("possible pneumonia, wheeze", {"pneumonia": "possible", "wheeze": "present"}),
    ("PE ruled out, DVT likely", {"pulmonary_embolism": "absent", "dvt": "possible"}),
    ("mother had a PE", {"pulmonary_embolism": "family"}),
    ("mother had a DVT", {"family_clots": "present"}),
    ("no family history of DVT", {"family_clots": "absent"}),
    ("lives with his wife, fever", {"fever": "present"}),
    ("his mother says he is confused", {"confusion": "present"}),
    ("history of heart failure", {"heart_failure": "present"}),
    ("history of breast cancer", {"cancer_history_known": "present"}),
    ("history of bladder cancer", {"active_cancer": "historical"}),
    ("previous DVT", {"previous_vte": "present"}),
    ("no previous DVT", {"previous_vte": "absent"}),
    ("3 day history of cough", {"cough": "present"}),
    ("PMH: COPD, PE 2015", {"copd": "present", "previous_vte": "present"}),
    ("new confusion", {"confusion": "present"}),
    ("disoriented", {"confusion": "present"}),
    ("dyspnoea but denied cough or chest pain", {"dyspnoea": "present", "cough": "absent", "chest_pain": "absent"}),
    ("dyspnoea and cough denied", {"dyspnoea": "absent", "cough": "absent"}),
    ("no murmurs or gallops", {"heart_murmur": "absent", "third_heart_sound": "absent"}),
    ("no murmurs, fever", {"heart_murmur": "absent", "fever": "present"}),
    ("no edema in lower extremities", {"peripheral_oedema": "absent"}),
    ("Does not smoke, drink alcohol, or use illicit drugs", {"smoker": "absent", "drug_use": "absent"}),
    (
        "Denies fever, numbness, or tingling in the affected finger",
        {"fever": "absent", "numbness": "absent", "paraesthesia": "absent"},
    ),
    ("no dyspnoea, cough, or wheeze were documented", {"dyspnoea": "absent", "cough": "absent", "wheeze": "absent"}),
    ("No masses, hepatomegaly, or splenomegaly were noted", {"hepatomegaly": "absent", "splenomegaly": "absent"}),
    ("Denies fever, hematuria", {"fever": "absent", "haematuria": "absent"}),
    ("Denies fever, confusion", {"fever": "absent", "confusion": "present"}),
    ("headache, no other rash", {"headache": "present"}),
    ("Mental status: Confused, oriented to person and place only", {"confusion": "present"}),
    ("slightly confused, oriented to person but not place or time", {"confusion": "present"}),
    ("alert and oriented x2", {"confusion": "present"}),
    ("alert and only oriented to person", {"confusion": "present"}),
    ("alert and oriented x3", {"confusion": "absent"}),
    ("oriented to person, place, and time", {"confusion": "absent"}),
    ("Skin, Joint Swelling: No active joint swelling observed.", {"joint_swelling": "absent"}),
    ("negative hepatitis C virus RNA", {"hcv_positive": "absent"}),
    ("gram negative sepsis", {"sepsis": "present", "suspected_infection": "present"}),
    ("negative for HIV/AIDS", {"hiv_infection": "absent"}),
    ("HIV test negative for 10 years", {"hiv_infection": "absent"}),
    ("leukocyte esterase positive, nitrites negative", {"urine_leucocytes": "present", "nitrites_positive": "absent"}),
    ("urinalysis negative for nitrites", {"nitrites_positive": "absent"}),
    ("AMTS 6", {"confusion": "present"}),
    ("AMTS 10/10", {"confusion": "absent"}),
    ("not confused", {"confusion": "absent"}),
    ("not currently confused", {"confusion": "absent"}),
    ("alert and orientated", {"confusion": "absent"}),
    ("could this be PE?", {"pulmonary_embolism": "possible"}),
    ("is there pneumonia?", {"pneumonia": "possible"}),
    ("how severe is his pneumonia?", {"pneumonia": "present"}),
    ("Is the chest pain due to PE?", {"chest_pain": "present", "pulmonary_embolism": "possible"}),
    ("What antibiotic for a 67-year-old man with pneumonia?", {"pneumonia": "present"}),
    ("hip replacement 2 weeks ago", {"recent_surgery": "present"}),
    ("hip replacement 2 years ago", {}),
    ("she is pregnant", {"pregnancy": "present"}),
    ("28 weeks pregnant", {"late_pregnancy": "present", "pregnancy": "present"}),
    ("not pregnant", {"pregnancy": "absent"}),
    ("Is she pregnant?", {"pregnancy": "possible"}),
    ("Can I give lisinopril to a woman 20 weeks pregnant?", {"pregnancy": "present"}),
    (
        "Can I give lisinopril to a woman who is 20 weeks pregnant?",
        {"pregnancy": "present", "second_trimester": "present"},
    ),
    ("Should I prescribe doxycycline to a pregnant woman?", {"pregnancy": "present"}),
    ("Is codeine OK in a breastfeeding mother?", {"breastfeeding": "present"}),
    ("Is propranolol OK for an asthmatic patient?", {"asthma": "present"}),
    ("Could this woman be pregnant?", {"pregnancy": "possible"}),
    ("Can lisinopril be used in pregnancy?", {}),
    ("pneumonia vaccine given", {}),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_finding_has_the_status_its_words_give(text: str, expected: dict[str, str]) -> None:
    found = {f.name: f.status.value for f in read_facts(text, "m1") if f.name not in {"age", "sex"}}
    assert found == expected


def test_what_is_only_asked_does_not_replace_what_is_known() -> None:
    known = read_facts("67M with pneumonia, RR 32", "m1")
    assert new_facts(known, read_note("How is pneumonia treated? RR 20 yesterday", "m2")) == ()
    assert [f.value for f in new_facts(known, read_note("sorry, he is 76", "m2"))] == ["male", 76]


def test_a_child_who_was_born_at_39_weeks_is_not_pregnant() -> None:
    for text in ("She was born at 39 weeks.", "The boy was delivered at 38 weeks."):
        assert "pregnancy" not in {f.name for f in read_facts(text, "m1")}
    assert "pregnancy" in {f.name for f in read_facts("She is at 32 weeks' gestation.", "m1")}


def test_a_finding_does_not_take_a_value_or_a_medicine_out_of_the_text() -> None:
    found = {(f.name, f.value) for f in read_facts("Sats 85%, AST 600 U/L, on lisinopril and metformin.", "m1")}
    assert {
        ("oxygen_saturation", 85.0),
        ("ast", 600.0),
        ("medication", "lisinopril"),
        ("medication", "metformin"),
    } <= found
