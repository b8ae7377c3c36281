from __future__ import annotations

import time

import pytest

from bedside.agent import view
from bedside.agent.state import State, Turn
from bedside.core.settings import Bounds


def test_the_time_of_a_turn_leaves_out_what_was_spent_on_downloading(monkeypatch: pytest.MonkeyPatch) -> None:
    state: State = {"turn": Turn(id="m1", started=time.time() - 80, question="q")}
    bounds = Bounds(seconds=90)
    assert view.seconds_left(state, bounds) == pytest.approx(10, abs=1)
    monkeypatch.setattr(view, "seconds_fetching", lambda since: 60.0)
    assert view.seconds_left(state, bounds) == pytest.approx(70, abs=1)
