from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bedside.tools.notes.read import read_facts
from bedside.tools.redflags.engine import red_flags, rules

# For each rule: texts that raise it, texts that do not, and negated or historical texts that do not.
CASES: dict[str, tuple[list[str], list[str], list[str]]] = {
    "sepsis": (
        ["fever, RR 32, BP 88/56", "?pneumonia, RR 24, new confusion"],
        ["fever, RR 18", "RR 32, BP 88/56"],
        ["no fever, RR 32, BP 88/56", "mother had pneumonia. RR 24, BP 95/60"],
    ),
    "sepsis-high-risk": (
        ["pneumonia, RR 26", "cellulitis, lactate 2.5"],
        ["pneumonia, RR 20", "RR 26"],
        ["no pneumonia, RR 26"],
    ),
    "septic-patient": (["he is septic"], ["fever"], ["not septic", "is it sepsis?", "septic screen sent"]),
    "anaphylaxis": (
        ["urticaria and wheeze after nuts", "facial swelling, BP 80/40", "19F anaphylaxis after a bee sting"],
        ["urticaria"],
        ["urticaria, no wheeze", "anaphylaxis to amoxicillin"],
    ),
    "pe-haemodynamic": (
        ["?PE, BP 80/50", "PE with syncope"],
        ["PE, BP 120/80", "BP 85/50"],
        ["no PE, BP 80/50", "?PE, no syncope"],
    ),
    "gi-bleed-shock": (
        ["melaena, HR 120", "haematemesis, BP 90/50"],
        ["melaena, HR 80", "HR 120"],
        ["no melaena, HR 120"],
    ),
    "shock": (["BP 80/40, lactate 4", "BP 85/50, HR 130"], ["BP 80/40", "lactate 4"], ["BP 80/40, not confused"]),
    "stroke-fast": (
        ["FAST positive", "left facial droop", "slurred speech", "weakness of her left arm"],
        ["headache", "teaching: stroke management summary"],
        ["FAST negative", "no facial droop", "previous stroke", "mother had a stroke", "could this be a stroke?"],
    ),
    "acute-coronary-syndrome": (
        [
            "chest pain and breathless",
            "58M STEMI",
            "central crushing chest pain radiating to L arm, sweaty",
            "inferior STE",
            "62F NSTEMI",
        ],
        ["chest pain", "pleuritic pain, dyspnoea", "NSTEMI antiplatelet choice"],
        ["no chest pain, dyspnoea", "chest pain, not sweaty", "previous MI"],
    ),
    "meningitis": (
        ["headache and neck stiffness", "fever with a non-blanching rash", "fever, photophobia"],
        ["headache and photophobia", "neck stiffness"],
        ["headache, no neck stiffness"],
    ),
    "thunderclap-headache": (["thunderclap headache"], ["headache"], ["no thunderclap headache"]),
    "cauda-equina": (
        [
            "back pain and urinary retention",
            "saddle anaesthesia",
            "numb saddle area",
            "bilateral sciatica",
            "back pain, can't pass urine",
        ],
        ["back pain", "sciatica"],
        ["back pain, no urinary retention", "no saddle anaesthesia"],
    ),
    "suicidality": (
        ["suicidal ideation", "he wants to die", "SI with plan", "thoughts of ending his life"],
        ["low mood"],
        ["denies suicidal thoughts", "no SI with plan"],
    ),
    "diabetic-ketoacidosis": (
        ["glucose 25, ketones 5, pH 7.1", "22F DKA", "glucose 25, ketones +++, vomiting"],
        ["glucose 25, ketones 1, pH 7.1", "glucose 25, ketones +, vomiting"],
        ["no DKA", "previous DKA"],
    ),
    "severe-hyperkalaemia": (
        ["K 7.1", "potassium 6.5 mmol/L", "k 7.2, ecg sine wave"],
        ["K 6.4", "k 6.4"],
        ["K 7.1 yesterday", "father had K 7.1"],
    ),
    "severe-hyponatraemia": (["Na 115", "Na 122, confused", "na 118 confused"], ["Na 122"], ["Na 122, not confused"]),
    "hypoglycaemia": (
        ["BM 2.1", "bm 2.1", "glu 1.9", "glucose 3.5 mmol/L and confused"],
        ["glucose 3.5"],
        ["glucose 3.5, not confused"],
    ),
    "hypoxia": (["sats 85%", "SpO2 90% on air"], ["SpO2 94%", "COPD, sats 90%"], ["sats 85% yesterday"]),
    "reduced-consciousness": (
        ["he fell on the ward. GCS 15 now 9", "GCS 12, smells of alcohol"],
        ["GCS 13", "GCS 6", "fell, hit head, GCS 9"],
        ["GCS 9 yesterday, GCS 15 today"],
    ),
    "coma": (
        [
            "GCS 6",
            "E1V2M4",
            "unresponsive",
            "unconscious, has not regained consciousness",
            "came to hospital unconscious",
        ],
        [
            "GCS 9",
            "unresponsive to diuretics",
            "his wife found him unconscious, he regained consciousness after 30 seconds",
            "unresponsive for a minute, now alert",
        ],
        ["GCS 6 yesterday", "found unconscious, now GCS 15"],
    ),
    "status-epilepticus": (
        [
            "still fitting",
            "25M status epilepticus",
            "23M seizing",
            "found fitting",
            "fitting for 10 min",
            "fitting 10 mins",
        ],
        ["seizure", "explain status epilepticus", "signs fitting with heart failure", "fitting for 2 min"],
        ["no ongoing seizure"],
    ),
    "ectopic-pregnancy": (
        [
            "could be pregnant, abdominal pain and vaginal bleeding",
            "positive pregnancy test, abdominal pain",
            "positive pregnancy test, collapsed",
            "7 weeks pregnant, abdominal pain, shoulder tip pain",
        ],
        ["abdominal pain", "abdominal pain, pregnancy test negative"],
        ["not pregnant, abdominal pain, vaginal bleeding"],
    ),
    "severe-pre-eclampsia": (
        [
            "28 weeks pregnant, BP 170/115",
            "G1 34/40 BP 165/112",
            "36+4, headache, BP 145/95",
            "postpartum day 2, BP 170/100",
            "gravida 2, 34 weeks, BP 150/96, visual disturbance",
            "30 weeks pregnant, proteinuria, BP 142/88",
        ],
        [
            "pregnant, BP 130/80",
            "BP 170/115",
            "34/40, BP 145/95",
            "70F G2P1, BP 170/80",
            "45F G2P1, not pregnant, BP 170/115",
        ],
        ["not pregnant, BP 170/115"],
    ),
    "paracetamol-overdose": (
        [
            "took an overdose of paracetamol",
            "19F paracetamol overdose",
            "took 24 x 500mg paracetamol",
            "APAP OD 19F",
            "swallowed 30 tablets of paracetamol",
        ],
        ["takes paracetamol", "takes 2 x 500 mg paracetamol", "treatment of paracetamol overdose"],
        ["denies paracetamol overdose"],
    ),
    "neutropenic-sepsis": (
        ["neutropenic, fever", "immunosuppressed, T 38.5", "on chemo, temp 38.2", "chemo last week, T 38.5"],
        ["neutropenic", "fever", "on chemo, temp 37.2", "chemotherapy 3 years ago, T 38.5"],
        ["neutropenic, afebrile"],
    ),
    "chest-pain-troponin": (
        ["58M chest pain, trop 500"],
        ["chest pain, trop 20", "trop 500"],
        ["no chest pain, trop 500"],
    ),
    "aortic-dissection": (
        ["tearing chest pain to back", "60M aortic dissection"],
        ["chest pain", "muscle tearing"],
        ["no tearing chest pain", "?aortic dissection"],
    ),
    "ruptured-aneurysm": (
        ["AAA 6cm BP 80/50", "72M back pain and collapse", "AAA found last year, BP 80/50"],
        ["AAA 4 cm, 70M", "40M back pain and collapse"],
        ["no AAA, 40M, BP 80/50", "72M, back pain, no collapse"],
    ),
    "limb-ischaemia": (
        ["cold pale pulseless leg", "70F acute limb ischaemia"],
        ["cold leg"],
        ["no acute limb ischaemia, 70F"],
    ),
    "unstable-atrial-fibrillation": (
        ["AF, BP 80/50, HR 150", "fast AF with chest pain", "AF, syncope"],
        ["AF, HR 140, BP 120/80", "AF, HR 70, chest pain"],
        ["no AF, BP 80/50", "AF, no chest pain"],
    ),
    "hypertensive-emergency": (
        ["BP 230/130 headache confused", "BP 185/100, chest pain"],
        ["BP 230/130", "BP 170/100, confused"],
        ["BP 230/130, not confused"],
    ),
    "asthma-life-threatening": (
        ["asthma PEF 28%", "22F asthma, silent chest", "asthma, exhausted", "asthma, wheeze, SpO2 91%"],
        ["asthma PEF 60%", "exhausted", "asthma PEF 33%"],
        ["asthma, no silent chest", "no asthma, PEF 28%"],
    ),
    "asthma-severe": (
        [
            "asthma, can't complete sentences",
            "asthma PEF 45%",
            "asthma attack, RR 26",
            "asthma, wheeze, HR 112",
            "asthma, too breathless to talk",
            "asthma, wheezy, the inhaler isn't helping",
        ],
        ["asthma PEF 51%", "asthma attack, RR 24, HR 100", "asthma, HR 120", "asthma, the inhaler isn't helping"],
        ["asthma, speaking in full sentences", "asthma, no wheeze, HR 120"],
    ),
    "cardiac-arrest": (
        ["60M in cardiac arrest", "not breathing", "no pulse"],
        ["breathing fast", "cardiac arrest guideline"],
        ["previous cardiac arrest, 60M"],
    ),
    "head-injury-high-risk": (
        [
            "hit his head, GCS 12",
            "hit his head, vomited twice",
            "head injury, seizure",
            "hit his head, csf from the ear",
        ],
        ["head injury, GCS 13", "head injury, vomited once"],
        ["head injury, no seizure", "no head injury, GCS 12"],
    ),
    "head-injury-observe": (
        [
            "fell and banged head, on warfarin",
            "head injury, GCS 14",
            "struck her forehead, takes apixaban",
            "70M, hit his head, lost consciousness",
            "85yo fell, on warfarin, GCS 13",
            "unwitnessed fall in care home, drowsy since",
            "fell off a ladder, headache, GCS 14",
        ],
        ["head injury, GCS 15", "40M, hit his head, lost consciousness", "fell, takes apixaban"],
        ["no head injury, on warfarin", "Hb fell from 10 to 7, drowsy", "fell asleep, drowsy", "no falls, GCS 14"],
    ),
    "thyroid-storm": (
        ["thyroid storm, 34F, T 40, HR 150, confused"],
        ["treatment of thyroid storm"],
        ["no thyroid storm, T 40"],
    ),
    "infant-fever": (
        ["6-week-old, temp 38.4", "5-week-old with fever", "2-month-old girl, T 38"],
        ["4-month-old, temp 38.4", "6-week-old, temp 37.5", "5-week-old with fever, T 37.4"],
        ["6-week-old, temp 38.4 yesterday"],
    ),
    "severe-hypercalcaemia": (["calcium 3.7"], ["calcium 3.4"], ["calcium 3.7 last week"]),
    "bleeding-high-inr": (
        ["INR 12 bleeding", "INR 6, melaena"],
        ["INR 2.5, bleeding gums", "INR 6", "INR 6, bleeding risk?"],
        ["INR 6, no bleeding"],
    ),
    "inr-above-8": (["INR 9"], ["INR 8", "INR 5"], ["INR 9 last week"]),
    "testicular-torsion": (
        ["14M sudden testicular pain", "testicular pain and vomiting"],
        ["testicular pain", "what is testicular torsion?"],
        ["no sudden testicular pain", "testicular pain, no vomiting"],
    ),
    "eclampsia": (
        ["28F eclampsia", "30 weeks pregnant, seizure"],
        ["seizure", "explain eclampsia"],
        ["30 weeks pregnant, no seizure"],
    ),
    "overdose": (
        ["took an overdose", "overdose of amitriptyline, GCS 12", "swallowed 40 tablets"],
        ["management of digoxin overdose", "took 2 tablets", "amlodipine 5 mg OD"],
        ["denies overdose, 20F", "no overdose, GCS 12"],
    ),
}

