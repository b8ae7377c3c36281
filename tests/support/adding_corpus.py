"""Adds documents to a corpus in a process of its own, so that a test can kill it.

    python -m support.adding_corpus FOLDER COUNT SEED [PAUSE]

PAUSE is slept after each batch of vectors, so that a kill hits any moment. Prints "ready" before the first document.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bedside.core.errors import BedsideError
from bedside.retrieval.corpus import store
from bedside.retrieval.corpus.store import Corpus
from bedside.retrieval.vectors import Floats
from support.corpus_texts import random_documents
from support.hash_embedder import HashEmbedder


class SlowEmbedder(HashEmbedder):
    """The hash embedder with a pause."""

    def __init__(self, pause: float) -> None:
        super().__init__()
        self._pause = pause

    def encode(self, texts: Sequence[str]) -> Floats:
        time.sleep(self._pause)
        return super().encode(texts)


if __name__ == "__main__":
    folder, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    store._BATCH = 16
    documents = random_documents(count, seed)
    print("ready", flush=True)
    try:
        with Corpus(folder, SlowEmbedder(float(sys.argv[4]) if len(sys.argv) > 4 else 0)) as corpus:
            print(corpus.add(documents), flush=True)
    except BedsideError as error:
        print(error, flush=True)
        sys.exit(2)
