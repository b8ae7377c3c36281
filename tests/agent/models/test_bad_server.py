from __future__ import annotations

import time

import pytest
from support.bad_server import BadServer

from bedside.agent.models import core_model
from bedside.core.errors import BedsideError
from bedside.core.settings import CoreModelSettings, Settings


@pytest.mark.parametrize(
    ("habit", "code", "asked"),
    [
        ("silent", "BED-MODEL-003", 2),
        ("drips", "BED-MODEL-003", 2),
        ("busy", "BED-MODEL-001", 2),
        ("cut", "BED-MODEL-001", 2),
        ("html", "BED-MODEL-004", 1),
        ("empty", "BED-MODEL-004", 1),
    ],
)
def test_a_bad_server_is_told_by_a_code_and_asked_twice_at_most(habit: str, code: str, asked: int) -> None:
    with BadServer(habit) as server:
        model = CoreModelSettings(backend="openai", base_url=server.address, name="m", timeout=0.5)
        began = time.monotonic()
        with pytest.raises(BedsideError) as caught:
            core_model(Settings(model=model)).invoke("hello")
        assert time.monotonic() - began < 20
        assert caught.value.code == code
        assert server.asked == asked


def test_a_good_answer_is_read_as_ever() -> None:
    with BadServer("prose") as server:
        model = CoreModelSettings(backend="openai", base_url=server.address, name="m", timeout=20)
        assert "many things" in core_model(Settings(model=model)).invoke("hello").text
