"""Vectors of a corpus, kept between runs: embedding sixteen thousand answers takes minutes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bedside.retrieval.embed import Embedder
from bedside.retrieval.vectors import Floats

BLOCK = 512


def kept(embedder: Embedder, texts: Sequence[str], folder: Path | None, backwards: bool = False) -> Floats:
    """The vectors of `texts`, read from `folder` where this embedder has made them before, and written there if not.

    They are kept in blocks, so that a run that was stopped goes on where it was.

    Args:
        embedder: what makes them.
        texts: one a row, at least one.
        folder: where to keep them; None keeps nothing.
        backwards: make the last blocks first, so that a second process can help.

    Returns:
        (N, D) float32, in the order of `texts`.
    """
    blocks = [list(texts[start : start + BLOCK]) for start in range(0, len(texts), BLOCK)]
    order = range(len(blocks) - 1, -1, -1) if backwards else range(len(blocks))
    made = {index: _block(embedder, blocks[index], folder) for index in order}
    return np.concatenate([made[index] for index in range(len(blocks))])


def _block(embedder: Embedder, texts: list[str], folder: Path | None) -> Floats:
    if folder is None:
        return embedder.encode(texts)
    digest = hashlib.sha256(embedder.identity.encode())
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    path = folder / f"{digest.hexdigest()[:32]}.npy"
    if path.exists():
        read: Floats = np.load(path, allow_pickle=False)
        return read
    vectors = embedder.encode(texts)
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.save(file, vectors, allow_pickle=False)
    part.replace(path)
    return vectors
