"""One conformance test that every vector index passes: Flat, IVF, HNSW and Qdrant in its local mode."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from qdrant_client import QdrantClient

from bedside.core.errors import StoreIndexError
from bedside.retrieval.corpus import saved
from bedside.retrieval.corpus.qdrant import QdrantIndex
from bedside.retrieval.corpus.saved import SavedState
from bedside.retrieval.corpus.vectors import FlatIndex, HnswIndex, IndexKind, IvfIndex, VectorIndex

WIDTH = 32
ROWS = np.arange(3, 3 + 2 * 3000, 2, dtype=np.int64)


def unit(count: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((count, WIDTH)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


VECTORS = unit(len(ROWS), 1)


def flat() -> VectorIndex:
    return FlatIndex(WIDTH)


def ivf() -> VectorIndex:
    return IvfIndex(WIDTH, lambda rows: VECTORS[np.searchsorted(ROWS, rows)])


def hnsw() -> VectorIndex:
    return HnswIndex(WIDTH)


def qdrant() -> VectorIndex:
    return QdrantIndex(QdrantClient(":memory:"), "test", WIDTH)


@pytest.mark.parametrize("make", [flat, ivf, hnsw, qdrant])
def test_every_index_finds_filters_and_forgets_alike(make: Callable[[], VectorIndex]) -> None:
    index = make()
    assert len(index) == 0
    assert index.search(VECTORS[0], 5)[0].tolist() == []
    index.add(ROWS, VECTORS)
    assert len(index) == len(ROWS)
    assert index.rows().tolist() == ROWS.tolist()

    hits = 0
    for query in unit(20, 2):
        cosines = VECTORS @ query
        rows, scores = index.search(query, 10)
        assert len(rows) == 10
        assert np.all(np.diff(scores) <= 1e-6)
        assert np.allclose(scores, cosines[np.searchsorted(ROWS, rows)], atol=2e-3)
        hits += len(set(rows.tolist()) & set(ROWS[np.argsort(-cosines)[:10]].tolist()))
    assert hits >= 190

    allowed = ROWS[100:400:3]
    rows, _ = index.search(VECTORS[0], 10, allowed)
    assert len(rows) == 10 and set(rows.tolist()) <= set(allowed.tolist())

    gone = ROWS[:50]
    if not index.removes:
        with pytest.raises(StoreIndexError):
            index.remove(gone)
        return
    index.remove(np.concatenate([gone, [999_999]]))
    assert len(index) == len(ROWS) - 50
    assert not set(index.rows().tolist()) & set(gone.tolist())
    for row in range(3):
        assert not set(index.search(VECTORS[row], 20)[0].tolist()) & set(gone.tolist())


def test_a_qdrant_collection_of_another_width_is_refused() -> None:
    client = QdrantClient(":memory:")
    QdrantIndex(client, "same", WIDTH)
    with pytest.raises(StoreIndexError):
        QdrantIndex(client, "same", WIDTH + 1)


def test_inverted_lists_whose_tables_are_larger_than_their_file_are_read_back(tmp_path: Path) -> None:
    vectors = np.random.default_rng(3).standard_normal((10_500, 96)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = IvfIndex(96, lambda rows: vectors[rows])
    index.add(np.arange(len(vectors)), vectors)
    state = SavedState(corpus="c", kind=IndexKind.IVF, width=96, last=10_500, removals=0, trained=10_500)
    saved.save(tmp_path, index.faiss, state)
    read = saved.load(tmp_path)
    assert read is not None and read[1] == state and read[0].ntotal == len(vectors)
