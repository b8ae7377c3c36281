"""Events of a running turn, sent through LangGraph's custom stream."""

from __future__ import annotations

from bedside.core.events import Event


def emit(event: Event) -> None:
    """Sends an event to whoever streams this run; outside a run it goes nowhere."""
    from langgraph.config import get_stream_writer

    get_stream_writer()(event)
