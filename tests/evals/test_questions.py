"""The questions kept with Bedside fit the library; files that do not fit the schema are refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bedside.core.errors import SettingsError
from bedside.evals.questions import GROUNDED, Question, load_questions, unknown_passages
from bedside.knowledge.drugs import drugs_in
from bedside.knowledge.library import load_library

HELD = [q for q in load_questions() if not q.refuse]
NOT_HELD = [q for q in load_questions() if q.refuse]


def test_there_are_twenty_questions_to_answer_ten_to_refuse_and_lisinopril_in_pregnancy() -> None:
    assert (len(HELD), len(NOT_HELD)) == (21, 10)
    assert any(q.question == "Can lisinopril be used in pregnancy?" and q.never for q in HELD)
    assert any(q.question == "What is the dose of vancomycin for MRSA pneumonia?" for q in NOT_HELD)


def test_the_questions_are_spread_over_specialties_and_half_are_vignettes() -> None:
    assert len({q.specialty for q in HELD}) >= 12
    assert 9 <= sum(q.vignette for q in HELD) <= 12


def test_every_passage_named_is_held() -> None:
    assert unknown_passages(load_questions(), (p.id for p in load_library().passages())) == ()


@pytest.mark.parametrize(
    ("id_", "topic"),
    [
        ("vancomycin-mrsa", "pneumonia"),
        ("enoxaparin-dvt", "DVT|thrombosis"),
        ("furosemide-pulmonary-oedema", "."),
        ("sotalol-af", "."),
        ("alcohol-withdrawal-dose", "."),
        ("methyldopa-dose", "."),
        ("ceftriaxone-meningitis-dose", "mening"),
    ],
)
def test_no_passage_gives_the_dose_that_a_question_to_refuse_asks_for(id_: str, topic: str) -> None:
    question = next(q for q in NOT_HELD if q.id == id_)
    asked = {d.name for d in drugs_in(question.question)}
    assert asked
    for passage in load_library().passages():
        for sentence in passage.recommendation.sentences:
            if asked & {d.name for d in drugs_in(sentence)} and re.search(topic, sentence, re.IGNORECASE):
                assert not re.search(r"\d\s*(?:m?g|micrograms|units)\b", sentence), f"{passage.id}: {sentence}"


@pytest.mark.parametrize("words", ["myasthen", "hereditary angio|icatibant", "venous sinus|cerebral venous"])
def test_no_passage_speaks_of_the_topic_of_a_question_to_refuse(words: str) -> None:
    held = [p.id for p in load_library().passages() if re.search(words, p.text, re.IGNORECASE)]
    assert held == []


def test_the_set_shares_only_the_two_questions_of_the_issue_with_the_development_set() -> None:
    text = (GROUNDED.parent / "retrieval_dev.yaml").read_text(encoding="utf-8")
    shared = [q.id for q in load_questions() if f'"{q.question}"' in text]
    assert sorted(shared) == ["lisinopril-pregnancy", "vancomycin-mrsa"]


ENTRY = {"id": "a", "specialty": "infection", "question": "What is given for this?"}


@pytest.mark.parametrize(
    "extra",
    [
        {"refuse": True, "why": "a trap", "answers": ["x#y"]},
        {"refuse": True},
        {"answers": ["x#y"]},
        {"answers": ["x#y"], "must": ["x#z"]},
        {"answers": ["x#y"], "must": ["x#y"], "never": ["("]},
        {"answers": ["x#y"], "must": ["x#y"], "unknown": 1},
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(extra: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Question.model_validate({**ENTRY, **extra})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "BED-EVAL-002"),
        ("- {id: a}", "BED-EVAL-002"),
        ("- [", "BED-EVAL-002"),
        (
            "- {id: a, specialty: infection, question: What is it then, refuse: true, why: trap}\n"
            "- {id: a, specialty: infection, question: What is it then, refuse: true, why: trap}",
            "BED-EVAL-003",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_name(tmp_path: Path, text: str | None, code: str) -> None:
    path = tmp_path / "mine.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=code) as error:
        load_questions(path)
    assert "mine.yaml" in error.value.what