CASES |= {
    rule: (cases[0], cases[1], cases[2])
    for rule, cases in yaml.safe_load(
        Path(__file__).with_name("cases_by_system.yaml").read_text(encoding="utf-8")
    ).items()
}


def _ids(text: str) -> list[str]:
    return [flag.id for flag in red_flags(read_facts(text, "m1"))]


def test_every_rule_has_its_cases_and_its_source() -> None:
    assert {r.id for r in rules()} == set(CASES)
    for rule in rules():
        assert rule.source.publisher and rule.source.year and rule.source.section
        assert rule.source.link.startswith("https://")


@pytest.mark.parametrize(("rule", "text"), [(r, t) for r, c in CASES.items() for t in c[0]])
def test_an_emergency_is_flagged_with_the_facts_that_raised_it(rule: str, text: str) -> None:
    flag = next(f for f in red_flags(read_facts(text, "m1")) if f.id == rule)
    assert flag.triggered_by and all(f.span.text in text for f in flag.triggered_by)
    assert all(word in text for word in flag.why.split("; "))


@pytest.mark.parametrize(("rule", "text"), [(r, t) for r, c in CASES.items() for t in c[1]])
def test_a_part_of_the_picture_is_no_flag(rule: str, text: str) -> None:
    assert rule not in _ids(text)


