"""The core model alone: it is asked what Bedside is asked, and its decisions are no probabilities."""

from __future__ import annotations

from support.scripted import ScriptedChat

from bedside.agent.interview.answering import Support, choose_option
from bedside.evals.doctors.model_doctor import ModelDoctor
from bedside.evals.patients.actions import Ask, Choose, RequestImage, Write
from bedside.evals.patients.case import Option
from bedside.evals.patients.contract import Said, View

OPTIONS = (Option(letter="A", text="Gout"), Option(letter="B", text="Septic arthritis"))
CHOICE = View(task="choose", context="A man of 60 has a hot knee.", question="What is it?", options=OPTIONS)


def test_a_text_is_written_from_the_question_and_its_context() -> None:
    model = ScriptedChat(reply=lambda messages: "Gout of the knee.")
    view = View(task="write", context="A man of 60 has a hot knee.", question="Write the assessment.")
    assert ModelDoctor(model).act(view).action == Write(text="Gout of the knee.")
    asked = model.calls[-1].messages[-1].text
    assert asked.index("hot knee") < asked.index("Write the assessment.")


def test_a_question_without_a_dialogue_is_put_as_bedside_puts_it() -> None:
    alone, whole = (ScriptedChat(reply=lambda messages: {"option": "B"}, logprobs=False) for _ in range(2))
    ModelDoctor(alone).act(CHOICE)
    choose_option(whole, CHOICE.told, Support(), CHOICE.question, tuple((o.letter, o.text) for o in OPTIONS))
    assert [c.messages for c in alone.calls] == [c.messages for c in whole.calls]


def test_a_letter_without_log_probabilities_has_no_confidence() -> None:
    action = ModelDoctor(ScriptedChat(reply=lambda messages: {"option": "B"}, logprobs=False)).act(CHOICE).action
    assert isinstance(action, Choose)
    assert action.confidence is None


def test_what_is_asked_in_the_end_is_known_from_the_start() -> None:
    model = ScriptedChat(reply=lambda messages: "Is the knee red?")
    view = CHOICE.model_copy(update={"turns_left": 3})
    assert ModelDoctor(model).act(view).action == Ask(text="Is the knee red?")
    rules = model.calls[-1].messages[0].text
    assert "What is it? One of: Gout; Septic arthritis." in rules
    again = view.model_copy(update={"said": (Said(speaker="patient", text="Yes."),), "turns_left": 2})
    ModelDoctor(model).act(again)
    assert model.calls[-1].messages[0].text == rules.replace("3 turns", "2 turns")


def _opened(paths: tuple[str, ...]) -> tuple[tuple[int, bytes], ...]:
    return tuple((place, path.encode()) for place, path in enumerate(paths, 1) if path != "broken")


def _pictures(messages: object) -> list[int]:
    """How many pictures each message has."""
    return [
        sum(block.get("type") == "image_url" for block in m.content) if isinstance(m.content, list) else 0
        for m in messages  # type: ignore[attr-defined]
    ]


def test_a_model_that_sees_is_shown_each_picture_where_it_was_given() -> None:
    model = ScriptedChat(reply=lambda messages: "Does it itch?", sees=True)
    said = (
        Said(speaker="doctor", text="Show it.", action=RequestImage(name="the hand")),
        Said(speaker="measurement", text="Here is the hand.", pictures=("hand.png",)),
    )
    # The hand is asked for again, and what cannot be shown keeps its place.
    view = View(said=(*said, *said), given=("broken", "first.png"), turns_left=3)
    step = ModelDoctor(model, show=_opened).act(view)
    messages = model.calls[-1].messages
    assert _pictures(messages) == [0, 1, 0, 1, 0, 0]
    assert "Image 2:" in messages[1].text and "Image 3:" in messages[3].text
    assert messages[3].text.endswith("Here is the hand.")
    assert step.looked == 2


def test_a_question_on_a_picture_without_a_dialogue_is_put_with_it() -> None:
    model = ScriptedChat(reply=lambda messages: {"option": "B"}, logprobs=False, sees=True)
    view = CHOICE.model_copy(update={"given": ("knee.png",)})
    assert ModelDoctor(model, show=_opened).act(view).looked == 1
    assert _pictures(model.calls[-1].messages) == [0, 1]
    assert "knee.png" not in model.calls[-1].text


def test_a_model_that_is_shown_nothing_says_so() -> None:
    model = ScriptedChat(reply=lambda messages: {"option": "B"}, logprobs=False)
    assert ModelDoctor(model).act(CHOICE.model_copy(update={"given": ("knee.png",)})).looked == 0
