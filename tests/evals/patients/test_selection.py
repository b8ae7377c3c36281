from __future__ import annotations

from pathlib import Path

import pytest
from support.data import data_folder
from support.told_cases import small_row

from bedside.core.errors import KnowledgeError
from bedside.evals.patients.asked import by_overlap, choose_all, questions_of, scores
from bedside.evals.patients.case import CaseFact, PatientCase
from bedside.evals.patients.concepts import TABLE, WaysOfAsking, concepts_in, ways_of_asking
from bedside.evals.patients.selection import selected
from bedside.knowledge.terms import read_form

CASE = PatientCase(
    id="made up",
    facts=tuple(
        CaseFact(id=f"f{n}", section=section, text=text)  # type: ignore[arg-type]
        for n, (section, text) in enumerate(
            (
                ("person", "52-year-old woman"),
                ("history", "The patient reports sudden chest tightness that began 2 hours ago and moved to the jaw."),
                ("history", "It eases when she sits still."),
                ("symptoms", "Nausea and sweating"),
                ("past", "Hypertension, gallbladder removed in 2010."),
                ("medicines", "Ramipril"),
                ("family", "Her father had a heart attack at 50."),
                ("social", "Smokes 10 cigarettes a day, drinks wine at weekends."),
                ("social", "Works as a bus driver."),
                ("review", "Denies cough, fever, leg swelling, blood in the urine, or recent travel."),
            ),
            1,
        )
    ),
)


def ids(question: str, told: frozenset[str] = frozenset()) -> list[str]:
    return [f.id for f in selected(CASE.facts, question, told)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What do you do for a living?", ["f9"]),
        ("Any medication?", ["f6"]),
        ("Have you been abroad?", ["f10"]),
        ("Is there blood when you pee?", ["f10"]),
        ("Is there any blood in your urine?", ["f10"]),
        ("Does heart disease run in the family?", ["f7"]),
        ("Do you smoke?", ["f8"]),
        ("Do you drink?", ["f8"]),
        ("How old are you, and what is your job?", ["f1", "f9"]),
        ("Do you have high BP?", ["f5"]),
        ("Walk me through it.", ["f2", "f3"]),
        ("Which medical problems or operations have you had, and which medicines do you take?", ["f5", "f6"]),
        ("Have you had a fever, or have your legs been swollen?", ["f10"]),
    ],
)
def test_a_question_finds_the_facts_that_answer_it(question: str, expected: list[str]) -> None:
    assert ids(question) == expected


@pytest.mark.parametrize(
    "question", ["Are you allergic to anything?", "Have your eyes been itchy?", "Any seizures?", "", "???"]
)
def test_what_the_case_does_not_say_finds_nothing(question: str) -> None:
    assert ids(question) == []


def test_what_else_is_answered_by_what_was_not_told() -> None:
    assert ids("Anything else?") == ["f4", "f10"]
    assert ids("Anything else?", frozenset({"f4"})) == ["f10"]


def test_every_expression_of_the_table_is_one_and_abbreviations_are_the_tests_they_stand_for() -> None:
    assert len(ways_of_asking().concepts) > 100
    for short, written_out in (
        ("CXR", "Chest radiograph is clear."),
        ("LFTs", "ALT: 40 U/L"),
        ("U&E", "Serum Na+: 139"),
    ):
        assert concepts_in(short, "asks") & concepts_in(written_out, "tells")
    assert concepts_in("FBC", "asks") == concepts_in("complete blood count", "asks")


def test_an_expression_that_is_none_is_named(tmp_path: Path) -> None:
    file = tmp_path / TABLE.name
    file.write_text(TABLE.read_text(encoding="utf-8").replace('"palpitations?"', '"palpitations(?"'), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"palpitations\(\?.*is not a regular expression") as error:
        read_form(file, WaysOfAsking, "BED-EVAL-002")
    assert error.value.code == "BED-EVAL-002"


def test_the_scores_of_a_choice_are_those_worked_out_by_hand(tmp_path: Path) -> None:
    file = tmp_path / "asked.yaml"
    file.write_text(
        "- case: a\n  asked:\n    - ['Does the pain move?', [f2]]\n    - ['Diarrhoea?', [f3]]\n"
        "    - ['Allergies?', []]\n"
    )
    questions = questions_of({"a": small_row().case}, file)
    assert [q.held for q in questions] == [False, True, False]
    found = scores(choose_all(questions, lambda facts, _: facts[1:]))
    assert found["recall of facts"].value == 1.0
    assert found["precision of facts"].value == 0.5
    assert found["just the facts that answer"].value == 0.0
    assert found["says that it does not know"].value == 0.0
    by_words = scores(choose_all(questions, by_overlap))
    assert by_words["some fact that answers"].value == 1.0
    assert by_words["says that it does not know"].value == 1.0


@pytest.mark.data
def test_the_facts_that_answer_are_found_more_often_than_by_word_overlap() -> None:
    from bedside.evals.patients.told_sets import told_sets

    cases = told_sets(data_folder())
    questions = [q for q in questions_of(cases) if q.held]
    for question in questions:
        assert question.facts <= {f.id for f in question.case.facts}
    ours, words = (scores(choose_all(questions, way)) for way in (selected, by_overlap))
    assert ours["recall of facts"].value > words["recall of facts"].value + 0.3
    assert ours["precision of facts"].value > 0.85
