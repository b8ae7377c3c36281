"""An interview from Python: start, answer, next, conclude."""

from __future__ import annotations

import pytest
from support.assistant import obliging
from support.scripted import ScriptedChat

from bedside.agent.interview.session import Interview
from bedside.api import Assistant
from bedside.core.errors import QuestionError
from bedside.core.settings import Settings


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    home = tmp_path_factory.mktemp("home")
    return Assistant(Settings(home=home), model=ScriptedChat(reply=obliging))


def test_an_interview_asks_hears_and_concludes(assistant: Assistant) -> None:
    talk = assistant.interview(turns=6)
    move = talk.start("58-year-old man")
    assert move.kind == "ask"
    assert talk.next() == move
    while move.kind != "conclude":
        move = talk.answer("I have crushing chest pain and I am sweating." if move.kind == "ask" else "BP 90/60.")
    assert [f.id for f in talk.flags]
    assert sum(line.by == "us" for line in talk.lines) <= 6
    assert talk.conclude().ranked


def test_red_flags_are_known_as_soon_as_they_are_told(assistant: Assistant) -> None:
    talk = assistant.interview()
    talk.start("58-year-old man")
    assert talk.flags == ()
    talk.answer("Crushing chest pain, and I am sweating.")
    assert talk.flags


def test_it_may_conclude_at_any_time_and_starts_anew(assistant: Assistant) -> None:
    talk = assistant.interview()
    first = talk.start("25-year-old woman with a cough")
    talk.answer("And I have a fever.")
    talk.conclude()
    assert talk.start("25-year-old woman with a cough") == first
    assert len(talk.lines) == 2


@pytest.mark.parametrize("begun", [False, True])
def test_an_answer_without_a_question_or_without_words_is_refused(assistant: Assistant, begun: bool) -> None:
    talk: Interview = assistant.interview()
    if begun:
        talk.start()
    with pytest.raises(QuestionError) as refused:
        talk.answer("  " if begun else "Yes.")
    assert refused.value.code == "BED-ASK-008"
