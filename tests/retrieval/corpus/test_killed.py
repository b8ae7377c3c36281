"""A process that adds is killed, or shares the corpus with another: only whole documents, and the same in the end."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from support.corpus_texts import random_documents
from support.hash_embedder import HashEmbedder

from bedside.retrieval.corpus.store import Corpus

ROOT = Path(__file__).resolve().parents[3]
COUNT = 120
QUERIES = ("warfarin in anaemia", "insulin potassium", "sepsis fever cough", "n4")


def adding(folder: Path, seed: int, pause: float = 0.0) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "support.adding_corpus", str(folder), str(COUNT), str(seed), str(pause)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def held(corpus: Corpus) -> object:
    documents = corpus.documents()
    return documents, [corpus.passages_of(d.id) for d in documents], [corpus.search(q) for q in QUERIES]


def test_killed_at_any_moment_it_holds_whole_documents_and_goes_on_to_the_same_end(tmp_path: Path) -> None:
    documents = random_documents(COUNT, 5)
    with Corpus(tmp_path / "calm", HashEmbedder()) as corpus:
        corpus.add(documents)
        expected = held(corpus)
    rng = random.Random(9)
    partial = 0
    for turn in range(6):
        folder = tmp_path / str(turn)
        process = adding(folder, 5, 0.01)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(rng.uniform(0.0, 1.2))
        process.kill()
        process.wait()
        with Corpus(folder, HashEmbedder()) as corpus:
            assert corpus.verify() == []
            before = len(corpus.documents())
            partial += 0 < before < COUNT
            assert corpus.documents() == tuple(expected[0][:before])  # type: ignore[index]
            embedder_calls = corpus.add(documents)
            assert (embedder_calls.added, embedder_calls.unchanged) == (COUNT - before, before)
            assert held(corpus) == expected
            assert corpus.verify() == []
    assert partial > 0


def test_two_processes_that_add_at_once_both_get_everything_in(tmp_path: Path) -> None:
    processes = [adding(tmp_path, seed) for seed in (1, 2, 1)]
    outputs = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], outputs
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        assert corpus.verify() == []
        assert len(corpus.documents()) == 2 * COUNT
        assert corpus.add([*random_documents(COUNT, 1), *random_documents(COUNT, 2)]).unchanged == 2 * COUNT


def test_what_another_process_added_is_found_without_opening_again(tmp_path: Path) -> None:
    with Corpus(tmp_path, HashEmbedder()) as corpus:
        corpus.add(random_documents(3, 8))
        process = adding(tmp_path, 1)
        process.communicate(timeout=120)
        assert any(hit.document.startswith("note-1-") for hit in corpus.search("warfarin in anaemia"))
        assert corpus.verify() == []
