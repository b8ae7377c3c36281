from __future__ import annotations

import logging
from pathlib import Path
from threading import Thread

import pytest
from support.hash_embedder import HashEmbedder
from support.small_library import small_library

from bedside.core.errors import StoreIndexError
from bedside.core.settings import RetrievalSettings, Settings
from bedside.knowledge.library import Library
from bedside.retrieval import store
from bedside.retrieval.dense import DenseIndex
from bedside.retrieval.search import Retriever, applicable, relevance

SEVERITY = "Where should pneumonia with CURB-65 be treated, home or hospital?"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return small_library(tmp_path / "guidelines")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache=tmp_path / "cache")


def folder_of(settings: Settings, library: Library) -> Path:
    return store.index_folder(settings, library.digest, HashEmbedder.identity)


def test_the_passage_that_answers_comes_first(settings: Settings, library: Library) -> None:
    hits = Retriever(settings, library, HashEmbedder()).search("What is the dose of amoxicillin in pneumonia?")
    assert [hit.passage_id for hit in hits] == ["ts-pneumonia-2024#amoxicillin"]
    assert hits[0].rank == 1
    assert 0.3 <= hits[0].score <= 1
    assert len(hits[0].sentences) == 2


@pytest.mark.parametrize(
    "question",
    [
        "What is the dose of vancomycin for MRSA pneumonia?",
        "How is psoriasis treated?",
        "amoxicillin dose for a 3-year-old with pneumonia",
        "Who won the cup?",
        "?",
        "",
    ],
)
def test_what_the_library_does_not_answer_finds_nothing(settings: Settings, library: Library, question: str) -> None:
    assert Retriever(settings, library, HashEmbedder()).search(question) == ()


def test_a_recommendation_known_not_to_apply_is_dropped_and_one_that_applies_says_so(
    settings: Settings, library: Library
) -> None:
    retriever = Retriever(settings, library, HashEmbedder())
    unknown = {hit.passage_id: hit.applies for hit in retriever.search(SEVERITY)}
    assert unknown["ts-pneumonia-2024#hospital"] is None
    assert unknown["ts-pneumonia-2024#home"] is None
    severe = {hit.passage_id: hit.applies for hit in retriever.search(SEVERITY, known={"curb65": (5.0,)})}
    assert severe["ts-pneumonia-2024#hospital"] is True
    assert "ts-pneumonia-2024#home" not in severe


def test_what_is_known_to_apply_comes_before_what_may(settings: Settings, library: Library) -> None:
    retriever = Retriever(settings, library, HashEmbedder())
    question = "Which drug for pneumonia with a penicillin allergy?"
    hits = retriever.search(question, known={"allergy": ("amoxicillin", "penicillin")})
    assert hits[0].passage_id == "ts-pneumonia-2024#doxycycline"
    assert hits[0].applies is True
    none = retriever.search(question, known={"allergy": (False,)})
    assert "ts-pneumonia-2024#doxycycline" not in [hit.passage_id for hit in none]


def test_top_k_and_threshold_bound_the_hits(tmp_path: Path, library: Library) -> None:
    wide = Settings(cache=tmp_path / "c", retrieval=RetrievalSettings(threshold=0.0, top_k=2))
    assert len(Retriever(wide, library, HashEmbedder()).search("pneumonia")) == 2
    assert len(Retriever(wide, library, HashEmbedder()).search("pneumonia", top_k=1)) == 1
    strict = Settings(cache=tmp_path / "c", retrieval=RetrievalSettings(threshold=1.0))
    assert Retriever(strict, library, HashEmbedder()).search("pneumonia") == ()


def test_relevance_rises_with_both_and_stays_between_zero_and_one() -> None:
    assert 0 < relevance(0, 0) < relevance(0.5, 0) < relevance(0.5, 1) < relevance(0.5, 1, measured=True) < 1


def test_a_recommendation_without_conditions_neither_applies_nor_does_not(library: Library) -> None:
    assert applicable(library.recommendation("ts-pneumonia-2024#amoxicillin"), {"curb65": (1.0,)}) is None


def test_the_saved_index_is_opened_and_not_built_again(settings: Settings, library: Library) -> None:
    Retriever(settings, library, HashEmbedder()).search("pneumonia")
    again = HashEmbedder()
    Retriever(settings, library, again).search("pneumonia")
    assert again.calls == 1


def test_a_changed_library_has_another_index(settings: Settings, library: Library) -> None:
    other = library.model_copy(update={"digest": "0" * 64})
    assert folder_of(settings, library) != folder_of(settings, other)


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "metadata", "list"])
def test_a_damaged_index_is_told_and_built_again(
    settings: Settings, library: Library, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    expected = Retriever(settings, library, HashEmbedder()).search("pneumonia")
    folder = folder_of(settings, library)
    vectors, metadata = folder / "vectors.faiss", folder / "index.json"
    content = vectors.read_bytes()
    match damage:
        case "flip":
            vectors.write_bytes(bytes([content[0] ^ 1]) + content[1:])
        case "cut":
            vectors.write_bytes(content[: len(content) // 2])
        case "empty":
            vectors.write_bytes(b"")
        case "metadata":
            metadata.write_text("{")
        case "list":
            metadata.write_text("[]")
    with pytest.raises(StoreIndexError, match="BED-INDEX-001"):
        store.load(folder, rows=1)
    with caplog.at_level(logging.WARNING):
        assert Retriever(settings, library, HashEmbedder()).search("pneumonia") == expected
    assert "BED-INDEX-001" in caplog.text
    assert vectors.read_bytes() == content


def test_an_index_of_other_length_is_refused(settings: Settings, library: Library) -> None:
    folder = folder_of(settings, library)
    store.save(folder, DenseIndex.build(HashEmbedder().encode(["one", "two"])))
    with pytest.raises(StoreIndexError, match="2 rows"):
        store.load(folder, rows=3)


def test_a_deleted_index_is_gone_and_deleting_twice_is_no_error(settings: Settings, library: Library) -> None:
    folder = folder_of(settings, library)
    Retriever(settings, library, HashEmbedder()).search("pneumonia")
    store.delete(folder)
    store.delete(folder)
    assert store.load(folder, rows=1) is None


def test_a_cache_that_cannot_be_written_still_answers(
    tmp_path: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "cache"
    blocked.write_text("a file where the folder should be")
    assert Retriever(Settings(cache=blocked), library, HashEmbedder()).search("pneumonia") != ()
    assert "BED-INDEX-002" in caplog.text or "BED-INDEX-001" in caplog.text


def test_eight_threads_build_the_index_once(settings: Settings, library: Library) -> None:
    embedder = HashEmbedder()
    retriever = Retriever(settings, library, embedder)
    threads = [Thread(target=retriever.search, args=("pneumonia",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sentences = sum(len(p.recommendation.sentences) for p in library.passages())
    assert embedder.calls == sentences + 8


def test_warming_in_the_background_leaves_only_the_question_to_encode(settings: Settings, library: Library) -> None:
    embedder = HashEmbedder()
    retriever = Retriever(settings, library, embedder)
    retriever.warm().join()
    before = embedder.calls
    retriever.search("pneumonia")
    assert embedder.calls == before + 1
