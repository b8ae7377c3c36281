"""The core model reads inputs for a calculator that the rules did not find, and code decides what of it counts."""

from __future__ import annotations

import pytest
from support.assistant import obliging, scripted_assistant
from support.scripted import ScriptedChat

from bedside.agent.fill_in import Told, borne_out, fill_in, missing
from bedside.core.case import FactStatus
from bedside.core.settings import CoreModelSettings, Settings
from bedside.tools.calculator import Calculator
from bedside.tools.calculator_inputs import read_inputs
from bedside.tools.notes.read import read_facts
from bedside.tools.registry import Toolbox

NOTE = (
    "A 71-year-old woman with atrial fibrillation and hypertension whose heart\nhas pumped weakly for years. The "
    "little clotting cells were at 88 x 10^9/L; potassium 3.9 mmol/L. She never had a blockage of a leg artery. Her "
    "mother had a stroke; possible diabetes."
)
NOTES = (("m1", NOTE),)
KNOWN = read_facts(NOTE, "m1")


def _spec(tool: str, name: str):
    calculator = Toolbox(Settings()).get(tool)
    assert isinstance(calculator, Calculator)
    return next(s for s in calculator.inputs if s.name == name)


def _read(tool: str, item: str, quote: str, value: str):
    return borne_out(_spec(tool, item), Told(quote=quote, item=item, value=value), NOTES, KNOWN)


def test_a_finding_keeps_the_words_it_was_read_from():
    fact = _read("cha2ds2_vasc", "heart_failure", "heart has pumped weakly", "Yes")
    assert fact is not None and fact.status is FactStatus.PRESENT
    assert NOTE[fact.span.start : fact.span.end] == fact.span.text == "heart\nhas pumped weakly"
    absent = _read("cha2ds2_vasc", "vascular_disease", "never had a blockage of a leg artery", "no")
    assert absent is not None and absent.status is FactStatus.ABSENT


def test_a_number_is_read_with_its_unit():
    fact = _read("fib4", "platelets", "clotting cells were at 88 x 10^9/L", "88 x 10^9/L")
    assert fact is not None and (fact.value, fact.unit) == (88, _spec("fib4", "platelets").unit)


@pytest.mark.parametrize(
    ("tool", "item", "quote", "value"),
    [
        ("cha2ds2_vasc", "heart_failure", "ejection fraction of 20 %", "yes"),  # not in the note
        ("cha2ds2_vasc", "heart_failure", "", "yes"),
        ("cha2ds2_vasc", "heart_failure", "heart has pumped weakly", "no"),  # denied nowhere
        ("cha2ds2_vasc", "heart_failure", "heart has pumped weakly", "perhaps"),
        ("cha2ds2_vasc", "vascular_disease", "never had a blockage of a leg artery", "yes"),  # it is denied
        ("cha2ds2_vasc", "stroke_tia", "Her mother had a stroke", "yes"),  # the family
        ("cha2ds2_vasc", "diabetes", "possible diabetes", "yes"),  # not certain
        ("fib4", "platelets", "potassium 3.9 mmol/L", "3.9 mmol/L"),  # another quantity, and no such unit
        ("fib4", "platelets", "clotting cells were at 88 x 10^9/L", "86 x 10^9/L"),  # not the number there
        ("fib4", "ast", "potassium 3.9 mmol/L", "3.9"),  # the rules read that number as something else
        ("fib4", "ast", "clotting cells were", "many"),
    ],
)
def test_what_the_note_does_not_bear_out_is_not_taken(tool, item, quote, value):
    assert _read(tool, item, quote, value) is None


def test_only_missing_inputs_are_asked_for_and_nothing_is_asked_of_no_note():
    calculator = Toolbox(Settings()).get("cha2ds2_vasc")
    assert isinstance(calculator, Calculator)
    specs = missing(calculator.inputs, read_inputs(calculator.inputs, KNOWN))
    assert {s.name for s in specs} & {"age", "sex", "hypertension"} == set()
    model = ScriptedChat(reply=lambda messages: {"found": []})
    assert fill_in(model, "scripted", specs, NOTES, KNOWN) == ()
    (call,) = model.calls
    assert "heart_failure" in call.messages[-1].text and "hypertension:" not in call.messages[-1].text
    items = call.options["response_format"]["json_schema"]["schema"]["$defs"]["Reading"]["properties"]["item"]
    assert set(items["enum"]) == {s.name for s in specs}
    assert fill_in(model, "scripted", specs, (), KNOWN) == fill_in(model, "scripted", (), NOTES, KNOWN) == ()
    assert len(model.calls) == 1


def _filling(messages):
    if "You read a patient's note for a calculator" not in messages[0].text:
        return obliging(messages)
    return {"found": [{"quote": "heart\nhas pumped weakly", "item": "heart_failure", "value": "yes"}]}


def _score(answer):
    return next(e for e in answer.evidence.values() if e.source.id == "cha2ds2_vasc" and not e.source.section)


def test_an_answer_shows_what_the_model_read_and_from_which_words(tmp_path):
    question = f"{NOTE} What is her CHA2DS2-VASc score?"
    rules = _score(scripted_assistant(tmp_path / "a", _filling).ask(question))
    filled = scripted_assistant(tmp_path / "b", _filling, model=CoreModelSettings(fills_in=True)).ask(question)
    assert "heart_failure" not in {i.name for i in rules.inputs if i.value}
    (given,) = (i for i in _score(filled).inputs if i.name == "heart_failure")
    assert given.value == "present" and given.note == "read by scripted: check it"
    assert given.span is not None and given.span.text == "heart\nhas pumped weakly"
    assert not filled.removed


def test_a_model_that_answers_prose_is_named_and_the_rules_stand(tmp_path):
    def prose(messages):
        return "I would say four." if "for a calculator" in messages[0].text else obliging(messages)

    asked = scripted_assistant(tmp_path, prose, model=CoreModelSettings(fills_in=True))
    answer = asked.ask(f"{NOTE} What is her CHA2DS2-VASc score?")
    assert _score(answer)
    assert any(r.subject.startswith("The core model's part in reading for") for r in answer.refusals)
