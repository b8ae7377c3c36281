"""The real embedder on the real library; needs the weight in the cache."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from bedside.core.settings import Settings
from bedside.core.weights import weight_path, weight_status
from bedside.knowledge.library import load_library
from bedside.retrieval.embed import MiniLm
from bedside.retrieval.intent import intents_of
from bedside.retrieval.search import Retriever

pytestmark = pytest.mark.model
DEV = Path(__file__).resolve().parents[2] / "evals" / "data" / "retrieval_dev.yaml"


@pytest.fixture(scope="module")
def settings() -> Settings:
    settings = Settings(offline=True)
    if weight_status("minilm", settings).state != "ready":
        pytest.skip("the weight minilm is not in the cache: `bedside doctor` says how to get it")
    return settings


def test_the_vectors_are_those_of_sentence_transformers(settings: Settings) -> None:
    sentence_transformers = pytest.importorskip("sentence_transformers")
    texts = ["Adults with pneumonia.", "short", "A longer text about atrial fibrillation. " * 60]
    reference = sentence_transformers.SentenceTransformer(str(weight_path("minilm", settings)), device="cpu")
    expected = reference.encode(texts, normalize_embeddings=True)
    assert np.abs(MiniLm(settings).encode(texts) - expected).max() < 1e-5


@pytest.fixture(scope="module")
def retriever(settings: Settings) -> Retriever:
    return Retriever(settings, load_library(settings))


@pytest.mark.parametrize(
    ("name", "answered", "silence"),
    [("retrieval_dev.yaml", 0.93, 0.80), ("retrieval_dev_terse.yaml", 0.84, 0.84)],
)
def test_the_library_answers_what_it_holds_and_is_silent_on_what_it_does_not(
    retriever: Retriever, name: str, answered: float, silence: float
) -> None:
    questions = yaml.safe_load(DEV.with_name(name).read_text(encoding="utf-8"))

    def found(ask: str, top_k: int = 3) -> list[str]:
        return [hit.passage_id for hit in retriever.search(ask, intents=intents_of(ask), top_k=top_k)]

    held = [any(_gold(p, q["answers"]) for p in found(q["ask"])) for q in questions["held"]]
    silent = [not found(q["ask"]) for q in questions["not_held"]]
    assert sum(held) / len(held) >= answered
    assert sum(silent) / len(silent) >= silence


@pytest.mark.parametrize("name", ["retrieval_dev.yaml", "retrieval_dev_terse.yaml"])
def test_the_development_questions_name_passages_that_exist(name: str) -> None:
    library = load_library()
    held = {passage.id for passage in library.passages()}
    for question in yaml.safe_load(DEV.with_name(name).read_text(encoding="utf-8"))["held"]:
        for answer in question["answers"]:
            assert answer in held or any(p.startswith(answer) and answer.endswith("#") for p in held), answer


def _gold(passage_id: str, answers: list[str]) -> bool:
    return any(passage_id == a or (a.endswith("#") and passage_id.startswith(a)) for a in answers)
