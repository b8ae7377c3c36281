"""How far a denial reaches over a list with commas: to all of a plain list, and to nothing that is said to be there."""

from __future__ import annotations

import pytest

from bedside.tools.notes.read import read_facts

THERE = [
    ("no ketones, liver enlarged", "hepatomegaly"),
    ("denies fever, has cough", "cough"),
    ("no chest pain, SOB on exertion present", "dyspnoea"),
    ("no fever, cough present", "cough"),
    ("no murmur, JVP raised", "raised_jvp"),
    ("denies chest pain, palpitations present", "palpitations"),
    ("without rash, spleen palpable", "splenomegaly"),
    ("no jaundice, abdomen distended", "abdomen_distended"),
    ("no rash, neck stiff", "neck_stiffness"),
    ("no oedema, CRP raised", "raised_crp"),
    ("denies vomiting, reports diarrhoea", "diarrhoea"),
    ("denies headache, complains of dizziness", "dizziness"),
    ("no fever, with productive cough", "cough"),
    ("no fever, cough +ve", "cough"),
    ("no fever, positive for cough", "cough"),
    ("denies nausea, admits to palpitations", "palpitations"),
    ("no haematuria, dysuria ++", "dysuria"),
    ("denies chest pain, but has palpitations", "palpitations"),
    ("no wheeze, crackles heard at the left base", "crackles"),
    ("no fever, rash noted on both arms", "rash"),
    ("no cough, sore throat worse today", "sore_throat"),
    ("denies syncope, endorses palpitations", "palpitations"),
    ("no diarrhoea, constipated for 3 days", "constipation"),
    ("no vomiting, nausea persists", "nausea"),
    ("no SOB, ankles swollen", "peripheral_oedema"),
    ("no abdominal pain, vomited twice", "vomiting"),
    ("no haemoptysis, cough productive of green sputum", "cough"),
    ("denies fever, chills, has a dry cough", "cough"),
    ("no fever, no rash, cough and headache present", "cough"),
    ("no fever, no rash, cough and headache present", "headache"),
    ("no trauma, knee swollen and tender", "joint_swelling"),
    ("negative for fever, positive for weight loss", "weight_loss"),
    ("no lymph nodes, spleen enlarged", "splenomegaly"),
    ("no calf swelling, left leg weak", "weak_legs"),
    ("denies alcohol, smokes 20 a day", "smoker"),
    ("not vomiting, tolerating fluids, headache is severe", "headache"),
    ("no fever, diarrhoea x3 today", "diarrhoea"),
    ("no focal weakness, gait unsteady", "unsteadiness"),
    ("no fever, cough getting worse", "cough"),
    ("no pain, itching is intense", "itching"),
    ("no fever, cough continues", "cough"),
    ("no meds, cough, wheeze", "cough"),
    ("no recent travel, fever, headache", "headache"),
    ("no trauma, headache, vomiting", "vomiting"),
    ("not drinking, drowsy, fever", "fever"),
    ("no tachycardia, indicating autonomic dysfunction", "autonomic_instability"),
    ("denies chest pain and endorses palpitations", "palpitations"),
    ("no rash, temp 39.2", "temperature"),
    ("no cough, glucose 12, fever", "fever"),
]
DENIED = [
    ("no fever, cough or rash", {"cough", "fever", "rash"}),
    ("no fever, cough, or rash", {"cough", "fever", "rash"}),
    ("no fever, cough, rash", {"cough", "fever", "rash"}),
    ("no fever, cough, rash, or headache", {"cough", "fever", "headache", "rash"}),
    ("denies fever, cough", {"cough", "fever"}),
    ("denies fever, cough, rash", {"cough", "fever", "rash"}),
    ("denies fever, cough and rash", {"cough", "fever", "rash"}),
    ("denies fevers, chills, or night sweats", {"chills", "fever", "night_sweats"}),
    ("without fever, vomiting or diarrhoea", {"diarrhoea", "fever", "vomiting"}),
    ("no chest pain, palpitations or syncope", {"chest_pain", "palpitations", "syncope"}),
    ("no nausea, vomiting, diarrhoea or constipation", {"constipation", "diarrhoea", "nausea", "vomiting"}),
    ("no headache, photophobia, or neck stiffness", {"headache", "neck_stiffness", "photophobia"}),
    ("negative for fever, cough, dyspnoea", {"cough", "dyspnoea", "fever"}),
    ("no history of asthma, diabetes, or epilepsy", {"asthma", "diabetes", "epilepsy"}),
    ("no evidence of hepatomegaly, splenomegaly or ascites", {"ascites", "hepatomegaly", "splenomegaly"}),
    ("no hepatomegaly, splenomegaly, or enlarged lymph nodes", {"hepatomegaly", "splenomegaly"}),
    ("denies dysuria, haematuria, or raised temperature", {"dysuria", "haematuria"}),
    ("denies dizziness, headache, nausea, vomiting", {"dizziness", "headache", "nausea", "vomiting"}),
    ("nil SOB, cough or wheeze", {"cough", "dyspnoea", "wheeze"}),
    ("neither fever, cough nor rash", {"cough", "fever", "rash"}),
    ("denies any fever, weight loss, night sweats", {"fever", "night_sweats", "weight_loss"}),
    ("no weight loss, loss of appetite or fatigue", {"fatigue", "loss_of_appetite", "weight_loss"}),
    ("no loss of consciousness, seizure, or vomiting", {"seizure", "vomiting"}),
    ("there is no jaundice, clubbing, or oedema", {"jaundice"}),
    ("no fever/cough/rash", {"cough", "fever", "rash"}),
    ("no fever, no cough, no rash", {"cough", "fever", "rash"}),
    ("no fever or cough, and no rash", {"cough", "fever", "rash"}),
    ("denies having fever, cough or rash", {"cough", "fever", "rash"}),
    ("not complaining of headache, nausea, or vomiting", {"headache", "nausea", "vomiting"}),
    ("no complaints of chest pain, dyspnoea, orthopnoea", {"chest_pain", "dyspnoea", "orthopnoea"}),
    ("no fever, chest pain on exertion, or palpitations", {"exertional_chest_pain", "fever", "palpitations"}),
    (
        "denies chest pain at rest, shortness of breath with exertion, or leg swelling",
        {"chest_pain_at_rest", "exertional_dyspnoea", "leg_swelling"},
    ),
    ("no tenderness in the abdomen, rash, or swelling of the legs", {"rash"}),
    ("denies fever, cough with sputum, or rash", {"fever", "productive_cough", "rash"}),
    ("no symptoms of dysuria, frequency or urgency", {"dysuria"}),
]


@pytest.mark.parametrize(("text", "name"), THERE)
def test_what_has_its_own_verb_value_or_adjective_behind_a_comma_is_there(text: str, name: str) -> None:
    assert "present" in {f.status.value for f in read_facts(text, "m1") if f.name == name}


@pytest.mark.parametrize(("text", "names"), DENIED)
def test_a_plain_list_is_denied_to_its_end(text: str, names: set[str]) -> None:
    facts = read_facts(text, "m1")
    assert names <= {f.name for f in facts if f.status.value == "absent"}
    assert not [f.name for f in facts if f.status.value == "present"]
