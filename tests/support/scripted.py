"""A chat model that answers from a function: the core model of every test that does not measure a real one.

    def reply(messages):
        if "Which tools" in last_text(messages):
            return {"tools": ["curb65"]}                  # JSON, for a schema decision; a pydantic model works too
        if "Does the source" in last_text(messages):
            return Odds(A=0.9, B=0.05, C=0.05)            # one token with log-probabilities, for `choose` and `Judge`
        return "Plain text."                              # or an AIMessage; or an exception, which is then raised

    model = ScriptedChat(reply=reply)
    model.invoke("…"); model.calls[-1].messages; model.calls[-1].options["response_format"]

The function is called once for each call of the model, after that call is appended to `calls`, so that it may look at
`model.calls[-1].options` (response_format, max_tokens, logprobs, stop, …). With `logprobs=False` the model behaves like
a server that returns none. `delay` is seconds of thinking before each answer.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import BaseModel, Field


class Odds(dict[str, float]):
    """The probability of each one-token option; the likeliest is the text of the answer. ``Odds(A=0.9, B=0.1)``."""


@dataclass(frozen=True)
class Call:
    """One call of the model: what it was shown and the options it was called with."""

    messages: tuple[BaseMessage, ...]
    options: Mapping[str, Any]

    @property
    def text(self) -> str:
        """Every message's text, one after the other."""
        return "\n".join(m.text for m in self.messages)


def last_text(messages: Sequence[BaseMessage]) -> str:
    """The text of the last message."""
    return messages[-1].text


class ScriptedChat(BaseChatModel):
    """Answers what `reply(messages)` returns; see the module for the kinds of reply.

    Attributes:
        reply: from the messages to a str, dict, list, pydantic model, Odds, AIMessage or exception.
        name_: what a trace calls this model.
        logprobs: whether log-probabilities are returned when asked for.
        delay: seconds before each answer.
        sees: whether it says of itself that it sees images (`sees_images`).
        calls: every call so far, in order.
    """

    reply: Callable[[Sequence[BaseMessage]], Any] = Field(default=lambda messages: "", exclude=True)
    name_: str = "scripted"
    logprobs: bool = True
    delay: float = 0.0
    sees: bool = False
    calls: list[Call] = Field(default_factory=list, exclude=True)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    @property
    def model_name(self) -> str:
        """The name by which caches and traces know the model."""
        return self.name_

    @property
    def sees_images(self) -> bool:
        """As `sees` says."""
        return self.sees

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        options = {**kwargs, "stop": stop} if stop else dict(kwargs)
        self.calls.append(Call(tuple(messages), options))
        if self.delay:
            time.sleep(self.delay)
        message = _as_message(self.reply(messages))
        if not (self.logprobs and options.get("logprobs")):
            message.response_metadata.pop("logprobs", None)
        message.response_metadata["model_name"] = self.name_
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        """The same answer, word by word."""
        text = self._generate(messages, stop, run_manager, **kwargs).generations[0].message.text
        for i, word in enumerate(text.split(" ")):
            yield ChatGenerationChunk(message=AIMessageChunk(content=word if i == 0 else f" {word}"))


def _as_message(reply: Any) -> AIMessage:
    if isinstance(reply, BaseException):
        raise reply
    if isinstance(reply, AIMessage):
        return reply
    if isinstance(reply, BaseModel):
        return _message(reply.model_dump_json())
    if isinstance(reply, Odds):
        return _message(max(reply, key=lambda option: reply[option]), reply)
    if isinstance(reply, dict | list):
        return _message(json.dumps(reply))
    return _message(str(reply))


def _message(text: str, odds: Mapping[str, float] | None = None) -> AIMessage:
    """Text with the log-probabilities of its first token, in OpenAI's shape; without odds it is certain."""
    odds = odds or {text: 1.0}
    top = [{"token": t, "logprob": math.log(max(p, 1e-9))} for t, p in sorted(odds.items(), key=lambda o: -o[1])]
    first = {"token": top[0]["token"], "logprob": top[0]["logprob"], "top_logprobs": top}
    return AIMessage(content=text, response_metadata={"finish_reason": "stop", "logprobs": {"content": [first]}})
