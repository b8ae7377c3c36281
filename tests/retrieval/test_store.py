from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bedside.core.settings import Settings
from bedside.knowledge.library import load_library
from bedside.retrieval import store
from bedside.retrieval.embed import MiniLm
from bedside.retrieval.library_index import row_texts
from bedside.retrieval.relevance import MEASURED, Signals, relevance
from bedside.retrieval.store import KeptVectors


def units(n: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(n, 16)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_rounded_vector_is_nearly_the_vector_and_of_unit_length() -> None:
    vectors = units(50)
    kept = KeptVectors.of([str(i) for i in range(50)], vectors).vectors([str(i) for i in range(50)])
    assert np.linalg.norm(kept, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert (kept * vectors).sum(axis=1).min() > 0.9995


def test_vectors_come_in_the_order_asked_for_and_once_kept_twice() -> None:
    kept = KeptVectors.of(["a", "b"], units(2))
    assert np.array_equal(kept.vectors(["b", "a", "b"])[[1, 2]], kept.vectors(["a", "b"]))
    assert "a" in kept
    assert "c" not in kept


def test_joining_keeps_all_and_the_last_of_a_text_in_both() -> None:
    first, second = KeptVectors.of(["a", "b"], units(2)), KeptVectors.of(["b"], units(1, seed=5))
    joined = KeptVectors.joined([first, KeptVectors.joined([]), second])
    assert len(joined) == 2
    assert np.array_equal(joined.vectors(["a"]), first.vectors(["a"]))
    assert np.array_equal(joined.vectors(["b"]), second.vectors(["b"]))
    assert len(joined.only(["b", "b"])) == 1


def test_a_vector_of_zeros_stays_one() -> None:
    assert not KeptVectors.of(["a"], np.zeros((1, 4), np.float32)).vectors(["a"]).any()


def test_what_is_saved_is_read_and_belongs_to_its_embedder(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "kept.safetensors"
    kept = KeptVectors.of(["a", "b"], units(2))
    store.save(path, kept, "one")
    read = store.load(path, "one")
    assert read is not None
    assert np.array_equal(read.vectors(["b"]), kept.vectors(["b"]))
    assert store.load(path, "another") is None
    assert store.load(tmp_path / "none", "one") is None


def test_another_embedder_has_another_file(tmp_path: Path) -> None:
    settings = Settings(cache=tmp_path)
    assert store.index_file(settings, "one") != store.index_file(settings, "another")


def test_the_library_comes_with_the_vectors_of_all_its_rows() -> None:
    shipped = store.load(store.SHIPPED, MiniLm.identity)
    assert shipped is not None
    texts = set(row_texts(load_library().passages()))
    missing = [text for text in texts if text not in shipped]
    assert not missing, f"run scripts/library_vectors.py: {len(missing)} rows are new, such as {missing[:2]}"
    assert len(shipped) == len(texts)


def test_relevance_rises_with_every_signal_and_stays_between_zero_and_one() -> None:
    nothing = Signals(*np.zeros((5, 1), np.float32))
    base = float(nothing.logits()[0])
    for at in range(5):
        more = [np.zeros(1, np.float32) for _ in range(5)]
        more[at] = np.ones(1, np.float32)
        assert float(Signals(*more).logits()[0]) > base
    assert 0 < relevance(base) < relevance(base + MEASURED) < 1
