"""What a search of a corpus finds: both spellings, filters, variety, no copies, alike in small and large corpora."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.corpus_texts import document, random_documents
from support.hash_embedder import HashEmbedder

from bedside.knowledge.documents import Trust
from bedside.retrieval.corpus import lexical, synced
from bedside.retrieval.corpus.spellings import spellings
from bedside.retrieval.corpus.store import Corpus
from bedside.retrieval.corpus.vectors import IndexKind
from bedside.retrieval.fuse import LEXICAL_WEIGHT


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("anemia", "anaemia"),
        ("haemorrhage", "hemorrhage"),
        ("edema", "oedema"),
        ("tumor", "tumour"),
        ("stabilise", "stabilize"),
        ("sulphate", "sulfate"),
        ("centre", "center"),
        ("analysed", "analyzed"),
    ],
)
def test_a_word_is_known_in_the_spelling_of_either_side(word: str, other: str) -> None:
    assert other in spellings(word) and word in spellings(other)


def test_a_query_finds_the_passage_that_says_it_in_the_other_spelling(tmp_path: Path) -> None:
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add([document("target", "Transfuse for haemorrhage with shock"), *random_documents(40)])
        (first, *_) = corpus.search("hemorrhage", sentences=True)
        assert first.passage == "target#1" and first.rank == 1 and first.lexical > 0
        assert len(first.sentences) == 1


def test_filters_by_collection_trust_and_year_hold(tmp_path: Path) -> None:
    old = document("old", "Warfarin for stroke", collection="papers", trust=Trust.PAPER, year=1999)
    new = document("new", "Warfarin for stroke in 2020", collection="papers", trust=Trust.PAPER, year=2020)
    undated = document("undated", "Warfarin for stroke and lungs", collection="leaflets",
                       trust=Trust.PATIENT_INFORMATION, year=None)  # fmt: skip
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add([old, new, undated, *random_documents(30)])

        def found(**filters: object) -> set[str]:
            return {hit.document for hit in corpus.search("warfarin stroke", top_k=50, **filters)}  # type: ignore[arg-type]

        assert found(collections=["papers"]) == {"old", "new"}
        assert found(trust=[Trust.PATIENT_INFORMATION]) == {"undated"}
        assert found(collections=["papers", "leaflets"], year_from=2000) == {"new"}
        assert found(collections=[]) == set() and found(collections=["none"]) == set()
        assert {"old", "undated"} <= found()


def test_no_document_follows_itself_more_than_once_while_others_wait(tmp_path: Path) -> None:
    texts = (f"Warfarin dose number {n} for stroke" for n in range(10))
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add([document("much", *texts), *(document(f"o-{n}", f"Warfarin note {n} other") for n in range(5))])
        row = [hit.document for hit in corpus.search("warfarin stroke dose", top_k=8)]
        assert row.count("much") >= 2
        assert not any(len({*row[i : i + 3]}) == 1 for i in range(len(row) - 2))


def test_copies_are_folded_into_one(tmp_path: Path) -> None:
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add([document(f"copy-{n}", "Give  heparin, for the clot" if n else "Give heparin for the clot")
                    for n in range(5)])  # fmt: skip
        assert len(corpus.search("heparin clot")) == 1


def test_nothing_asked_or_nothing_held_finds_nothing(tmp_path: Path) -> None:
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        assert corpus.search("warfarin") == ()
        corpus.add(random_documents(3))
        assert corpus.search("  ") == () and corpus.search("warfarin", top_k=0) == ()
        assert corpus.search('what is the "OR NEAR( * ^ : AND') is not None


@pytest.mark.parametrize("kind", [IndexKind.FLAT, IndexKind.IVF, IndexKind.HNSW])
def test_every_kind_of_index_gives_much_the_same_and_survives_adding_and_removing(
    tmp_path: Path, kind: IndexKind
) -> None:
    with Corpus(tmp_path / "flat", HashEmbedder()) as flat, Corpus(tmp_path / "kind", HashEmbedder(), kind) as other:
        for corpus in (flat, other):
            corpus.add(random_documents(80, 1))
            corpus.add(random_documents(80, 2))
            corpus.remove("note-1-7")
            assert corpus.verify() == []
        a, b = ({h.passage for h in c.search("warfarin sepsis thyroid", top_k=10)} for c in (flat, other))
        assert len(a & b) >= 9


def test_common_words_are_searched_within_a_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [document("target", "Warfarin for gout with lithium"), *random_documents(150)]
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add(documents)
        monkeypatch.setattr(lexical, "_RANKED_BY_FTS", 0)
        assert corpus.search("warfarin gout lithium")[0].lexical > 0
        monkeypatch.setattr(lexical, "_BUDGET", 20)
        hits = corpus.search("warfarin gout lithium")
        assert hits and any(hit.lexical > 0 for hit in hits)


@pytest.mark.parametrize("by_fts", [True, False])
def test_a_hit_scores_its_cosine_and_its_share_of_the_greatest_bm25(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_fts: bool
) -> None:
    if not by_fts:
        monkeypatch.setattr(lexical, "_RANKED_BY_FTS", 0)
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add([document("target", "Warfarin for gout with lithium"), *random_documents(60)])
        hits = corpus.search("warfarin gout lithium", top_k=60)
        greatest = max(hit.lexical for hit in hits)
        assert [hit.score for hit in hits[:1]] == [max(hit.score for hit in hits)] and greatest > 0
        for hit in hits:
            assert hit.score == pytest.approx(hit.dense + LEXICAL_WEIGHT * hit.lexical / greatest, abs=1e-5)


def test_a_near_passage_keeps_its_words_however_far_down_they_rank(tmp_path: Path) -> None:
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add([document(f"d-{n}", f"Warfarin note {n} " + "warfarin " * (30 - n)) for n in range(30)])
        with corpus._database.lock:  # no other way to ask words alone
            words = corpus._search._lexical
            few, _ = words.search("warfarin", 3, 30)
            last = np.array([r for r in range(1, 31) if r not in few][-1:], dtype=np.int64)
            rows, scores = words.search("warfarin", 3, 30, also=last)
        assert set(rows.tolist()) == {*few.tolist(), *last.tolist()} and scores.min() > 0


def test_a_growing_corpus_changes_to_inverted_lists_and_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synced, "IVF_FROM", 200)
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add(random_documents(20, 1, collection="small"))
        assert corpus._index.fresh().kind is IndexKind.FLAT  # type: ignore[union-attr]
        corpus.add(random_documents(100, 2, collection="large"))
        assert corpus._index.fresh().kind is IndexKind.IVF  # type: ignore[union-attr]
        assert corpus.search("warfarin anaemia") and corpus.verify() == []
        corpus.remove_collection("large")
        assert corpus._index.fresh().kind is IndexKind.FLAT  # type: ignore[union-attr]
        assert corpus.verify() == []
