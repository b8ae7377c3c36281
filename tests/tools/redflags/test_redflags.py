from __future__ import annotations

import pytest

from bedside.tools.notes.read import read_facts
from bedside.tools.redflags.engine import red_flags, rules

# For each rule: texts that raise it, texts that do not, and negated or historical texts that do not.
CASES: dict[str, tuple[list[str], list[str], list[str]]] = {
    "sepsis": (["fever, RR 32, BP 88/56", "?pneumonia, RR 24, new confusion"], ["fever, RR 18", "RR 32, BP 88/56"],
               ["no fever, RR 32, BP 88/56", "mother had pneumonia. RR 24, BP 95/60"]),
    "sepsis-high-risk": (["pneumonia, RR 26", "cellulitis, lactate 2.5"], ["pneumonia, RR 20", "RR 26"],
                         ["no pneumonia, RR 26"]),
    "septic-patient": (["he is septic"], ["fever"], ["not septic", "is it sepsis?", "septic screen sent"]),
    "anaphylaxis": (["urticaria and wheeze after nuts", "facial swelling, BP 80/40", "anaphylaxis after a bee sting"],
                    ["urticaria"], ["urticaria, no wheeze", "anaphylaxis to amoxicillin"]),
    "pe-haemodynamic": (["?PE, BP 80/50", "PE with syncope"], ["PE, BP 120/80", "BP 85/50"],
                        ["no PE, BP 80/50", "?PE, no syncope"]),
    "gi-bleed-shock": (["melaena, HR 120", "haematemesis, BP 90/50"], ["melaena, HR 80", "HR 120"],
                       ["no melaena, HR 120"]),
    "shock": (["BP 80/40, lactate 4", "BP 85/50, HR 130"], ["BP 80/40", "lactate 4"], ["BP 80/40, not confused"]),
    "stroke-fast": (["left facial droop", "slurred speech", "weakness of her left arm"], ["headache"],
                    ["no facial droop", "previous stroke", "mother had a stroke", "could this be a stroke?"]),
    "acute-coronary-syndrome": (["chest pain and breathless", "STEMI"], ["chest pain", "pleuritic pain, dyspnoea"],
                                ["no chest pain, dyspnoea", "previous MI"]),
    "meningitis": (["headache and neck stiffness", "fever with a non-blanching rash", "fever, photophobia"],
                   ["headache and photophobia", "neck stiffness"], ["headache, no neck stiffness"]),
    "thunderclap-headache": (["thunderclap headache"], ["headache"], ["no thunderclap headache"]),
    "cauda-equina": (["back pain and urinary retention", "saddle anaesthesia"], ["back pain"],
                     ["back pain, no urinary retention", "no saddle anaesthesia"]),
    "suicidality": (["suicidal ideation", "he wants to die"], ["low mood"], ["denies suicidal thoughts"]),
    "diabetic-ketoacidosis": (["glucose 25, ketones 5, pH 7.1", "DKA"], ["glucose 25, ketones 1, pH 7.1"],
                              ["no DKA", "previous DKA"]),
    "severe-hyperkalaemia": (["K 7.1", "potassium 6.5 mmol/L"], ["K 6.4"], ["K 7.1 yesterday", "father had K 7.1"]),
    "severe-hyponatraemia": (["Na 115", "Na 122, confused"], ["Na 122"], ["Na 122, not confused"]),
    "hypoglycaemia": (["BM 2.1", "glucose 3.5 mmol/L and confused"], ["glucose 3.5"], ["glucose 3.5, not confused"]),
    "hypoxia": (["sats 85%", "SpO2 90% on air"], ["SpO2 94%", "COPD, sats 90%"], ["sats 85% yesterday"]),
    "coma": (["GCS 6", "E1V2M4"], ["GCS 9"], ["GCS 6 yesterday"]),
    "status-epilepticus": (["still fitting", "status epilepticus"], ["seizure"], ["no ongoing seizure"]),
    "ectopic-pregnancy": (["could be pregnant, abdominal pain and vaginal bleeding"], ["abdominal pain"],
                          ["not pregnant, abdominal pain, vaginal bleeding"]),
    "severe-pre-eclampsia": (["28 weeks pregnant, BP 170/115"], ["pregnant, BP 130/80", "BP 170/115"],
                             ["not pregnant, BP 170/115"]),
    "paracetamol-overdose": (["took an overdose of paracetamol", "paracetamol overdose"], ["takes paracetamol"],
                             ["denies paracetamol overdose"]),
    "neutropenic-sepsis": (["neutropenic, fever", "immunosuppressed, T 38.5"], ["neutropenic", "fever"],
                           ["neutropenic, afebrile"]),
}  # fmt: skip


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


def test_the_pneumonia_case_raises_the_sepsis_banner_alone() -> None:
    text = (
        "67-year-old man, fever, productive cough, new confusion, RR 32, BP 88/56, urea 9.1 mmol/L. "
        "How severe is his pneumonia and where should he be treated?"
    )
    flags = red_flags(read_facts(text, "m1"))
    assert [f.id for f in flags] == ["sepsis"]
    assert {"respiratory_rate", "systolic_bp", "confusion"} <= {f.name for f in flags[0].triggered_by}
