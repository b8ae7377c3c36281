from __future__ import annotations

import pytest

from bedside.agent.interview import words
from bedside.agent.interview.asking import question_about
from bedside.agent.interview.heard import Line, asked_in, hear
from bedside.agent.interview.parent import asked_of_parent, to_parent
from bedside.agent.interview.plain import plain_summary
from bedside.agent.interview.policy import next_move, opening_move
from bedside.agent.interview.suits import Person
from bedside.evals.tasks.differential import held_table
from bedside.knowledge.terms import findings


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Do you cough?", "Does your child cough?"),
        ("Have you had a fever?", "Has your child had a fever?"),
        ("Does your neck hurt?", "Does your child's neck hurt?"),
        ("Have you hit your head?", "Has your child hit their head?"),
        ("Does the chest pain get worse when you breathe in?", "Does the chest pain get worse when they breathe in?"),
        ("Does diarrhoea wake you at night?", "Does diarrhoea wake your child at night?"),
        ("Does the rash stay when you press a glass on it?", "Does the rash stay when you press a glass on it?"),
        ("Do you cough? Is your nose blocked?", "Does your child cough? Is your child's nose blocked?"),
        ("Did it start suddenly?", "Did it start suddenly?"),
        (
            "Is it hard to climb stairs or comb your hair?",
            "Is it hard for your child to climb stairs or comb their hair?",
        ),
        (
            "Has anyone hurt you, or are you afraid of someone?",
            "Has anyone hurt your child, or are they afraid of someone?",
        ),
        ("Do you have an infection, as far as you know?", "Does your child have an infection, as far as you know?"),
        (words.COMPLAINT, "What brings your child here today, and when did it start?"),
        (words.SYMPTOMS, words.SYMPTOMS),
    ],
)
def test_a_question_is_put_to_the_parent(asked: str, said: str) -> None:
    assert asked_of_parent(asked) == said
    assert to_parent(asked, Person(4.0, "male")) == said
    assert to_parent(asked, Person(12.0, "male")) == asked
    assert to_parent(asked, Person(None, "")) == asked


def test_every_question_is_known_again_in_either_form() -> None:
    for row in findings().values():
        if question := question_about(row):
            assert row.name in asked_in(question)
            assert row.name in asked_in(asked_of_parent(question))


def test_no_question_says_them_where_it_means_they() -> None:
    said = [asked_of_parent(q) for row in findings().values() if (q := question_about(row))]
    wrong = ("them are", "them were", "them have", "them had", "them would", "them still", "your child are", "they is")
    assert [text for text in said if any(words in text for words in wrong)] == []


def test_a_parent_is_asked_of_the_child_until_the_end() -> None:
    lines: list[Line] = [Line(by="told", text="A 3-year-old boy with cough and fever for 2 days.")]
    asked: list[str] = []
    for left in range(12, 0, -1):
        move = next_move(hear(held_table(), tuple(lines)), left)
        if move.kind == "conclude":
            break
        asked += [move.text] if move.kind == "ask" else []
        lines += [Line(by="us", text=move.text), Line(by="patient" if move.kind == "ask" else "result", text="No.")]
    assert len(asked) == len(set(asked)) >= 4
    assert any("your child" in text for text in asked)
    assert not any("Do you cough" in text or "Have you had" in text for text in asked)
    heard = hear(held_table(), tuple(lines))
    plain = plain_summary(heard, (), guided=False)
    assert "see your child" in plain
    assert "if your child gets worse" in plain


def test_the_openers_alone_are_put_to_the_parent_too() -> None:
    told = Line(by="told", text="A 3-year-old boy with a fever.")
    move = opening_move(hear(held_table(), (told,)))
    assert move is not None
    assert move.text.endswith(asked_of_parent(words.COMPLAINT))
    assert "your child" in move.text
