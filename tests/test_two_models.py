"""The switch of the core model: embedded, and the same weight behind an OpenAI-compatible server on loopback."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.assistant import CASE
from support.weights import settings_with

from bedside.api import Assistant
from bedside.core.answer import Answer, Section, Verdict
from bedside.core.settings import CoreModelSettings, Settings

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An Assistant whose core model is llama.cpp's own server."""
    from bedside.agent.models.core import embedded_file
    from bedside.agent.models.engine import shared_engine

    settings = settings_with("qwen2.5-coder-1.5b-instruct")
    engine = shared_engine(embedded_file(settings), settings.model.threads, settings.model.context)
    model = CoreModelSettings(
        backend="openai", name="qwen", base_url=f"{engine.address}/v1", api_key=engine.api_key, writes="extractive"
    )
    home = tmp_path_factory.mktemp("served")
    return Assistant(Settings(home=home, output=home / "output", offline=True, model=model))


def test_a_server_on_loopback_gives_an_answer_of_the_same_shape(served: Assistant, tmp_path: Path) -> None:
    embedded_settings = settings_with("qwen2.5-coder-1.5b-instruct")
    embedded = Assistant(embedded_settings.model_copy(update={"home": tmp_path, "output": tmp_path / "output"}))
    here, there = embedded.ask(CASE), served.ask(CASE)
    assert there.model == "qwen"
    for answer in (here, there):
        assert {c.section for c in answer.claims} == {Section.BANNER, Section.ASSESSMENT, Section.GUIDELINES}
        assert all(c.verdict is Verdict.SUPPORTED and c.evidence for c in answer.claims)
        assert not answer.refusals
    assert _scores(here) == _scores(there)


def _scores(answer: Answer) -> set[tuple[str, float | None]]:
    return {(e.source.id, e.value) for e in answer.evidence.values() if e.kind.value == "score"}
