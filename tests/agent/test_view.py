from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.assistant import CASE, scripted_assistant

from bedside.agent import view
from bedside.agent.nodes import consult
from bedside.agent.state import State, Turn
from bedside.core.case import Case, Fact, Message
from bedside.core.settings import Bounds
from bedside.tools.notes.read import read_note


def test_the_time_of_a_turn_leaves_out_what_was_spent_on_downloading(monkeypatch: pytest.MonkeyPatch) -> None:
    state: State = {"turn": Turn(id="m1", started=time.time() - 80, question="q")}
    bounds = Bounds(seconds=90)
    assert view.seconds_left(state, bounds) == pytest.approx(10, abs=1)
    monkeypatch.setattr(view, "seconds_fetching", lambda since: 60.0)
    assert view.seconds_left(state, bounds) == pytest.approx(70, abs=1)


def _state(*texts: str, question: str) -> State:
    messages = tuple(Message(id=f"m{n}", role="user", text=text) for n, text in enumerate(texts, 1))
    facts = tuple(f for m in messages for f in read_note(m.text, m.id).facts)
    turn = Turn(id=messages[-1].id, started=time.time(), question=question)
    return {"case": Case(thread="t", messages=messages, facts=facts), "turn": turn}


def test_a_calculator_is_given_what_only_a_score_asks_for_with_its_span() -> None:
    state = _state("54-year-old woman. Calf tenderness, no cough.", "What is her Wells score?", question="Wells score?")
    given = {f.name: f for f in view.score_facts(state)}
    assert given["vein_tenderness"].span.text == "Calf tenderness"
    assert given["no_cough"].span.source == "m1" and given["age"].value == 54
    assert "vein_tenderness" not in {f.name for f in view.facts_now(state)}


def test_of_several_values_the_latest_counts_unless_admission_is_asked_for() -> None:
    text = "GCS 9. The next day GCS 14."
    for question, value in (("What is the SOFA?", 14), ("What was the SOFA on admission?", 9)):
        given = [f.value for f in view.score_facts(_state(text, question=question)) if f.name == "gcs"]
        assert given[-1] == value


def test_the_items_of_another_patient_are_not_given() -> None:
    state = _state("Calf tenderness.", "Another patient: 30-year-old man with fever.", question="Wells?")
    assert "vein_tenderness" not in {f.name for f in view.score_facts(state)}


def test_what_an_earlier_message_supposed_is_not_given() -> None:
    state = _state("A man with pain. And if he had calf tenderness?", "What is his Wells score?", question="Wells?")
    assert "vein_tenderness" not in {f.name for f in view.score_facts(state)}


def test_what_calculators_are_given_is_worked_out_once_a_turn_and_not_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out: list[str] = []

    def counted(state: State) -> tuple[Fact, ...]:
        worked_out.append(state["turn"].id)
        return view.score_facts(state)

    monkeypatch.setattr(consult, "score_facts", counted)
    assistant = scripted_assistant(tmp_path)
    assistant.ask("What is the first-line treatment of gout?", thread="general")
    assert worked_out == []
    answer = assistant.ask(f"{CASE} What are his qSOFA and his NEWS2?", thread="patient")
    scores = {e.source.id for e in answer.evidence.values() if e.source.type == "calculator"}
    assert {"curb65", "qsofa", "news2"} <= scores and worked_out == ["m1"]
