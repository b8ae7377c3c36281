"""What a text asks is told from what it tells, in sentences and in notes."""

from __future__ import annotations

import pytest

from bedside.retrieval.asking import asks_as_note, questions_in, split, unabbreviated


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("67M, RR 32. How severe is it?", "How severe is it?"),
        ("25F peanut, wheeze, BP 76/40. adrenaline dose", "adrenaline dose"),
        ("BP 78/40. thrombolyse? dose of alteplase", "thrombolyse? dose of alteplase"),
        ("urea 11.2, nkda. curb? and what abx", "curb? and what abx"),
        ("Where should he be treated? BP is 88/56.", "Where should he be treated?"),
        ("gcs 15 headache post fall ct head", "gcs 15 headache post fall ct head"),
        ("", ""),
    ],
)
def test_the_asking_part_is_found(text: str, asked: str) -> None:
    assert split(text)[0] == asked


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("O2 target, NIV? steroids dose?", ("O2 target?", "NIV?", "steroids dose?")),
        ("lung cancer screening? what about AAA?", ("lung cancer screening?", "what about AAA?")),
        ("add hydrocortisone? dose?", ("add hydrocortisone? dose?",)),
        ("In AF, which drug?", ("In AF, which drug?",)),
        ("thrombolyse? dose of alteplase", ("thrombolyse?", "dose of alteplase?")),
        ("", ()),
    ],
)
def test_several_questions_are_taken_apart(text: str, questions: tuple[str, ...]) -> None:
    assert questions_in(text) == questions


def test_no_more_than_four_questions_are_asked_and_none_is_lost() -> None:
    parts = questions_in("a1x? b1x? c1x? d1x? e1x? f1x?")
    assert len(parts) == 4
    assert "f1x?" in parts[-1]


@pytest.mark.parametrize("clause", ["He is allergic to penicillin.", "on antibiotics since Monday", "sorry, he is 76"])
def test_a_clause_that_tells_does_not_ask(clause: str) -> None:
    assert not asks_as_note(clause)


def test_shorthand_is_written_out_and_a_queried_disease_is_possible() -> None:
    assert unabbreviated("CKD4 rx ?PE") == "CKD 4 treatment possible PE"
