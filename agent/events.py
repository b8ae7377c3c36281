"""Events of a running turn, sent through LangGraph's custom stream."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextvars import copy_context

from bedside.core.events import Event, ToolProgress

_BETWEEN = 0.5


def emit(event: Event) -> None:
    """Sends an event to whoever streams this run; outside a run it goes nowhere."""
    from langgraph.config import get_stream_writer

    get_stream_writer()(event)


def sender() -> Callable[[Event], None]:
    """What sends events of this run from any thread; called in the node itself. Outside a run it sends nowhere."""
    from langgraph.config import get_stream_writer

    try:
        writer = get_stream_writer()
    except RuntimeError:
        return lambda event: None
    context = copy_context()  # the writer looks up its run there, and another thread has no context of its own

    def send(event: Event) -> None:
        context.copy().run(writer, event)

    return send


class Telling:
    """A tool's progress as events, twice a second at most."""

    def __init__(self, tool: str, title: str, send: Callable[[Event], None]) -> None:
        self._tool, self._title, self._send = tool, title, send
        self._lock = threading.Lock()
        self._told = time.monotonic()

    def __call__(self, share: float) -> None:
        """So much is done."""
        with self._lock:
            now = time.monotonic()
            if now - self._told < _BETWEEN:
                return
            self._told = now
        self._send(ToolProgress(tool=self._tool, title=self._title, share=min(1.0, max(0.0, share))))
