"""What a corpus keeps: documents once, newer versions in place of older, passages with their neighbours."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.corpus_texts import document, random_documents
from support.hash_embedder import HashEmbedder

from bedside.core.errors import StorageError
from bedside.knowledge.documents import Trust
from bedside.retrieval.corpus.exported import read_export
from bedside.retrieval.corpus.records import free_id
from bedside.retrieval.corpus.store import Corpus


def test_what_is_held_already_costs_nothing_under_whatever_name(tmp_path: Path) -> None:
    embedder = HashEmbedder()
    made, passages = document("oxygen-protocol", "Give oxygen. Aim for 94 percent", "Stop at 98 percent")
    with Corpus(tmp_path, embedder) as corpus:
        assert corpus.add([(made, passages)]).added == 1
        calls = embedder.calls
        elsewhere = made.model_copy(update={"source": "/other/name.txt", "id": "other"})
        assert corpus.add([(made, passages), (elsewhere, passages)]).unchanged == 2
        assert embedder.calls == calls
        assert corpus.documents() == (made,)


def test_a_newer_version_replaces_the_older_and_does_not_take_its_id(tmp_path: Path) -> None:
    versions = [document("oxygen", f"Aim for {n} percent", source="/o.txt") for n in (92, 94, 96)]
    versions = [(d.model_copy(update={"sha256": str(n)}), p) for n, (d, p) in enumerate(versions)]
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        assert [corpus.add([version]).replaced for version in versions] == [0, 1, 1]
        (held,) = corpus.documents()
        assert (held.id, held.replaces) == ("oxygen-3", "oxygen-2")
        assert corpus.passage("oxygen-3#1").text == "Aim for 96 percent."
        with pytest.raises(StorageError, match="BED-STORE-028"):
            corpus.passage("oxygen#1")
        assert corpus.verify() == []


def test_two_documents_of_one_title_are_told_apart_by_a_number(tmp_path: Path) -> None:
    first = document("gold-copd-2026", "Give a bronchodilator")
    second = document("gold-copd-2026", "Give two bronchodilators", source="/second.txt")
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add([first, second])
        assert [d.id for d in corpus.documents()] == ["gold-copd-2026", "gold-copd-2026-2"]
        assert corpus.passages_of("gold-copd-2026-2")[0].id == "gold-copd-2026-2#1"


def test_passages_come_back_as_they_were_with_their_neighbours(tmp_path: Path) -> None:
    made, passages = document("long", *(f"Part {n} says this. And that" for n in range(6)))
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add([document("before", "x y z"), (made, passages), document("after", "a b c")])
        assert corpus.passages_of("long") == passages
        assert corpus.passage("long#3") == passages[2]
        assert corpus.neighbours("long#1") == passages[:2]
        assert corpus.neighbours("long#6", n=2) == passages[3:]
        for missing in ("long#7", "long#0", "long", "none#1", "long#-1", "long#99999999999999999999", ""):
            with pytest.raises(StorageError, match="BED-STORE-028"):
                corpus.passage(missing)


def test_collections_have_one_trust_and_their_counts(tmp_path: Path) -> None:
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add([document("a", "one", "two"), document("b", "three", collection="papers", trust=Trust.PAPER)])
        assert [(c.name, c.trust, c.documents, c.passages) for c in corpus.collections()] == [
            ("papers", Trust.PAPER, 1, 1),
            ("ward", Trust.PROTOCOL, 1, 2),
        ]
        assert [d.id for d in corpus.documents("papers")] == ["b"]
        with pytest.raises(StorageError, match="BED-STORE-027"):
            corpus.add([document("c", "four", trust=Trust.PAPER)])
        with pytest.raises(StorageError, match="BED-STORE-028"):
            corpus.remove_collection("none")
        with pytest.raises(StorageError, match="BED-STORE-028"):
            corpus.remove("none")


def test_an_export_added_to_another_corpus_is_the_same_corpus(tmp_path: Path) -> None:
    with Corpus(tmp_path / "a", HashEmbedder()) as one, Corpus(tmp_path / "b", HashEmbedder()) as two:
        one.add(random_documents(30))
        assert one.export(tmp_path / "all.jsonl") == 30
        assert two.add(read_export(tmp_path / "all.jsonl")).added == 30
        assert two.documents() == one.documents()
        assert two.search("warfarin in anaemia") == one.search("warfarin in anaemia")
    (tmp_path / "all.jsonl").write_text('{"document": 1}\n', encoding="utf-8")
    with pytest.raises(StorageError, match="BED-STORE-031"):
        list(read_export(tmp_path / "all.jsonl"))


def test_progress_is_told_and_a_document_that_cannot_be_cited_from_is_refused(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add(random_documents(20), progress=lambda documents, passages: seen.append((documents, passages)))
        assert seen[-1] == (20, sum(c.passages for c in corpus.collections()))
        made, (passage,) = document("broken", "A sentence here")
        for wrong in (((0, 99),), ((0, 2), (1, 5)), ((3, 3),)):
            with pytest.raises(StorageError, match="BED-STORE-026"):
                corpus.add([(made, [passage.model_copy(update={"sentences": wrong})])])
        with pytest.raises(StorageError, match="BED-STORE-026"):
            corpus.add([(made, [])])


def test_a_text_that_comes_twice_at_once_counts_once_in_the_progress(tmp_path: Path) -> None:
    made, passages = document("oxygen", "Give oxygen", "Stop at 98 percent")
    twin = made.model_copy(update={"source": "/elsewhere.txt"})
    seen: list[tuple[int, int]] = []
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        counts = corpus.add([(made, passages), (twin, passages)], progress=lambda *each: seen.append(each))
        assert (counts.added, counts.unchanged) == (1, 1)
        assert seen[-1] == (2, 2)


def test_another_embedder_is_refused_in_a_sentence(tmp_path: Path) -> None:
    class Other(HashEmbedder):
        identity = "other"

    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add(random_documents(2))
    with pytest.raises(StorageError, match="BED-STORE-029"):
        Corpus(tmp_path, Other())


def test_giving_a_document_its_id_does_not_read_those_held_even_in_a_file_from_before(tmp_path: Path) -> None:
    def steps(corpus: Corpus) -> int:
        counted = [0]
        with corpus._database.reading() as db:
            db.set_progress_handler(lambda: counted.__setitem__(0, counted[0] + 1), 1)
            assert free_id(db, "note-1-3", "other") == "note-1-3-2"
            db.set_progress_handler(None, 0)
        return counted[0]

    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add(random_documents(10))
        few = steps(corpus)
        corpus.add(random_documents(300))
        corpus._database._db.execute("DROP INDEX replaced")
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        assert steps(corpus) <= few + 10
