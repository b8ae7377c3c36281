"""Complaints with a place, and results that stand behind the name of their test, in the wordings of real texts."""

from __future__ import annotations

import pytest

from bedside.core.case import FactStatus
from bedside.knowledge.terms import findings
from bedside.tools.notes import levels, places
from bedside.tools.notes.needed import needed
from bedside.tools.notes.read import read_facts

PLACES = [
    ("Increasing pain and swelling in his right knee for 12 days.", {"knee_pain", "knee_effusion"}),
    ("Right knee: tender, erythematous, swollen.", {"hot_joint", "knee_effusion"}),
    ("The left elbow is red and painful.", {"hot_joint", "elbow_pain"}),
    ("She came with a red, swollen ankle.", {"hot_joint", "joint_swelling"}),
    ("There is swelling of both ankles.", {"peripheral_oedema"}),
    ("Burning pain in his neck and arms, and weakness in both hands.", {"neck_pain", "arm_pain", "distal_weakness"}),
    ("Bilateral inflammation of the conjunctiva.", {"red_eye"}),
    ("He reports pain with urination.", {"dysuria"}),
    ("Numbness and tingling noted in the left hand.", {"hand_numbness", "paraesthesia"}),
    ("There is a firm mass in the left breast.", {"breast_lump"}),
    ("Tenderness to palpation over the spinous processes.", {"spinal_tenderness"}),
    ("Hip and shoulder pain since March.", {"hip_pain", "shoulder_pain"}),
]
LEVELS = [
    ("Lactate dehydrogenase: elevated.", {"raised_ldh": True}),
    ("Hemoglobin: slightly decreased.", {"anaemia": True}),
    ("Serum amylase is markedly elevated.", {"raised_lipase": True}),
    ("Antinuclear antibody: positive.", {"ana_positive": True}),
    ("ANA: negative.", {"ana_positive": False}),
    ("Platelets: normal.", {"thrombocytopenia": False, "thrombocytosis": False}),
    ("ESR 52 mm/h.", {"raised_esr": True}),
    ("ESR 12 mm/h.", {"raised_esr": False}),
    ("Mean corpuscular volume (MCV) 72 fL.", {"microcytosis": True}),
    ("TSH 12 mU/L.", {"raised_tsh": True}),
    ("TSH 2 mU/L.", {"raised_tsh": False, "low_tsh": False}),
    ("FEV1/FVC ratio: 65%.", {"airflow_obstruction": True}),
    ("CD4+ count 56/mm3.", {"low_cd4": True}),
]


def read(text: str) -> dict[str, bool]:
    """The findings of a text that are there and that are not."""
    states = {FactStatus.PRESENT: True, FactStatus.ABSENT: False}
    return {f.name: states[f.status] for f in read_facts(text, "m1") if f.value is None and f.status in states}


@pytest.mark.parametrize(("text", "names"), PLACES)
def test_a_complaint_is_read_with_its_place(text: str, names: set[str]) -> None:
    said = read(text)
    assert names <= {name for name, there in said.items() if there}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("No pain or swelling in the right knee.", "knee_pain"),
        ("Denies numbness of the left hand.", "hand_numbness"),
        ("No tenderness over the spine.", "spinal_tenderness"),
        ("There is no mass in the left breast.", "breast_lump"),
    ],
)
def test_a_complaint_that_is_denied_is_absent(text: str, name: str) -> None:
    assert read(text)[name] is False


@pytest.mark.parametrize(
    "text",
    [
        "He has knee arthroscopy planned. Pain is controlled.",
        "Weakness. The hand surgeon was called.",
        "Discharge from hospital to home.",
        "She felt weak, and her eye doctor agreed.",
    ],
)
def test_a_complaint_and_a_place_of_two_sentences_are_no_finding(text: str) -> None:
    made = {name for by_place in places.vocabulary().findings.values() for name in by_place.values()}
    assert made.isdisjoint(name for name, there in read(text).items() if there)


@pytest.mark.parametrize(("text", "states"), LEVELS)
def test_a_result_is_read_behind_the_name_of_its_test(text: str, states: dict[str, bool]) -> None:
    said = read(text)
    assert {name: said.get(name) for name in states} == states


@pytest.mark.parametrize("text", ["Positive family history.", "ESR pending.", "High risk; TSH not done.", "MCV 72 kg."])
def test_a_word_that_is_no_result_says_nothing(text: str) -> None:
    assert {"raised_esr", "raised_tsh", "low_tsh", "microcytosis"}.isdisjoint(read(text))


def test_every_limit_leads_to_a_finding() -> None:
    assert all({row.high, row.low} - {""} <= set(findings()) and (row.high or row.low) for row in levels._limits())


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        (r"\b(?:CK|creatine kinase) raised\b", (" raised",)),
        (r"(?:weak|feeble) pulse", (" pulse",)),
        (r"\b(?:third|oculomotor) pals(?:y|ies)", ("third", "oculomotor")),
        (r"\d{2,3}\s?mg", ()),
        (r"(?:alpha|beta)?", ()),
    ],
)
def test_what_a_pattern_needs_is_a_string_that_every_match_holds(pattern: str, texts: tuple[str, ...]) -> None:
    assert needed(pattern) == texts
