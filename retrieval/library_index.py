"""The rows of the library's dense index: each sentence of each passage, then each question that a passage answers."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from bedside.core.errors import StoreIndexError
from bedside.core.settings import Settings
from bedside.knowledge.library import Passage
from bedside.retrieval import store
from bedside.retrieval.chunk import chunks_of
from bedside.retrieval.dense import DenseIndex
from bedside.retrieval.embed import Embedder
from bedside.retrieval.vectors import Floats

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LOG = logging.getLogger(__name__)


class LibraryIndex:
    """Vectors of a library's passages, opened on first use.

    Only texts whose vectors neither came with Bedside nor were kept before are embedded. Threads that come while it is
    opened wait for it.
    """

    def __init__(self, settings: Settings, passages: tuple[Passage, ...], embedder: Embedder) -> None:
        self._settings = settings
        self._passages = passages
        self._embedder = embedder
        self._lock = Lock()
        self._dense: DenseIndex | None = None

    def cosines(self, texts: Sequence[str]) -> tuple[Floats, ...]:
        """For each text its cosine with every row, (rows,) float32."""
        index = self._open()
        once = list(dict.fromkeys(texts))
        found = {text: index.similarities(v) for text, v in zip(once, self._embedder.encode(once), strict=True)}
        return tuple(found[text] for text in texts)

    def nearest(self, cosines: Floats) -> Floats:
        """For each passage the cosine of its nearest row, (N,) float32."""
        out = np.full(len(self._passages), -1.0, dtype=np.float32)
        np.maximum.at(out, self._owners[: len(cosines)], cosines)
        return out

    def nearest_sentence(self, cosines: Floats) -> Floats:
        """The same over the sentences alone: what the text says, without the questions it is found by."""
        return self.nearest(cosines[: self._bounds[-1][1]])

    def sentences_of(self, at: int) -> tuple[int, int]:
        """The rows of a passage's sentences: the first, and one past the last."""
        return self._bounds[at]

    @cached_property
    def _bounds(self) -> list[tuple[int, int]]:
        ends = np.cumsum([len(passage.offsets) for passage in self._passages]).tolist()
        return list(zip([0, *ends[:-1]], ends, strict=True))

    @cached_property
    def _owners(self) -> NDArray[np.intp]:
        """For each row the passage it belongs to."""
        sentences = [at for at, (start, end) in enumerate(self._bounds) for _ in range(start, end)]
        questions = [at for at, passage in enumerate(self._passages) for _ in passage.asked]
        return np.array([*sentences, *questions], dtype=np.intp)

    def _open(self) -> DenseIndex:
        with self._lock:
            if self._dense is None:
                self._dense = DenseIndex.build(self._vectors(row_texts(self._passages)))
            return self._dense

    def _vectors(self, texts: list[str]) -> Floats:
        path = store.index_file(self._settings, self._embedder.identity)
        shipped, saved = self._kept(store.SHIPPED), self._kept(path)
        held = store.KeptVectors.joined([kept for kept in (shipped, saved) if kept is not None])
        missing = [text for text in dict.fromkeys(texts) if text not in held]
        if missing:
            held = store.KeptVectors.joined([held, store.KeptVectors.of(missing, self._embedder.encode(missing))])
            try:
                store.save(path, held.only(texts), self._embedder.identity)
            except StoreIndexError as error:
                _LOG.warning("%s", error)
        return held.vectors(texts)

    def _kept(self, path: Path) -> store.KeptVectors | None:
        try:
            return store.load(path, self._embedder.identity)
        except StoreIndexError as error:
            _LOG.warning("%s", error)
            return None


def row_texts(passages: tuple[Passage, ...]) -> list[str]:
    """What is embedded, in the order of the rows."""
    sentences = [chunk.text for passage in passages for chunk in chunks_of(passage)]
    return [*sentences, *(question for passage in passages for question in passage.asked)]