@pytest.mark.parametrize(("rule", "text"), [(r, t) for r, c in CASES.items() for t in c[2]])
def test_what_is_denied_past_or_of_the_family_is_no_flag(rule: str, text: str) -> None:
    assert rule not in _ids(text)


@pytest.mark.parametrize(
    "text",
    [
        "write me a poem about sepsis",
        "teaching: stroke management summary",
        "treatment of meningitis",
        "thyroid storm",
        "explain status epilepticus",
        "NSTEMI antiplatelet choice",
        "dose of adrenaline in anaphylaxis?",
        "treatment of sepsis in pregnancy",
        "STEMI",
        "DKA",
        "T 36.8 alert now",
        "can a patient with stroke drive?",
        "what do I tell my patient about stroke",
    ],
)
def test_a_disease_without_any_patient_is_no_emergency(text: str) -> None:
    assert _ids(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("22F DKA", "diabetic-ketoacidosis"),
        ("my patient has anaphylaxis", "anaphylaxis"),
        ("pt in DKA", "diabetic-ketoacidosis"),
        ("STEMI in resus", "acute-coronary-syndrome"),
        ("he is septic", "septic-patient"),
        ("stroke, BP 150/80", "stroke-fast"),
        ("meningitis, no rash", "meningitis"),
        ("anaphylaxis, wheeze", "anaphylaxis"),
    ],
)
def test_a_disease_of_somebody_is(text: str, expected: str) -> None:
    assert expected in _ids(text)


