"""A corpus whose vectors are on a Qdrant server: the same answers, and the server follows whatever happens."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from qdrant_client.models import PointStruct
from support.corpus_texts import document, random_documents
from support.hash_embedder import HashEmbedder
from support.qdrant_server import QdrantServer

from bedside.core.errors import OfflineError, SettingsError, StorageError, StoreIndexError
from bedside.core.places import documents_folder
from bedside.core.settings import CorpusSettings, Settings
from bedside.retrieval.corpus import Corpus, CorpusHit, opening
from bedside.retrieval.corpus.opening import open_corpus

QUERIES = ("warfarin in anaemia", "insulin potassium", "sepsis fever cough")
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def server() -> Iterator[QdrantServer]:
    made = QdrantServer()
    yield made
    made.stop()


@pytest.fixture
def settings(tmp_path: Path, server: QdrantServer) -> Settings:
    corpus = CorpusSettings(vectors="qdrant", qdrant_url=server.url, qdrant_api_key="ward-key")
    return Settings(home=tmp_path / "home", corpus=corpus, offline=True)


def opened(settings: Settings) -> Corpus:
    return open_corpus(settings, HashEmbedder())


def collection(server: QdrantServer) -> str:
    (found,) = server.local.get_collections().collections
    return str(found.name)


def held(server: QdrantServer) -> int:
    return int(server.local.count(collection(server)).count)


def assert_alike(found: tuple[CorpusHit, ...], expected: tuple[CorpusHit, ...]) -> None:
    """The same passages but for one or two, since passages that are equally near may change places."""
    assert found[0].passage == expected[0].passage
    assert len({hit.passage for hit in found} & {hit.passage for hit in expected}) >= len(expected) - 2


def test_it_finds_what_faiss_finds_and_sends_no_text(settings: Settings, server: QdrantServer, tmp_path: Path) -> None:
    documents = random_documents(40)
    with Corpus(tmp_path / "faiss", HashEmbedder()) as faiss, opened(settings) as corpus:
        faiss.add(documents)
        assert corpus.add(documents).added == 40
        assert corpus.verify() == []
        for query in QUERIES:
            assert_alike(corpus.search(query), faiss.search(query))
            (only, *_) = corpus.search(query, collections=["ward"], year_from=2020)
            assert only.document.startswith("note-")
        assert corpus.search(QUERIES[0], collections=["none"]) == ()
        assert held(server) == sum(each.passages for each in corpus.collections())
    assert not (documents_folder(settings) / "index" / "vectors.faiss").exists()
    sent = "".join(server.bodies)
    assert server.keys == {"ward-key"}
    assert not any(word in sent for word in ("warfarin", "Note", "note-1", "ward"))


def test_what_is_removed_or_replaced_is_taken_out_of_the_server(settings: Settings, server: QdrantServer) -> None:
    with opened(settings) as corpus:
        corpus.add([*random_documents(10), document("oxygen", "Aim for 92 percent", source="/o.txt")])
        before = held(server)
        assert corpus.add([document("oxygen", "Aim for 94 percent", "Or less", source="/o.txt")]).replaced == 1
        assert held(server) == before + 1
        corpus.remove("note-1-0")
        assert corpus.verify() == []
        corpus.remove_collection("ward")
        assert held(server) == 0
        assert corpus.search(QUERIES[0]) == ()


def test_a_start_with_nothing_new_sends_nothing_and_reads_no_rows(settings: Settings, server: QdrantServer) -> None:
    with opened(settings) as corpus:
        corpus.add(random_documents(10))
    server.seen.clear()
    with opened(settings) as corpus:
        corpus.search(QUERIES[0])
    assert not [call for call in server.seen if call.endswith(("points", "scroll"))]


def test_a_process_that_was_killed_before_it_sent_anything_is_made_up_for(
    settings: Settings, server: QdrantServer
) -> None:
    documents = random_documents(60, 4)
    with opened(settings) as corpus:
        corpus.add(documents[:20])
    code = (
        "import os, sys; from pathlib import Path\n"
        "from bedside.retrieval.corpus.store import Corpus; from bedside.retrieval.corpus.synced import SyncedIndex\n"
        "from support.corpus_texts import random_documents; from support.hash_embedder import HashEmbedder\n"
        "SyncedIndex.save = lambda self: os.kill(os.getpid(), 9)\n"
        "Corpus(Path(sys.argv[1]), HashEmbedder()).add(random_documents(60, 4)[:50])"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    killed = [sys.executable, "-c", code, str(documents_folder(settings))]
    assert subprocess.run(killed, env=environment, check=False).returncode == -9
    with opened(settings) as corpus:
        assert len(corpus.documents()) == 50
        assert corpus.verify() == []
        assert corpus.add(documents).added == 10
        assert corpus.verify() == []
        assert held(server) == sum(each.passages for each in corpus.collections())


@pytest.mark.parametrize("harm", ["lost", "emptied", "strange", "note cut"])
def test_a_server_that_holds_something_else_is_put_right(settings: Settings, server: QdrantServer, harm: str) -> None:
    with opened(settings) as corpus:
        corpus.add(random_documents(20))
        expected = [corpus.search(query) for query in QUERIES]
        name = corpus._index.name  # type: ignore[attr-defined]
    if harm == "lost":
        server.local.delete_collection(name)
    elif harm == "emptied":
        server.local.delete(name, [1, 2, 3])
    elif harm == "strange":
        server.local.upsert(name, [PointStruct(id=9999, vector=[1.0] * 512)])
    else:
        (documents_folder(settings) / "index" / "qdrant.json").write_text("{", encoding="utf-8")
    with opened(settings) as corpus:
        for query, hits in zip(QUERIES, expected, strict=True):
            assert_alike(corpus.search(query), hits)
        assert corpus.verify() == []


def test_a_server_that_is_down_is_said_and_nothing_is_lost(settings: Settings, server: QdrantServer) -> None:
    with opened(settings) as corpus:
        corpus.add(random_documents(10))
    server.stop()
    with opened(settings) as corpus:
        for ask in (lambda: corpus.search(QUERIES[0]), lambda: corpus.add(random_documents(12))):
            with pytest.raises(StoreIndexError, match=r"BED-INDEX-005.*BEDSIDE_CORPUS__QDRANT_URL"):
                ask()
        assert len(corpus.documents()) == 10
        with pytest.raises(StorageError, match="BED-STORE-033"):
            corpus.remove("note-1-0")
        with pytest.raises(StorageError, match="BED-STORE-028"):
            corpus.document("note-1-0")
        with pytest.raises(StoreIndexError, match="BED-INDEX-005"):
            corpus.verify()
    with opened(settings) as corpus:
        assert len(corpus.documents()) == 9
    server.start()
    with opened(settings) as corpus:
        assert held(server) == sum(each.passages for each in corpus.collections())
        assert corpus.verify() == []


def test_the_vectors_move_from_faiss_to_a_server_and_back(settings: Settings, server: QdrantServer) -> None:
    near = settings.model_copy(update={"corpus": CorpusSettings()})
    with opened(near) as corpus:
        corpus.add(random_documents(10))
        expected = corpus.search(QUERIES[0])
    saved = documents_folder(settings) / "index" / "vectors.faiss"
    assert saved.exists()
    with opened(settings) as corpus:
        assert_alike(corpus.search(QUERIES[0]), expected)
        corpus.remove("note-1-0")
        assert not saved.exists(), "it still held what was removed"
    with opened(near) as corpus:
        assert corpus.verify() == []


@pytest.mark.parametrize("url", ["", "qdrant", "ftp://127.0.0.1", "http://"])
def test_an_address_that_is_none_is_refused(settings: Settings, url: str) -> None:
    wrong = settings.model_copy(update={"corpus": CorpusSettings(vectors="qdrant", qdrant_url=url)})
    with pytest.raises(SettingsError, match="BED-SET-011"):
        opened(wrong)


def test_offline_reaches_no_other_machine_and_a_missing_package_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = CorpusSettings(vectors="qdrant", qdrant_url="https://qdrant.example.org:6333", qdrant_api_key="secret-key")
    with pytest.raises(OfflineError, match="BEDSIDE_CORPUS__VECTORS"):
        opened(settings.model_copy(update={"corpus": far}))
    assert "secret-key" not in repr(far)
    monkeypatch.setattr(opening, "find_spec", lambda name: None)
    with pytest.raises(StoreIndexError, match=r"BED-INDEX-007.*bedside\[qdrant\]"):
        opened(settings)
