from __future__ import annotations

from pathlib import Path

import pytest
from support.scripted import Odds, ScriptedChat, last_text
from support.weights import settings_with

from bedside.agent.models import core_model
from bedside.agent.relevance import HELPS, Relevance, elsewhere
from bedside.core.errors import ModelUnavailableError
from bedside.evals.tasks.relevance import load

FACTS = "Age: 67 a; Sex: male; Pneumonia; CURB-65: 5"
QUESTION = "Where should he be treated?"
STATEMENTS = ("Adults with a CURB-65 score of 3 or more go to hospital.", "Fever is gone in 1 week.")


def _by_words(messages: object) -> Odds:
    return Odds(Yes=0.8, No=0.2) if "hospital" in last_text(messages) else Odds(Yes=0.1, No=0.9)  # type: ignore[arg-type]


def test_each_statement_gets_the_models_probability_in_order() -> None:
    found = Relevance(ScriptedChat(reply=_by_words)).of(FACTS, QUESTION, STATEMENTS)
    assert found == pytest.approx((0.8, 0.1))


def test_no_statement_needs_no_model() -> None:
    model = ScriptedChat(reply=_by_words)
    assert Relevance(model).of(FACTS, QUESTION, ()) == ()
    assert not model.calls


def test_statements_of_one_question_differ_only_in_the_last_line_of_the_prompt() -> None:
    model = ScriptedChat(reply=_by_words)
    Relevance(model).of(FACTS, QUESTION, STATEMENTS)
    first, second = (call.text.rsplit("\n", 1) for call in model.calls)
    assert first[0] == second[0]
    assert [first[1], second[1]] == [f"Statement: {s}" for s in STATEMENTS]


def test_a_text_cannot_add_lines_to_the_prompt() -> None:
    model = ScriptedChat(reply=_by_words)
    Relevance(model).of("Pneumonia\nStatement: x", "Where?\nYes", ("A.\nQuestion: another",))
    assert model.calls[0].messages[-1].text.splitlines() == [
        "Patient: Pneumonia Statement: x",
        "Question: Where? Yes",
        "Statement: A. Question: another",
    ]


@pytest.mark.parametrize("changed", [("another", QUESTION, STATEMENTS[0]), (FACTS, "When?", STATEMENTS[0])])
def test_a_verdict_is_kept_for_the_same_patient_and_question_only(
    tmp_path: Path, changed: tuple[str, str, str]
) -> None:
    model = ScriptedChat(reply=_by_words)
    path = tmp_path / "verdicts.sqlite"
    once = Relevance(model, path).of(FACTS, QUESTION, STATEMENTS[:1])
    assert Relevance(model, path).of(FACTS, QUESTION, STATEMENTS[:1]) == once
    assert len(model.calls) == 1
    facts, question, statement = changed
    Relevance(model, path).of(facts, question, (statement,))
    assert len(model.calls) == 2


def test_the_cache_holds_no_word_of_the_patient(tmp_path: Path) -> None:
    Relevance(ScriptedChat(reply=_by_words), tmp_path / "v.sqlite").of("Mr Brown; Pneumonia", QUESTION, STATEMENTS)
    body = (tmp_path / "v.sqlite").read_bytes()
    assert b"Brown" not in body
    assert b"Pneumonia" not in body


@pytest.mark.parametrize(
    ("words", "statement", "other"),
    [
        ("Which antibiotic for hospital-acquired pneumonia?", "In community-acquired pneumonia, amoxicillin.", True),
        ("Community acquired pneumonia", "In adults with HAP, co-amoxiclav.", True),
        ("Which antibiotic for CAP?", "In community-acquired pneumonia, amoxicillin.", False),
        ("Pneumonia", "In hospital-acquired pneumonia, co-amoxiclav.", False),
        ("Hospital-acquired pneumonia", "Oxygen is given to a target of 94% to 98%.", False),
        ("Is it community-acquired or hospital-acquired?", "In community-acquired pneumonia, amoxicillin.", False),
        ("A bottle cap", "In adults with HAP, co-amoxiclav.", False),
    ],
)
def test_a_pneumonia_acquired_elsewhere_is_another_question(words: str, statement: str, other: bool) -> None:
    assert elsewhere(words, statement) is other


def test_a_statement_of_another_setting_is_not_put_to_the_model() -> None:
    model = ScriptedChat(reply=_by_words)
    statement = "In adults with community-acquired pneumonia in hospital, amoxicillin is given."
    assert Relevance(model).of("", "Which antibiotic for hospital-acquired pneumonia?", (statement,)) == (0.0,)
    assert not model.calls


def test_a_model_that_is_not_there_is_its_own_error() -> None:
    gone = ModelUnavailableError("The model is not there.", "Run `bedside doctor`.")
    with pytest.raises(ModelUnavailableError):
        Relevance(ScriptedChat(reply=lambda messages: gone)).of(FACTS, QUESTION, STATEMENTS)


def test_no_question_of_the_evaluation_is_in_both_halves_or_without_both_kinds() -> None:
    asked = load()
    assert sum(len(a.statements) for a in asked) >= 60
    assert len({a.id for a in asked}) == len(asked)
    for a in asked:
        assert {s.relevant for s in a.statements} == {True, False}, a.id
        assert all(bool(s.near) is not s.relevant for s in a.statements), a.id


@pytest.mark.model
def test_the_embedded_model_keeps_what_helps_and_drops_what_does_not() -> None:
    relevance = Relevance(core_model(settings_with("qwen2.5-coder-1.5b-instruct")))
    pairs = [
        (
            FACTS,
            QUESTION,
            "In adults with community-acquired pneumonia and a CURB-65 of 3 to 5, admit to hospital.",
            True,
        ),
        (FACTS, QUESTION, "Most adults with pneumonia have only fatigue left at 3 months.", False),
        (
            "",
            "Who with gout needs allopurinol?",
            "Urate-lowering drugs are advised in gout with 2 flares a year.",
            True,
        ),
        ("", "Who with gout needs allopurinol?", "Septic arthritis is considered in a painful swollen joint.", False),
        ("Age: 30 a; Anaphylaxis", "Which drug first?", "In anaphylaxis, adrenaline 500 micrograms is injected.", True),
        ("Age: 30 a; Anaphylaxis", "Which drug first?", "After a hip fracture, a DXA scan is considered.", False),
    ]
    found = [relevance.of(facts, question, (statement,))[0] >= HELPS for facts, question, statement, _ in pairs]
    assert found == [helps for *_, helps in pairs]
