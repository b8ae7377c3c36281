from __future__ import annotations

import threading
import time
from typing import Literal

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from pydantic import BaseModel
from support.weights import settings_with

from bedside.agent.models import choose, core_model, decide
from bedside.core.errors import ModelOutputError, ModelUnavailableError
from bedside.core.settings import CoreModelSettings, Settings

pytestmark = pytest.mark.model
RECORD = "67-year-old man, fever, productive cough, new confusion, respiratory rate 32, urea 9.1 mmol/L. "


class Inputs(BaseModel):
    age: int
    confusion: bool
    respiratory_rate: int
    urea: float
    sex: Literal["male", "female"]


@pytest.fixture(scope="module")
def settings() -> Settings:
    return settings_with("qwen2.5-coder-1.5b-instruct")


@pytest.fixture(scope="module")
def model(settings: Settings) -> BaseChatModel:
    return core_model(settings)


def test_a_schema_is_filled_from_the_text(model: BaseChatModel) -> None:
    found = decide(model, f"Read the values from this record.\n{RECORD}", Inputs, max_tokens=120)
    assert found == Inputs(age=67, confusion=True, respiratory_rate=32, urea=9.1, sex="male")


def test_options_get_log_probabilities(model: BaseChatModel) -> None:
    choice = choose(model, "Which is a drug? A: aspirin. B: a chair. Answer with one letter.", ("A", "B"))
    assert choice.from_logprobs
    assert choice.best == "A"
    assert sum(choice.probabilities.values()) == pytest.approx(1)


def test_a_second_turn_evaluates_only_what_is_new_even_after_another_thread_spoke(model: BaseChatModel) -> None:
    first = [SystemMessage(content="Answer in one word."), HumanMessage(content=RECORD * 4 + "Is he ill?")]
    answer = model.invoke(first, max_tokens=4)
    model.invoke("An unrelated question about roses and gardens. " * 20, max_tokens=2)
    second = [*first, AIMessage(content=answer.text), HumanMessage(content="And if he is 45?")]
    again = model.invoke(second, max_tokens=4)
    timings = again.response_metadata["timings"]
    assert again.usage_metadata is not None
    assert timings["prompt_n"] < 40
    assert again.usage_metadata["input_token_details"]["cache_read"] > 100


def test_the_same_question_gets_the_same_answer(model: BaseChatModel) -> None:
    assert len({model.invoke("Name three symptoms of asthma.", max_tokens=16).text for _ in range(2)}) == 1


def test_tokens_stream_as_they_are_made_and_closing_stops_the_model(model: BaseChatModel) -> None:
    stream = model.stream("Count from 1 to 200.", max_tokens=300)
    arrived = [(next(stream).text, time.monotonic()) for _ in range(5)]
    stream.close()
    assert "".join(text for text, _ in arrived).strip()
    assert arrived[-1][1] > arrived[0][1]
    started = time.monotonic()
    model.invoke("Say hi.", max_tokens=1)
    assert time.monotonic() - started < 10


def test_a_stop_string_ends_the_answer_and_usage_is_counted(model: BaseChatModel) -> None:
    answer = model.invoke("Continue: 1, 2, 3, 4, 5,", stop=["8"], max_tokens=30)
    assert "8" not in answer.text
    assert answer.response_metadata["finish_reason"] == "stop"
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["output_tokens"] > 0


def test_two_threads_wait_their_turn_and_both_get_their_answer(model: BaseChatModel) -> None:
    texts: dict[str, str] = {}

    def ask(word: str) -> None:
        texts[word] = model.invoke(f"Repeat exactly this one word: {word}", max_tokens=6).text

    threads = [threading.Thread(target=ask, args=(word,)) for word in ("lung", "heart")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert {word: word in texts[word].lower() for word in texts} == {"lung": True, "heart": True}


def test_a_prompt_longer_than_the_context_is_one_clear_error(model: BaseChatModel) -> None:
    with pytest.raises(ModelOutputError) as error:
        model.invoke("word " * 6000)
    assert error.value.code == "BED-MODEL-005"


def test_a_call_that_takes_too_long_is_given_up_and_the_next_one_works(settings: Settings) -> None:
    hurried = settings.model_copy(update={"model": settings.model.model_copy(update={"timeout": 0.3})})
    with pytest.raises(ModelUnavailableError) as error:
        core_model(hurried).invoke("Write a long story about a lighthouse.", max_tokens=400)
    assert error.value.code == "BED-MODEL-003"
    assert core_model(settings).invoke("Say hi.", max_tokens=2).text


def test_the_same_questions_through_its_own_http_server(model: BaseChatModel, settings: Settings) -> None:
    engine = model.engine  # type: ignore[attr-defined]
    served = CoreModelSettings(
        backend="openai", name="qwen", base_url=f"{engine.address}/v1", api_key=engine.api_key, timeout=120
    )
    remote = core_model(settings.model_copy(update={"model": served}))
    prompt = f"Read the values from this record.\n{RECORD}"
    assert decide(remote, prompt, Inputs, max_tokens=120) == decide(model, prompt, Inputs, max_tokens=120)
    question = "Which is a drug? A: aspirin. B: a chair. Answer with one letter."
    there, here = choose(remote, question, ("A", "B")), choose(model, question, ("A", "B"))
    assert there.from_logprobs
    assert there.probabilities["A"] == pytest.approx(here.probabilities["A"], abs=0.05)
    assert "".join(chunk.text for chunk in remote.stream("Say hi.", max_tokens=4))


def test_its_http_server_asks_for_a_key(model: BaseChatModel, settings: Settings) -> None:
    served = CoreModelSettings(
        backend="openai", name="qwen", base_url=f"{model.engine.address}/v1", api_key="wrong"  # type: ignore[attr-defined]
    )  # fmt: skip
    with pytest.raises(ModelUnavailableError, match="refused"):
        core_model(settings.model_copy(update={"model": served})).invoke("hi")