def test_thyroid_storm_is_not_called_sepsis() -> None:
    assert _ids("34F thyroid storm, T 40, HR 150, confused") == ["thyroid-storm"]


def test_the_pneumonia_case_raises_the_sepsis_banner_alone() -> None:
    text = (
        "67-year-old man, fever, productive cough, new confusion, RR 32, BP 88/56, urea 9.1 mmol/L. "
        "How severe is his pneumonia and where should he be treated?"
    )
    flags = red_flags(read_facts(text, "m1"))
    assert [f.id for f in flags] == ["sepsis"]
    assert {"respiratory_rate", "systolic_bp", "confusion"} <= {f.name for f in flags[0].triggered_by}


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        ("3-year-old boy, BP 84/50, HR 120", False),
        ("3-year-old boy, BP 74/40, HR 150", True),
        ("8-month-old girl, BP 78/50, HR 130", False),
        ("8-month-old girl, BP 64/40, HR 170", True),
        ("7-year-old boy, BP 86/50, HR 110", False),
        ("11-year-old boy, BP 88/50, HR 110", True),
    ],
)
def test_a_low_blood_pressure_of_a_child_is_low_for_its_age(text: str, raised: bool) -> None:
    flags = {flag.id for flag in red_flags(read_facts(text, "case"))}
    assert ("shock" in flags) is raised


def test_a_child_s_usual_blood_pressure_makes_no_anaphylaxis_of_hives() -> None:
    quiet = red_flags(read_facts("2-year-old girl with urticaria, BP 86/50", "case"))
    assert "anaphylaxis" not in {flag.id for flag in quiet}
    low = red_flags(read_facts("2-year-old girl with urticaria, BP 68/40", "case"))
    assert "anaphylaxis" in {flag.id for flag in low}


def test_fever_with_phlegm_explains_breathlessness_of_the_young_and_of_nobody_else() -> None:
    chest = "-year-old man, chest pain, dyspnoea, fever, productive cough"
    assert "acute-coronary-syndrome" not in {flag.id for flag in red_flags(read_facts("28" + chest, "case"))}
    for text in ("65" + chest, "28" + chest + ", sweating", "28" + chest + ", pain radiating to the left arm"):
        assert "acute-coronary-syndrome" in {flag.id for flag in red_flags(read_facts(text, "case"))}
    assert "acute-coronary-syndrome" in {
        flag.id for flag in red_flags(read_facts("chest pain, dyspnoea, fever", "case"))
    }


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("4-year-old boy, vomited blood, HR 190, BP 92/50", "gi-bleed-shock"),
        ("9-year-old girl, melaena, HR 150, BP 95/55", "gi-bleed-shock"),
        ("8-month-old girl, haematemesis, HR 175", "gi-bleed-shock"),
        ("3-year-old boy, BP 80/40, HR 190, confused, lactate 6", "shock"),
        ("fever, 10-year-old girl, BP 90/60", "sepsis-high-risk"),
    ],
)
def test_a_child_in_danger_is_flagged_before_the_pressure_falls(text: str, flag: str) -> None:
    assert flag in {found.id for found in red_flags(read_facts(text, "case"))}


@pytest.mark.parametrize("text", ["4-year-old boy, vomited blood, HR 110, BP 96/60", "8-month-old, melaena, HR 135"])
def test_a_usual_pulse_of_a_child_that_bleeds_is_no_shock(text: str) -> None:
    assert "gi-bleed-shock" not in {found.id for found in red_flags(read_facts(text, "case"))}
