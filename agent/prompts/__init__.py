"""The prompts, one text file each, and the worked examples that go with some of them, one YAML file each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage


@lru_cache(maxsize=32)
def prompt(name: str) -> str:
    """The text of ``agent/prompts/<name>.txt``; its fields are filled with `str.format`."""
    return Path(__file__).with_name(f"{name}.txt").read_text(encoding="utf-8")


def opening(name: str, question: Callable[[Mapping[str, Any]], str]) -> list[BaseMessage]:
    """The instruction ``<name>.txt`` and the examples of ``<name>_examples.yaml`` as turns of a chat.

    They come first in every prompt of that name, so that the model evaluates them once and keeps them. Without examples
    the embedded model finds its options about equally likely.

    Args:
        name: of the prompt.
        question: puts an example into the words in which the real question is put.
    """
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    messages: list[BaseMessage] = [SystemMessage(content=prompt(name).strip())]
    for example in _examples(name):
        messages += [HumanMessage(content=question(example)), AIMessage(content=example["answer"])]
    return messages


@lru_cache(maxsize=32)
def _examples(name: str) -> tuple[Mapping[str, Any], ...]:
    import yaml

    path = Path(__file__).with_name(f"{name}_examples.yaml")
    return tuple(yaml.safe_load(path.read_text(encoding="utf-8")))


def one_line(text: str) -> str:
    """Keeps a text to one line, so that it cannot pass itself off as another part of the prompt."""
    return " ".join(text.split())
