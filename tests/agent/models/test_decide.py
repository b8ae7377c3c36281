from __future__ import annotations

from typing import Literal

import pytest
from langchain_core.messages import HumanMessage
from pydantic import BaseModel, Field
from support.scripted import Odds, ScriptedChat

from bedside.agent.models import choose, choose_in_orders, decide
from bedside.agent.models.decide import json_schema
from bedside.core.errors import ModelOutputError


class Plan(BaseModel):
    tools: list[Literal["curb65", "qsofa"]]
    why: str = Field(default="", description="one sentence")


@pytest.mark.parametrize(
    "reply",
    [
        {"tools": ["curb65"], "why": "x"},
        '```json\n{"tools": ["curb65"], "why": "x"}\n```',
        'Here it is: {"tools": ["curb65"], "why": "x"}',
    ],
)
def test_an_answer_that_fits_the_schema_is_taken_with_or_without_a_fence(reply: object) -> None:
    model = ScriptedChat(reply=lambda messages: reply)
    assert decide(model, "Which tools?", Plan) == Plan(tools=["curb65"], why="x")
    assert len(model.calls) == 1


def test_the_schema_travels_as_response_format_closed_and_all_required() -> None:
    model = ScriptedChat(reply=lambda messages: {"tools": [], "why": ""})
    decide(model, [HumanMessage(content="?")], Plan, max_tokens=33)
    options = model.calls[0].options
    schema = options["response_format"]["json_schema"]["schema"]
    assert options["max_tokens"] == 33
    assert (schema["required"], schema["additionalProperties"]) == (["tools", "why"], False)
    assert "default" not in str(schema)


def test_a_wrong_answer_is_corrected_once_with_its_error() -> None:
    replies = iter([{"tools": ["ct_scan"]}, {"tools": ["qsofa"]}])
    model = ScriptedChat(reply=lambda messages: next(replies))
    assert decide(model, "?", Plan).tools == ["qsofa"]
    assert "tools.0" in model.calls[1].text


@pytest.mark.parametrize(("retries", "calls"), [(0, 1), (1, 2), (9, 2)])
@pytest.mark.parametrize("reply", ["no JSON", "", {"tools": "curb65"}, '{"tools": ["curb65"'])
def test_an_answer_that_never_fits_is_an_error_after_at_most_one_retry(reply: object, retries: int, calls: int) -> None:
    model = ScriptedChat(reply=lambda messages: reply)
    with pytest.raises(ModelOutputError) as error:
        decide(model, "?", Plan, retries=retries)
    assert len(model.calls) == calls
    assert error.value.code == "BED-MODEL-002"


def test_options_are_weighed_by_their_log_probability_and_sum_to_one() -> None:
    choice = choose(ScriptedChat(reply=lambda m: Odds({" A": 0.3, "A": 0.1, "B": 0.1, "Hello": 0.5})), "?", ("A", "B"))
    assert choice.probabilities == pytest.approx({"A": 0.8, "B": 0.2})
    assert (choice.best, choice.from_logprobs) == ("A", True)


@pytest.mark.parametrize("logprobs", [False, True])
def test_without_usable_log_probabilities_a_schema_decides_and_says_so(logprobs: bool) -> None:
    def reply(messages: object) -> object:
        return {"option": "B"} if "response_format" in model.calls[-1].options else Odds(Hello=1.0)

    model = ScriptedChat(reply=reply, logprobs=logprobs)
    choice = choose(model, "?", ("A", "B"))
    assert (choice.probabilities, choice.from_logprobs) == ({"A": 0.0, "B": 1.0}, False)


@pytest.mark.parametrize("reply", ["nothing", {"option": "Z"}, {"other": "A"}])
def test_a_model_that_picks_none_of_the_options_is_an_error(reply: object) -> None:
    with pytest.raises(ModelOutputError, match="picked none"):
        choose(ScriptedChat(reply=lambda m: reply, logprobs=False), "?")


def test_a_nested_schema_is_closed_at_every_depth() -> None:
    class Outer(BaseModel):
        inner: Plan

    schema = json_schema(Outer)["json_schema"]["schema"]
    assert schema["$defs"]["Plan"]["additionalProperties"] is False


OPTIONS = (("A", "gout"), ("B", "septic arthritis"), ("C", "rheumatoid arthritis"), ("D", "a sprain"))


def _asked(listed: str) -> str:
    return f"Which is it?\n{listed}"


def test_a_model_that_likes_a_letter_chooses_nothing_by_it_in_as_many_orders_as_options() -> None:
    model = ScriptedChat(reply=lambda messages: Odds(A=0.1, B=0.7, C=0.1, D=0.1))
    found = choose_in_orders(model, _asked, OPTIONS, orders=4)
    assert found.probabilities == pytest.approx(dict.fromkeys("ABCD", 0.25))
    assert {call.text.split("B. ")[1].split("\n")[0] for call in model.calls} == {text for _, text in OPTIONS}


def test_a_model_that_knows_is_followed_wherever_the_right_text_stands() -> None:
    def knows(messages: object) -> Odds:
        text = model.calls[-1].text
        right = text.split(". septic")[0][-1]
        return Odds({letter: 0.5 if letter == right else 0.4 if letter == "A" else 0.05 for letter in "ABCD"})

    model = ScriptedChat(reply=knows)
    found = choose_in_orders(model, _asked, OPTIONS)
    assert found.best == "B" and found.from_logprobs and sum(found.probabilities.values()) == pytest.approx(1)
    first, second = (call.text for call in model.calls)
    assert "A. gout" in first and "A. rheumatoid arthritis" in second and "C. gout" in second


def test_orders_of_two_options_are_two_and_a_server_without_probabilities_still_picks() -> None:
    model = ScriptedChat(reply=lambda messages: {"option": "A"}, logprobs=False)
    found = choose_in_orders(model, _asked, OPTIONS[:2], orders=4)
    assert found.probabilities == pytest.approx({"A": 0.5, "B": 0.5}) and not found.from_logprobs
