"""A tool that takes long is heard while it works, and stops when nobody waits for it any more."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from bedside.agent.events import Telling, sender
from bedside.agent.nodes.consult import run_call
from bedside.agent.services import Services
from bedside.agent.state import Call, State, Turn
from bedside.core.answer import Refusal
from bedside.core.card import Accepts, ToolCard
from bedside.core.case import Case
from bedside.core.events import ToolProgress
from bedside.core.settings import Bounds, Settings
from bedside.tools.contract import STOPPED, ToolRequest, ToolResult


class Counting:
    """A tool that works in a hundred pieces and asks between them whether to go on."""

    card = ToolCard(name="counting", version="1", kind="expert", title="Counting", purpose="?", accepts=Accepts())

    def __init__(self) -> None:
        self.pieces = 0

    def run(self, request: ToolRequest) -> ToolResult:
        for piece in range(100):
            if request.cancelled():
                refusal = Refusal(code=STOPPED, subject="Counting", why="It was stopped.", do="Run it alone.")
                return ToolResult(tool="counting", version="1", refusal=refusal)
            self.pieces += 1
            request.progress(piece / 100)
        return ToolResult(tool="counting", version="1")


def services_with(tool: Any, home: Path, seconds: float = 90.0) -> Services:
    services = Services(Settings(home=home, output=home / "out", bounds=Bounds(seconds=seconds)))
    services.tool = lambda name: tool  # type: ignore[method-assign]
    return services


def state_now() -> State:
    return {"case": Case(thread="t"), "turn": Turn(id="m1", question="count", started=time.time())}


def call(services: Services) -> ToolResult:
    return run_call(Call(tool="counting"), state_now(), services, (), ())


def test_a_tool_works_to_its_end_where_nobody_stops_it(tmp_path: Path) -> None:
    tool = Counting()
    assert call(services_with(tool, tmp_path)).refusal is None
    assert tool.pieces == 100


def test_a_tool_stops_when_the_turn_has_no_time_left_and_is_not_remembered_so(tmp_path: Path) -> None:
    tool = Counting()
    late = call(services_with(tool, tmp_path, seconds=0.0))
    assert late.refusal is not None and late.refusal.code == "BED-TOOL-031" and tool.pieces == 0
    again = call(services_with(tool, tmp_path))
    assert again.refusal is None and not again.cached and tool.pieces == 100


def test_a_tool_stops_when_the_listener_leaves(tmp_path: Path) -> None:
    class Leaving(Counting):
        def run(self, request: ToolRequest) -> ToolResult:
            services.end("t")
            return super().run(request)

    tool = Leaving()
    services = services_with(tool, tmp_path)
    services.begin("t")
    left = call(services)
    assert left.refusal is not None and left.refusal.code == STOPPED and tool.pieces == 0
    assert not services.stop_of("t").is_set()  # the next turn begins anew


def test_outside_a_run_progress_goes_nowhere() -> None:
    sender()(ToolProgress(tool="x", title="X", share=0.5))


def test_progress_is_told_twice_a_second_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    now, sent = [0.0], list[Any]()
    monkeypatch.setattr("bedside.agent.events.time.monotonic", lambda: now[0])
    tell = Telling("bundle_x", "X", sent.append)
    for _ in range(100):
        now[0] += 0.03
        tell(now[0] / 3)
    assert 4 <= len(sent) <= 6
    assert all(isinstance(e, ToolProgress) and e.title == "X" and 0 <= e.share <= 1 for e in sent)


def test_a_request_is_never_cancelled_unless_somebody_says_so() -> None:
    assert ToolRequest().cancelled() is False
