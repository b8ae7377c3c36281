"""Nobody is asked what cannot be of their age and sex."""

from __future__ import annotations

import re

import pytest

from bedside.agent.interview.asking import question_about
from bedside.agent.interview.suits import Person, suits
from bedside.knowledge.diseases import diseases
from bedside.tools.differential.table import Table

MAN, WOMAN, UNKNOWN = Person(40, "male"), Person(30, "female"), Person()
BOY, BABY, OLD = Person(7, "male"), Person(0.1, "female"), Person(80, "female")


@pytest.fixture(scope="module")
def questions() -> list[str]:
    found = {question_about(column.finding) for column in Table(diseases()).columns}
    return sorted(found - {""})


@pytest.mark.parametrize(
    ("person", "never"),
    [
        (MAN, r"your (?:last )?periods?\b|menopause|vagina|womb|the baby|the child\b|are you .*pregnan|newborn"),
        (WOMAN, r"penis|testic|scrot|erection|the baby (?:yellow|feed|cry|arch|draw)|newborn|the child\b"),
        (BOY, r"your periods|menopause|vagina|womb|the baby|newborn|have you .*(?:sex|alcohol)|mining|asbestos"),
        (BABY, r"menopause|periods|penis|have you .*(?:sex|alcohol)|do you smoke|erection|partners"),
        (OLD, r"periods|the baby|the child\b|newborn|penis|testic|pregnan"),
        (UNKNOWN, r"menopause|penis|vagina|the baby (?:yellow|feed|cry)|newborn|the child\b"),
    ],
)
def test_no_question_of_another_age_or_sex_is_put(questions: list[str], person: Person, never: str) -> None:
    asked = [q for q in questions if suits(q, person)]
    assert len(asked) > 1000
    assert [q for q in asked if re.search(never, q, re.I)] == []


@pytest.mark.parametrize(
    ("words", "person", "suited"),
    [
        ("Are your periods irregular?", WOMAN, True),
        ("Are your periods irregular?", OLD, False),
        ("Does the baby arch the back during or after feeds?", BABY, True),
        ("Did you have rheumatic fever as a child?", MAN, True),
        ("Is the scrotum swollen?", MAN, True),
        ("PSA", WOMAN, False),
        ("pelvic ultrasound", WOMAN, True),
        ("pelvic ultrasound", MAN, False),
        ("fetal heart monitoring", WOMAN, False),
        ("fetal heart monitoring", Person(30, "female", "pregnant"), True),
        ("troponin", UNKNOWN, True),
    ],
)
def test_what_suits_whom(words: str, person: Person, suited: bool) -> None:
    assert suits(words, person) is suited
