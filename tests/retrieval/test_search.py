from __future__ import annotations

import logging
from pathlib import Path
from threading import Thread

import pytest
from support.hash_embedder import HashEmbedder
from support.small_library import HYPERTENSION, PNEUMONIA, small_library, write_guidelines

from bedside.core.errors import StoreIndexError
from bedside.core.settings import RetrievalSettings, Settings
from bedside.knowledge.library import Library, load_library
from bedside.retrieval import store
from bedside.retrieval.library_index import row_texts
from bedside.retrieval.search import Retriever, applicable

# A question is encoded twice: what it asks with its names written out, and its whole text.
ENCODED = 2
SEVERITY = "Where should pneumonia with CURB-65 be treated, home or hospital?"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return small_library(tmp_path / "guidelines")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache=tmp_path / "cache")


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


def test_a_recommendation_without_conditions_neither_applies_nor_does_not(library: Library) -> None:
    assert applicable(library.recommendation("ts-pneumonia-2024#amoxicillin"), {"curb65": (1.0,)}) is None


def test_a_question_that_stands_beside_a_passage_finds_it_in_other_words(tmp_path: Path, settings: Settings) -> None:
    plain = small_library(tmp_path / "plain", questions="{}")
    other = 'doxycycline: ["72M rusty sputum, pen allergic: which tablets instead?"]'
    asked = small_library(tmp_path / "asked", questions=other)
    question = "rusty sputum and pen allergic, which tablets?"
    assert Retriever(settings, plain, HashEmbedder()).search(question) == ()
    hits = Retriever(settings, asked, HashEmbedder()).search(question)
    assert hits[0].passage_id == "ts-pneumonia-2024#doxycycline"
    assert len(hits[0].sentences) == 1


def test_the_baselines_rank_the_text_alone(tmp_path: Path, settings: Settings) -> None:
    library = small_library(tmp_path / "other", questions='home: ["rusty sputum?"]')
    retriever = Retriever(settings, library, HashEmbedder())
    cosines, bm25 = retriever.rankings("rusty sputum")
    assert not bm25.any()
    assert cosines.max() < 0.5
    assert retriever.signals(retriever.read("rusty sputum")).asked.max() > 0.9


def test_the_kept_vectors_are_opened_and_not_made_again(settings: Settings, library: Library) -> None:
    Retriever(settings, library, HashEmbedder()).search("pneumonia")
    again = HashEmbedder()
    Retriever(settings, library, again).search("pneumonia")
    assert again.calls == ENCODED


def test_a_changed_library_is_embedded_only_where_it_changed(
    tmp_path: Path, settings: Settings, library: Library
) -> None:
    Retriever(settings, library, HashEmbedder()).search("pneumonia")
    changed = PNEUMONIA.replace("low-severity pneumonia.", "mild pneumonia.")
    other = load_library(folder=write_guidelines(tmp_path / "other", changed, HYPERTENSION))
    again = HashEmbedder()
    Retriever(settings, other, again).search("pneumonia")
    assert again.calls == ENCODED + 1


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "text"])
def test_damaged_vectors_are_told_and_made_again(
    settings: Settings, library: Library, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    expected = Retriever(settings, library, HashEmbedder()).search("pneumonia")
    path = store.index_file(settings, HashEmbedder.identity)
    content = path.read_bytes()
    match damage:
        case "flip":
            path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        case "cut":
            path.write_bytes(content[: len(content) // 2])
        case "empty":
            path.write_bytes(b"")
        case "text":
            path.write_text("not vectors")
    with pytest.raises(StoreIndexError, match="BED-INDEX-001"):
        store.load(path, HashEmbedder.identity)
    with caplog.at_level(logging.WARNING):
        assert Retriever(settings, library, HashEmbedder()).search("pneumonia") == expected
    assert "BED-INDEX-001" in caplog.text
    assert store.load(path, HashEmbedder.identity) is not None


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
    assert embedder.calls == len(row_texts(library.passages())) + 8 * ENCODED


def test_warming_in_the_background_leaves_only_the_question_to_encode(settings: Settings, library: Library) -> None:
    embedder = HashEmbedder()
    retriever = Retriever(settings, library, embedder)
    retriever.warm().join()
    before = embedder.calls
    retriever.search("pneumonia")
    assert embedder.calls == before + ENCODED
