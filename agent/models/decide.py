"""Decisions by a core model: an object that fits a schema, or one option with its probability. Never loose text."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from pydantic import BaseModel, ValidationError

from bedside.core.base import Frozen
from bedside.core.errors import ModelOutputError

S = TypeVar("S", bound=BaseModel)
Prompt = str | Sequence[BaseMessage]
# The most alternatives that OpenAI-compatible servers return.
TOP = 20
# What an option counts for that is not among them.
_LEAST = 1e-6


class Choice(Frozen):
    """How probable the model finds each option; they sum to 1.

    `from_logprobs` is False where the server returned no log-probabilities: the option it picked then counts as 1, and
    that is a decision, not a probability. In neither case has the probability been calibrated on data.
    """

    probabilities: dict[str, float]
    from_logprobs: bool

    @property
    def given(self) -> dict[str, float]:
        """The probabilities where the server returned any; a decision is none."""
        return self.probabilities if self.from_logprobs else {}

    @property
    def best(self) -> str:
        """The most probable option; of equals, the first."""
        return max(self.probabilities, key=lambda option: self.probabilities[option])


def decide(model: BaseChatModel, prompt: Prompt, schema: type[S], max_tokens: int = 512, retries: int = 1) -> S:
    """Has the model fill a schema.

    Args:
        model: any core model; `response_format` is bound to it.
        prompt: text, or messages.
        schema: what the answer must be; its field descriptions are shown to the model by back-ends that prompt.
        max_tokens: of the answer.
        retries: 0 or 1: whether the model is shown its error and asked once more.

    Raises:
        ModelOutputError: the answer does not fit the schema.
        ModelUnavailableError: the model is not there or too slow.
    """
    bound = model.bind(response_format=json_schema(schema), max_tokens=max_tokens, temperature=0)
    messages = _messages(prompt)
    asked = messages
    problem = ""
    for _ in range(1 + min(max(retries, 0), 1)):
        answer = bound.invoke(asked)
        text = _json_of(answer.text)
        try:
            return schema.model_validate_json(text)
        except ValidationError as error:
            problem = _short(error)
            advice = f"That does not fit the schema: {problem} Answer with the corrected JSON object only."
            asked = [*messages, AIMessage(content=answer.text), HumanMessage(content=advice)]
    raise ModelOutputError(
        f"The core model did not answer in the form of {schema.__name__}: {problem}",
        "Ask again in other words, or set a larger core model under [model].",
    )


def choose(model: BaseChatModel, prompt: Prompt, options: Sequence[str] = ("A", "B", "C")) -> Choice:
    """Has the model pick one of several one-token options, by the log-probability of its next token.

    Args:
        model: any core model; `logprobs` is bound to it.
        prompt: ends where the option is the next thing to say.
        options: short strings that are one token each, such as letters.

    Raises:
        ModelOutputError: the model names none of the options even when a schema allows nothing else.
        ModelUnavailableError: the model is not there or too slow.
    """
    messages = _messages(prompt)
    answer = model.bind(logprobs=True, top_logprobs=TOP, max_tokens=1, temperature=0).invoke(messages)
    weights = _weights(answer.response_metadata.get("logprobs"), options)
    total = sum(weights.values())
    if total > 0:
        return Choice(probabilities={o: w / total for o, w in weights.items()}, from_logprobs=True)
    picked = _pick(model, messages, options)
    return Choice(probabilities={o: float(o == picked) for o in options}, from_logprobs=False)


def choose_in_orders(
    model: BaseChatModel, prompt: Callable[[str], Prompt], options: Sequence[tuple[str, str]], orders: int = 2
) -> Choice:
    """As `choose`, among texts with letters, asked in several orders: models favour a letter, whatever stands at it.

    The geometric mean of what each order gives is taken (the bias: Zheng 2024, arXiv:2309.03882).

    Args:
        model: any core model.
        prompt: the prompt that ends with these lines of options; what stands before them is best the same.
        options: letter and text of each.
        orders: in how many orders it is asked; as many as there are options has each text stand at each letter.

    Raises:
        ModelOutputError: the model names none of the options even when a schema allows nothing else.
        ModelUnavailableError: it is not there or too slow.
    """
    letters = [letter for letter, _ in options]
    logs = dict.fromkeys(letters, 0.0)
    from_logprobs = True
    starts = sorted({n * len(options) // orders for n in range(orders)})
    for start in starts:
        turned = (*options[start:], *options[:start])
        listed = "\n".join(f"{letter}. {text}" for letter, (_, text) in zip(letters, turned, strict=True))
        found = choose(model, prompt(listed), letters)
        from_logprobs = from_logprobs and found.from_logprobs
        for letter, (own, _) in zip(letters, turned, strict=True):
            logs[own] += math.log(max(found.probabilities[letter], _LEAST)) / len(starts)
    weights = {letter: math.exp(log) for letter, log in logs.items()}
    total = sum(weights.values())
    return Choice(probabilities={o: w / total for o, w in weights.items()}, from_logprobs=from_logprobs)


def json_schema(schema: type[BaseModel]) -> dict[str, Any]:
    """`response_format` for a schema, closed and with every property required, as strict servers ask."""
    body = _closed(schema.model_json_schema())
    return {"type": "json_schema", "json_schema": {"name": schema.__name__, "strict": True, "schema": body}}


def _messages(prompt: Prompt) -> list[BaseMessage]:
    return [HumanMessage(content=prompt)] if isinstance(prompt, str) else list(prompt)


def _closed(node: Any) -> Any:
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    # Defaults go: a property that is required has no use for one, and strict servers refuse them.
    out = {key: _closed(value) for key, value in node.items() if key != "default"}
    if out.get("type") == "object" and "properties" in out:
        out["required"] = list(out["properties"])
        out["additionalProperties"] = False
    return out


def _weights(logprobs: Any, options: Sequence[str]) -> dict[str, float]:
    """Probability of each option at the first token; " A" and "A" are the same option."""
    content = (logprobs or {}).get("content") or []
    weights = dict.fromkeys(options, 0.0)
    for candidate in content[0].get("top_logprobs") or [content[0]] if content else []:
        token = candidate["token"].strip()
        if token in weights:
            weights[token] += math.exp(candidate["logprob"])
    return weights


def _pick(model: BaseChatModel, messages: list[BaseMessage], options: Sequence[str]) -> str:
    body = {
        "type": "object",
        "properties": {"option": {"type": "string", "enum": list(options)}},
        "required": ["option"],
        "additionalProperties": False,
    }
    picked = model.bind(
        response_format={"type": "json_schema", "json_schema": {"name": "Option", "strict": True, "schema": body}},
        max_tokens=32,
        temperature=0,
    ).invoke(messages)
    # Parsed by a model made for the purpose, so that a wrong shape ends like any other wrong answer.
    try:
        option = _Picked.model_validate_json(_json_of(picked.text)).option
    except ValidationError:
        option = ""
    if option not in options:
        raise ModelOutputError(
            f"The core model picked none of {', '.join(options)}.", "Set a larger core model under [model]."
        )
    return option


class _Picked(BaseModel):
    option: str


def _json_of(text: str) -> str:
    """The outermost JSON object of an answer: models without a grammar fence it or talk around it."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


def _short(error: ValidationError) -> str:
    """The first few errors in one line; pydantic's own text repeats the input, which may hold a patient's words."""
    parts = [f"{'.'.join(map(str, e['loc'])) or 'answer'}: {e['msg']}" for e in error.errors()[:4]]
    return f"{'; '.join(parts)}."
