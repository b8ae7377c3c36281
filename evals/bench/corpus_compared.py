"""Two corpora of the same documents, compared in everything that is held and found."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bedside.retrieval.corpus.database import FILE, Database
from bedside.retrieval.corpus.store import Corpus
from bedside.retrieval.embed import Embedder

_SHOWN = 5


def held_by(folder: Path, embedder: Embedder) -> tuple[object, ...]:
    """Each document with its passages, in the order of adding; when it was added does not count."""
    with Corpus(folder, embedder) as corpus:
        return tuple((d.model_copy(update={"added": ""}), corpus.passages_of(d.id)) for d in corpus.documents())


def compared(one: Path, other: Path, embedder: Embedder, queries: int, seed: int) -> list[str]:
    """What differs, in words; empty where both hold and find the same.

    Args:
        one: a corpus.
        other: the one that should be like it.
        embedder: the one that both were made with.
        queries: how many titles of the documents are searched for.
        seed: by which those are drawn.
    """
    out = _documents(held_by(one, embedder), held_by(other, embedder))
    out += _vectors(one, other)
    with Corpus(one, embedder) as first, Corpus(other, embedder) as second:
        out += [f"{other / FILE}: {problem}" for problem in second.verify()]
        titles = sorted({document.title for document in first.documents()})
        asked = random.Random(seed).sample(titles, min(queries, len(titles)))  # noqa: S311  a sample, not a secret
        different = [title for title in asked if first.search(title) != second.search(title)]
    if different:
        out.append(f"{len(different)} of {len(asked)} searches find something else, as {different[0]!r}.")
    return out


def _documents(one: Sequence[object], other: Sequence[object]) -> list[str]:
    out = [] if len(one) == len(other) else [f"{len(one):,} documents are held by one, {len(other):,} by the other."]
    different = [number for number, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    if different:
        out.append(f"{len(different):,} documents differ, the first are numbers {different[:_SHOWN]}.")
    return out


def _vectors(one: Path, other: Path) -> list[str]:
    a, b = _all_vectors(one), _all_vectors(other)
    if a.shape != b.shape:
        return [f"{len(a):,} vectors are held by one, {len(b):,} by the other."]
    different = np.flatnonzero((a != b).any(axis=1))
    if not len(different):
        return []
    farthest = float(np.abs(a[different].astype(np.float32) - b[different].astype(np.float32)).max())
    return [f"{len(different):,} of {len(a):,} vectors differ, by {farthest:.2g} at most in a dimension."]


def _all_vectors(folder: Path) -> np.ndarray:
    """(N, D) float16, in the order of the passages."""
    database = Database(folder)
    with database.reading() as db:
        blobs = [blob for (blob,) in db.execute("SELECT vector FROM vectors ORDER BY row")]
    database.close()
    return np.frombuffer(b"".join(blobs), dtype=np.float16).reshape(len(blobs), -1)
