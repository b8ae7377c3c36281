"""A corpus of any size for the benchmark: real passages with real vectors, then copies with both perturbed."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bedside.evals.bench.corpus_texts import Material, perturbed, vocabulary
from bedside.knowledge.documents import Document, DocumentPassage, Trust
from bedside.retrieval.embed import Embedder
from bedside.retrieval.vectors import Floats

_A_DOCUMENT = 10
_NOISE = 0.8  # length of the noise beside the unit vector: a copy's cosine with its original is about .78
_ENCODED = 256
_COLLECTIONS = (("leaflets", Trust.PATIENT_INFORMATION), ("protocols", Trust.PROTOCOL))


def base_vectors(texts: Sequence[str], embedder: Embedder, cache: Path) -> Floats:
    """The vectors of the real passages, (N, D) float32; kept in the cache, for they take minutes."""
    digest = hashlib.sha256("\0".join((embedder.identity, *texts)).encode()).hexdigest()[:24]
    path = cache / "bench" / f"corpus-{digest}.npy"
    if path.is_file():
        held: Floats = np.load(path, allow_pickle=False).astype(np.float32)
        return held
    parts = [embedder.encode(texts[i : i + _ENCODED]) for i in range(0, len(texts), _ENCODED)]
    vectors: Floats = np.concatenate(parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, vectors.astype(np.float16), allow_pickle=False)
    return vectors


class MadeCorpus:
    """Documents to add, and the embedder that gives their perturbed vectors as they are asked for in order.

    Attributes:
        identity: of the real embedder, so that the corpus can be queried with it.
        apart: seconds spent making texts and vectors, which are not part of adding.
    """

    def __init__(self, material: Material, vectors: Floats, identity: str) -> None:
        self.identity = identity
        self.apart = 0.0
        self._material = material
        self._vectors = vectors
        self._given = 0
        self._noise = np.random.default_rng(3)

    def encode(self, texts: Sequence[str]) -> Floats:
        """The vectors of the next passages: (N, D) float32; those of the first round are not perturbed."""
        started = time.perf_counter()
        places = np.arange(self._given, self._given + len(texts))
        self._given += len(texts)
        out = self._vectors[places % len(self._vectors)]
        width = out.shape[1]
        noise = self._noise.standard_normal(out.shape, dtype=np.float32) * (_NOISE / np.sqrt(width))
        noise[places < len(self._vectors)] = 0
        out = out + noise
        unit: Floats = (out / np.linalg.norm(out, axis=1, keepdims=True)).astype(np.float32)
        self.apart += time.perf_counter() - started
        return unit

    def documents(self, size: int) -> Iterator[tuple[Document, list[DocumentPassage]]]:
        """Documents of ten passages each, so many passages in all."""
        rng = random.Random(11)  # noqa: S311
        words = vocabulary(self._material.passages)
        for number, start in enumerate(range(0, size, _A_DOCUMENT)):
            started = time.perf_counter()
            made = self._document(number, range(start, min(size, start + _A_DOCUMENT)), words, rng)
            self.apart += time.perf_counter() - started
            yield made

    def _document(
        self, number: int, places: range, words: list[str], rng: random.Random
    ) -> tuple[Document, list[DocumentPassage]]:
        passages = self._material.passages
        name = f"bench-{number}"
        kept = []
        for position, place in enumerate(places, start=1):
            sentences = passages[place % len(passages)]
            if place >= len(passages):
                sentences = perturbed(sentences, words, rng)
            ends = np.cumsum([len(s) + 1 for s in sentences]).tolist()
            offsets = tuple((end - len(s) - 1, end - 1) for s, end in zip(sentences, ends, strict=True))
            fields = {"id": f"{name}#{position}", "document": name, "position": position, "page": position}
            kept.append(DocumentPassage.model_validate({**fields, "text": " ".join(sentences), "sentences": offsets}))
        collection, trust = _COLLECTIONS[number % len(_COLLECTIONS)]
        document = Document(
            id=name,
            collection=collection,
            trust=trust,
            title=f"Text {number}",
            source=f"bench:{number}",
            sha256=hashlib.sha256(name.encode()).hexdigest(),
            added="2026-01-01T00:00:00Z",
            year=2000 + number % 26,
            passages=len(kept),
        )
        return document, kept
