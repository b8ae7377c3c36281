"""Stopwatches around the core model and the tools, so that what is left is the graph's own time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import Field

from bedside.core.card import ToolCard
from bedside.tools.contract import Tool, ToolRequest, ToolResult
from bedside.tools.registry import Toolbox


class Stopwatch:
    """Remembers when something ran. Tools run side by side, so what counts is the union of the spans, not their sum."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spans: list[tuple[float, float]] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Times the block."""
        started = time.perf_counter()
        try:
            yield
        finally:
            with self._lock:
                self._spans.append((started, time.perf_counter()))

    def seconds(self, since: float = 0.0) -> float:
        """Seconds during which at least one timed thing ran, of the spans that began at `since` or later."""
        with self._lock:
            return covered([s for s in self._spans if s[0] >= since])


def covered(spans: list[tuple[float, float]]) -> float:
    """Length of the union of spans (start, end)."""
    total, reached = 0.0, float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total


class TimedChat(BaseChatModel):
    """A chat model that passes every call on to another and times it.

    Attributes:
        inner: the model that answers.
        watch: where the time of each call goes.
    """

    inner: BaseChatModel
    watch: Any = Field(exclude=True)

    @property
    def _llm_type(self) -> str:
        return self.inner._llm_type

    @property
    def model_name(self) -> str:
        """The name of the model that answers."""
        return str(getattr(self.inner, "model_name", type(self.inner).__name__))

    @property
    def sees_images(self) -> bool:
        """As the model that answers says."""
        return bool(getattr(self.inner, "sees_images", False))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        with self.watch.running():
            return self.inner._generate(messages, stop, run_manager, **kwargs)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        with self.watch.running():
            yield from self.inner._stream(messages, stop, run_manager, **kwargs)


class TimedTool:
    """A tool that passes its request on and times it."""

    def __init__(self, inner: Tool, watch: Stopwatch) -> None:
        self.card: ToolCard = inner.card
        self._inner = inner
        self._watch = watch

    def run(self, request: ToolRequest) -> ToolResult:
        """What the tool returns."""
        with self._watch.running():
            return self._inner.run(request)


class TimedToolbox(Toolbox):
    """A toolbox whose tools are timed."""

    def __init__(self, inner: Toolbox, watch: Stopwatch) -> None:
        super().__init__(inner.settings)
        self._watch = watch

    def get(self, name: str) -> Any:
        """The tool of that name, under a stopwatch."""
        return TimedTool(super().get(name), self._watch)
