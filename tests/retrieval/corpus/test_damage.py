"""Damaged files, full disks and locked files end in a sentence, never in a traceback or a changed text."""

from __future__ import annotations

import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from support.corpus_texts import random_documents
from support.hash_embedder import HashEmbedder

from bedside.core.errors import StorageError
from bedside.retrieval.corpus.store import Corpus
from bedside.retrieval.corpus.synced import SyncedIndex
from bedside.retrieval.corpus.vectors import IndexKind

QUERY = "warfarin in anaemia"


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 0x41
    path.write_bytes(bytes(content))


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    with Corpus(tmp_path / "sound", HashEmbedder()) as corpus:
        corpus.add(random_documents(40))
    return tmp_path / "sound"


@pytest.mark.parametrize("name", ["vectors.faiss", "vectors.json"])
def test_a_damaged_cut_or_missing_index_is_built_again_unnoticed(folder: Path, name: str) -> None:
    with Corpus(folder, HashEmbedder()) as corpus:
        expected = corpus.search(QUERY)
    path = folder / "index" / name
    sound = path.read_bytes()
    for number in range(8):
        if number == 0:
            path.unlink()
        elif number == 1:
            path.write_bytes(sound[: len(sound) // 2])
        else:
            path.write_bytes(sound)
            flip(path, number * len(sound) // 9)
        with Corpus(folder, HashEmbedder()) as corpus:
            assert corpus.search(QUERY) == expected
            assert corpus.verify() == []


@pytest.mark.parametrize("kind", [IndexKind.FLAT, IndexKind.IVF, IndexKind.HNSW])
def test_a_sound_index_is_read_and_not_built_again(
    tmp_path: Path, kind: IndexKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Corpus(tmp_path, HashEmbedder(), kind) as corpus:
        corpus.add(random_documents(60))
        expected = corpus.search(QUERY)

    def built(*_: object) -> None:
        raise AssertionError("the index was built again")

    monkeypatch.setattr(SyncedIndex, "_build", built)
    with Corpus(tmp_path, HashEmbedder(), kind) as corpus:
        assert corpus.search(QUERY) == expected
        corpus.add(random_documents(3, 2))
        assert corpus.verify() == []


def test_an_index_that_is_behind_gets_only_what_it_lacks(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "index", tmp_path / "older")
    with Corpus(folder, HashEmbedder()) as corpus:
        corpus.add(random_documents(20, 2))
        corpus.remove("note-1-0")
        expected = corpus.search(QUERY)
    shutil.rmtree(folder / "index")
    shutil.copytree(tmp_path / "older", folder / "index")
    with Corpus(folder, HashEmbedder()) as corpus:
        assert corpus.search(QUERY) == expected
        assert corpus.verify() == []


def test_a_flipped_byte_of_the_database_is_said_or_harmless_and_no_changed_text_is_given(
    folder: Path, tmp_path: Path
) -> None:
    with Corpus(folder, HashEmbedder()) as corpus:
        expected = {d.id: (d, corpus.passages_of(d.id)) for d in corpus.documents()}
    sound = (folder / "corpus.sqlite").read_bytes()
    rng = random.Random(4)
    said = 0
    for number in range(60):
        place = rng.randrange(len(sound)) if number else 30
        copy = tmp_path / f"copy-{number}"
        shutil.copytree(folder, copy)
        flip(copy / "corpus.sqlite", place)
        try:
            with Corpus(copy, HashEmbedder()) as corpus:
                for found in corpus.documents():
                    assert (found, corpus.passages_of(found.id)) == expected[found.id]
                corpus.search(QUERY)
                said += corpus.verify() != []
        except StorageError as error:
            said += 1
            assert error.code in {"BED-STORE-022", "BED-STORE-024", "BED-STORE-028", "BED-STORE-029", "BED-STORE-021"}
        shutil.rmtree(copy)
    assert said >= 20


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "corpus.sqlite").write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(StorageError, match="BED-STORE-022"):
        Corpus(tmp_path, HashEmbedder())


def test_a_full_disk_is_said_and_what_was_there_stays(folder: Path) -> None:
    with Corpus(folder, HashEmbedder()) as corpus:
        pages = corpus._database._db.execute("PRAGMA page_count").fetchone()[0]
        corpus._database._db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StorageError, match="BED-STORE-021"):
            corpus.add(random_documents(200, 7))
        assert corpus.verify() == []
        assert {d.id for d in corpus.documents()} >= {f"note-1-{n}" for n in range(40)}
        corpus._database._db.execute("PRAGMA max_page_count = 1000000")
        corpus.add(random_documents(200, 7))
        assert len(corpus.documents()) == 240 and corpus.verify() == []


def test_a_corpus_that_another_program_holds_is_said(folder: Path) -> None:
    with Corpus(folder, HashEmbedder()) as corpus:
        corpus._database._db.execute("PRAGMA busy_timeout = 50")
        other = sqlite3.connect(folder / "corpus.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="BED-STORE-020"):
            corpus.add(random_documents(2, 9))
        assert corpus.search(QUERY)
        other.close()
        assert corpus.add(random_documents(2, 9)).added == 2


def test_a_closed_corpus_says_so(folder: Path) -> None:
    corpus = Corpus(folder, HashEmbedder())
    corpus.close()
    with pytest.raises(StorageError, match="BED-STORE-025"):
        corpus.documents()
