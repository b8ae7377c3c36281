"""The text embedder is loaded once in a process, whoever asks for it."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bedside.core.settings import Settings
from bedside.knowledge.library import load_library
from bedside.retrieval import embed
from bedside.retrieval.embed import MiniLm
from bedside.retrieval.search import Retriever
from bedside.tools.search.document_search import DocumentSearch


class CountedModel:
    """In place of sentence-transformers: remembers every load, and whether two threads were ever inside at once."""

    loads: list[str]
    inside = 0
    at_once = 0

    def __init__(self, folder: str, **_: Any) -> None:
        type(self).loads.append(folder)
        time.sleep(0.05)

    def encode(self, texts: list[str], **_: Any) -> Any:
        kind = type(self)
        kind.inside += 1
        kind.at_once = max(kind.at_once, kind.inside)
        time.sleep(0.002)
        kind.inside -= 1
        return np.eye(len(texts), 384, dtype=np.float32)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> type[CountedModel]:
    kind = type("Counted", (CountedModel,), {"loads": []})
    monkeypatch.setattr("sentence_transformers.SentenceTransformer", kind)
    monkeypatch.setattr(embed, "_LOADED", {})
    monkeypatch.setattr(embed, "_folder", lambda settings: settings.weights["minilm"])
    return kind


def settings_for(folder: Path) -> Settings:
    folder.mkdir(exist_ok=True)
    return Settings(home=folder, weights={"minilm": folder})


def test_the_searches_of_guidelines_and_of_documents_share_one_model(model: type[CountedModel], tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "weight")
    guidelines, documents = Retriever(settings, load_library()), DocumentSearch(settings)
    assert model.loads == [], "nothing is loaded before it is used"
    assert guidelines._index._embedder is not documents._embedder
    threads = [
        threading.Thread(target=embedder.encode, args=(["a question"],))
        for embedder in (guidelines._index._embedder, documents._embedder, MiniLm(settings), MiniLm(settings)) * 3
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(model.loads) == 1
    assert model.at_once == 1, "a tokenizer cannot be used by two threads at once"


def test_another_weight_is_another_model_and_a_link_to_one_is_the_same(
    model: type[CountedModel], tmp_path: Path
) -> None:
    settings = settings_for(tmp_path / "weight")
    (tmp_path / "link").symlink_to(tmp_path / "weight")
    for each in (settings, settings_for(tmp_path / "link"), settings_for(tmp_path / "other"), settings):
        MiniLm(each).encode(["x"])
    assert model.loads == [str(tmp_path / "weight"), str(tmp_path / "other")]
