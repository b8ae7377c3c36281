"""What the interview does next."""

from __future__ import annotations

import pytest

from bedside.agent.interview.emergencies import would_settle
from bedside.agent.interview.heard import Line, asked_in, hear, ordered_in
from bedside.agent.interview.policy import ORDERED_AT_ONCE, Move, next_move
from bedside.agent.interview.words import EXAMINE, ROUTINE
from bedside.knowledge.diseases import diseases
from bedside.tools.differential.table import Table
from bedside.tools.redflags.engine import rules


@pytest.fixture(scope="module")
def table() -> Table:
    return Table(diseases())


def _us(text: str) -> Line:
    return Line(by="us", text=text)


def _talk(table: Table, told: str, turns: int = 20, patient: str = "I don't know.") -> list[Move]:
    """All moves of an interview in which the patient tells one thing and then knows nothing."""
    lines = [Line(by="told", text="See the patient.")]
    moves = []
    for left in range(turns, -1, -1):
        move = next_move(hear(table, tuple(lines)), left)
        moves.append(move)
        if move.kind == "conclude":
            break
        answer = told if len(moves) == 1 else patient if move.kind == "ask" else "There is no result for that."
        lines += [_us(move.text), Line(by="patient" if move.kind == "ask" else "result", text=answer)]
    return moves


TOLD = (
    "I am a 45-year-old man. I have had chest pain since this morning, and I feel sick.",
    "I am a 30-year-old woman. My head aches and light hurts my eyes.",
    "My daughter is 3 years old. She has had a fever and a cough for two days.",
    "I feel tired.",
    "I am 70. My left leg is swollen and hurts.",
)


def test_the_age_is_asked_in_the_first_turn_where_it_is_not_told(table: Table) -> None:
    told = hear(table, (Line(by="told", text="See a 40-year-old woman with a cough."),))
    assert "how old are you" in next_move(hear(table, ()), 20).text
    assert "how old are you" not in next_move(told, 20).text


def test_a_sex_that_is_not_known_is_asked(table: Table) -> None:
    texts = [m.text for m in _talk(table, TOLD[3])]
    assert "Are you male or female?" in texts
    assert "Are you male or female?" not in [m.text for m in _talk(table, TOLD[0])]


def test_a_child_is_not_asked_about_work_and_smoking(table: Table) -> None:
    texts = " ".join(m.text for m in _talk(table, TOLD[2]))
    assert "smoke" not in texts
    assert "ill at home or at school" in texts


@pytest.mark.parametrize("told", TOLD)
def test_nothing_is_put_twice_and_a_turn_holds_one_or_two_questions(table: Table, told: str) -> None:
    moves = _talk(table, told)
    questions = [q for m in moves if m.kind == "ask" for q in m.text.split("?") if q.strip()]
    tests = [t for m in moves if m.kind == "test" for t in ordered_in(m.text)]
    assert len(questions) == len(set(questions))
    assert len(tests) == len(set(tests))
    assert all(m.text.count("?") <= 2 for m in moves if m.kind == "ask")
    assert all(m.text.count(";") <= max(ORDERED_AT_ONCE, 5) for m in moves if m.kind == "test")
    assert moves[-1].kind == "conclude"


@pytest.mark.parametrize("told", TOLD)
def test_it_stops_when_nothing_is_gained_and_says_why(table: Table, told: str) -> None:
    moves = _talk(table, told, turns=40)
    assert len(moves) < 25
    assert moves[-1].why


def test_no_turns_left_is_the_end(table: Table) -> None:
    assert next_move(hear(table, (Line(by="told", text=TOLD[0]),)), 0).kind == "conclude"


def test_what_would_make_an_emergency_is_asked_first(table: Table) -> None:
    lines = (Line(by="told", text="I am a 45-year-old man. I have had chest pain since this morning."),)
    heard = hear(table, lines)
    settles = would_settle(heard.facts, {f.name for f in heard.facts})
    assert settles
    opened = [_us(m.text) for m in _talk(table, TOLD[0])[:4]]
    asked = next_move(hear(table, (*lines, *opened)), 10)
    assert asked.kind == "ask"
    assert asked.why == "it would settle a possible emergency"
    assert asked_in(asked.text) & settles.keys()


def test_what_is_known_settles_no_emergency(table: Table) -> None:
    heard = hear(table, (Line(by="told", text="I am a 45-year-old man with chest pain."),))
    every = would_settle(heard.facts, ())
    assert would_settle(heard.facts, every) == {}
    assert would_settle((), ()) == {}


def test_what_a_raised_flag_silences_is_not_asked_for(table: Table) -> None:
    told = "72-year-old man with urosepsis, T 38.9, RR 26, BP 92/50, muddled."
    heard = hear(table, (Line(by="told", text=told),))
    raised = {flag.id for flag in heard.flags}
    silenced = {rule.id for rule in rules() if not raised.isdisjoint(rule.unless)}
    assert silenced
    assert not [ids for ids in would_settle(heard.facts).values() if not silenced.isdisjoint(ids)]


def test_a_request_is_known_again_by_its_names() -> None:
    assert ordered_in(f"{ROUTINE}; troponin; ECG") == {"routine blood tests", "troponin", "ecg"}
    assert ordered_in("Do you smoke?") == frozenset()
    assert ordered_in(EXAMINE) == {"vital signs", "physical examination"}


def test_answers_that_tell_nothing_new_are_counted(table: Table) -> None:
    lines = [Line(by="patient", text="I have a cough."), Line(by="patient", text="I don't know.")]
    assert hear(table, tuple(lines)).barren == {"patient": 1, "result": 0}
    assert hear(table, (*lines, Line(by="patient", text="And I have a fever."))).barren["patient"] == 0
