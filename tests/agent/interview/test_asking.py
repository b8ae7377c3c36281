"""Patients are asked in plain words for what they can tell, and not at all for what only others can find."""

from __future__ import annotations

import pytest

from bedside.agent.interview.asking import question_about
from bedside.agent.interview.emergencies import _leaves
from bedside.agent.interview.suits import Person, suits
from bedside.knowledge.terms import Finding, finding, findings

FOUND_BY_OTHERS = ("examine", "bedside", "blood", "image", "specialist")


@pytest.fixture(scope="module")
def of_rules() -> list[Finding]:
    """The findings that red flags rest on, and what those imply."""
    names, todo = set[str](), list(_leaves())
    while todo:
        name = todo.pop()
        if name not in names:
            names.add(name)
            todo += finding(name).implies
    return [finding(name) for name in sorted(names) if finding(name).kind == "presence"]


def test_no_finding_of_a_red_flag_is_asked_by_its_bare_label(of_rules: list[Finding]) -> None:
    assert len(of_rules) > 300
    bare = ("Have you noticed {}?", "Have you ever been told that you have {}?")
    assert [f.name for f in of_rules if question_about(f) in {words.format(f.label) for words in bare}] == []


def test_a_finding_of_a_red_flag_has_a_question_or_says_who_finds_it(of_rules: list[Finding]) -> None:
    assert [f.name for f in of_rules if not question_about(f) and f.by not in FOUND_BY_OTHERS] == []


def test_what_others_find_is_asked_only_in_words_of_its_own() -> None:
    found = [row for row in findings().values() if row.by in FOUND_BY_OTHERS and not row.ask]
    assert [row.name for row in found if question_about(row)] == []


@pytest.mark.parametrize(
    "name",
    ["papilloedema", "silent_chest", "uvula_pushed", "gravida", "unresponsive", "st_elevation", "proteinuria",
     "high_esr", "high_digoxin", "free_gas", "pneumonia", "dvt", "meningitis", "compartment_syndrome"],
)  # fmt: skip
def test_a_patient_is_not_asked_for_what_only_others_can_find(name: str) -> None:
    assert name in _leaves() and question_about(finding(name)) == ""


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("cannot_speak", "Is the person unable to speak or to cough?"),
        ("broken_sentences", "Are you too breathless to get a whole sentence out?"),
        ("abuse_told", "Has anyone hit, hurt, threatened or abused you, or are you afraid of someone at home?"),
        ("ongoing_seizure", "Is a fit still going on, or has one lasted for five minutes or more?"),
    ],
)
def test_a_patient_is_asked_in_plain_words(name: str, question: str) -> None:
    assert question_about(finding(name)) == question


@pytest.mark.parametrize("name", ["child_not_responding", "child_works_to_breathe", "limp_told", "coughs_while_eating"])
def test_what_is_of_a_child_is_asked_of_its_parent_alone(name: str) -> None:
    question = question_about(finding(name))
    assert suits(question, Person(2, "male")) and not suits(question, Person(40, "male"))


def test_a_child_in_a_fire_is_asked_about() -> None:
    assert suits(question_about(finding("smoke_told")), Person(5, "female"))
