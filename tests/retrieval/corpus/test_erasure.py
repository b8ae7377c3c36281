"""What was removed is in no byte of any file."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support.corpus_texts import Text, document, random_documents
from support.hash_embedder import HashEmbedder

from bedside.core.errors import StorageError
from bedside.retrieval.corpus import store, synced
from bedside.retrieval.corpus.store import Corpus
from bedside.retrieval.corpus.writing import embedded_text

SECRETS = [f"zqx{word}wvk" for word in ("alpha", "bravo", "charlie", "delta", "echo")]


def secret_documents(collection: str = "private") -> list[Text]:
    return [
        document(f"{word}-note", *(f"Patient {word} has {word} of part {n}. See {word}" for n in range(40)),
                 collection=collection)
        for word in SECRETS
    ]  # fmt: skip


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def traces(folder: Path, documents: list[Text]) -> list[str]:
    embedder = HashEmbedder()
    needles = [word.encode() for word in SECRETS]
    for made, passages in documents:
        for vector in embedder.encode([embedded_text(made.title, p) for p in passages]):
            half = vector.astype(np.float16)
            needles += [half.tobytes(), half.astype(np.float32).tobytes()]
    return [
        f"{name}: {needle[:20]!r}"
        for name, content in bytes_of(folder).items()
        for needle in needles
        if needle in content.lower() or needle in content
    ]


def interleaved(secret: list[Text]) -> list[Text]:
    others = random_documents(60, 3)
    return [each for number, other in enumerate(others) for each in (other, *secret[number : number + 1])]


def test_no_byte_of_a_removed_collection_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_BATCH", 20)
    secret = secret_documents()
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add(interleaved(secret))
        assert traces(tmp_path, secret)
        assert corpus.remove_collection("private") == len(SECRETS)
        assert traces(tmp_path, secret) == []
        assert corpus.verify() == []
        assert [c.name for c in corpus.collections()] == ["ward"]
        assert all(hit.document.startswith("note-") for hit in corpus.search(SECRETS[0]))
    assert traces(tmp_path, secret) == []


def test_no_byte_of_a_replaced_version_or_of_one_removed_document_is_left(tmp_path: Path) -> None:
    secret = secret_documents()
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add(interleaved(secret))
        new = document("plain", "Nothing to see here", collection="private", source=secret[0][0].source)
        assert corpus.add([new]).replaced == 1
        for made, _ in secret[1:]:
            corpus.remove(made.id)
        left = traces(tmp_path, secret)
        # The new version says what it replaced: the id, and the source under which it was found.
        assert all(SECRETS[0] in trace and "corpus.sqlite" in trace for trace in left), left
        corpus.remove("plain")
        assert traces(tmp_path, secret) == []
        assert corpus.verify() == []


def test_inverted_lists_forget_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synced, "IVF_FROM", 200)
    secret = secret_documents()
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add([*interleaved(secret), *random_documents(100, 6)])
        assert b"IwPQ" in bytes_of(tmp_path)["vectors.faiss"][:8]
        corpus.remove_collection("private")
        assert traces(tmp_path, secret) == []
        assert corpus.verify() == []


def test_a_removal_that_was_killed_before_it_erased_is_finished_at_the_next_start(tmp_path: Path) -> None:
    secret = secret_documents()
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add(interleaved(secret))
    code = (
        "import os, sys; from pathlib import Path\n"
        "from bedside.retrieval.corpus import writing; from bedside.retrieval.corpus.database import Database\n"
        "writing.delete_documents(Database(Path(sys.argv[1])), 'collection = ?', 'private'); os.kill(os.getpid(), 9)"
    )
    root = Path(__file__).resolve().parents[3]
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], env={**os.environ, "PYTHONPATH": str(root)}, check=False
    )
    assert traces(tmp_path, secret)
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        assert traces(tmp_path, secret) == []
        assert corpus.verify() == []


def test_a_reader_that_delays_the_erasing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = secret_documents()
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add(secret)
        corpus._database._db.execute("PRAGMA busy_timeout = 50")
        reader = sqlite3.connect(tmp_path / "corpus.sqlite", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM documents").fetchone()
        with pytest.raises(StorageError, match="BED-STORE-032"):
            corpus.remove_collection("private")
        reader.close()
    with Corpus(tmp_path, HashEmbedder()):
        assert traces(tmp_path, secret) == []
