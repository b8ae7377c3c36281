from __future__ import annotations

from support.scripted import ScriptedChat, last_text
from support.told_cases import small_row

from bedside.evals.patients.contract import Said
from bedside.evals.patients.invented import invented, not_of_the_case
from bedside.evals.patients.model_patient import ModelPatient

CASE = small_row().case


def played(answer: str, guard: bool = True) -> ModelPatient:
    return ModelPatient(ScriptedChat(reply=lambda messages: answer), guard)


def test_an_answer_from_the_case_is_kept() -> None:
    reply = played("No, I have no diarrhoea.").reply(CASE, (), "Do you have diarrhoea?")
    assert (reply.text, reply.invented, reply.replaced) == ("No, I have no diarrhoea.", (), False)
    assert reply.used == ("f3",)


def test_an_invented_finding_is_put_aside_and_counted() -> None:
    reply = played("Yes, and I also have a fever.").reply(CASE, (), "Do you have diarrhoea?")
    assert reply.text == "I have no diarrhoea."
    assert reply.replaced
    assert "fever present" in reply.invented


def test_without_the_guard_it_is_said_and_counted() -> None:
    reply = played("I have a fever.", guard=False).reply(CASE, (), "Do you have diarrhoea?")
    assert (reply.text, reply.replaced) == ("I have a fever.", False)
    assert "fever present" in reply.invented


def test_a_bare_yes_is_an_answer_to_what_was_asked() -> None:
    assert invented(CASE, "Do you have diarrhoea?", "Yes.") == ("diarrhoea present",)
    assert invented(CASE, "Do you have diarrhoea?", "No.") == ()
    assert invented(CASE, "Do you have a headache?", "No.") == ("headache absent",)
    assert invented(CASE, "Do you have a headache?", "I don't know.") == ()


def test_the_model_is_told_the_facts_and_the_talk_and_never_what_is_right() -> None:
    model = ScriptedChat(reply=lambda messages: "I don't know.")
    said = (Said(speaker="doctor", text="Hello?"), Said(speaker="patient", text="Hello."))
    ModelPatient(model).reply(CASE, said, "What is my diagnosis?")
    messages = model.calls[-1].messages
    assert all(fact.text in messages[0].text for fact in CASE.facts)
    assert [m.text for m in messages[1:]] == ["Hello?", "Hello.", "What is my diagnosis?"]
    assert last_text(messages) == "What is my diagnosis?"
    assert "appendicitis" not in model.calls[-1].text.lower()


def test_what_is_no_fact_and_no_fixed_phrase_is_left_over() -> None:
    assert not_of_the_case(CASE, "He denies diarrhoea. I don't know.") == ""
    assert not_of_the_case(CASE, "He denies diarrhoea. I was in Peru.") == "I was in Peru"
