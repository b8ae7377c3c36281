"""What the corpus answers with."""

from __future__ import annotations

from collections.abc import Callable

from bedside.core.base import Frozen
from bedside.knowledge.documents import Trust

# Called after each batch is safe on disk, with the documents seen and the passages written so far.
Progress = Callable[[int, int], None]


class Added(Frozen):
    """How many documents an `add` took in as new, held already, and took in place of an older version."""

    added: int = 0
    unchanged: int = 0
    replaced: int = 0


class CollectionInfo(Frozen):
    """One collection: its name, the trust of its documents, and how much it holds."""

    name: str
    trust: Trust
    documents: int
    passages: int


class CorpusHit(Frozen):
    """A passage that a search found.

    Attributes:
        passage: its id.
        document: its document's id.
        score: the cosine and a share of BM25 (`blended`); only the order means anything.
        dense: cosine of query and passage.
        lexical: BM25; 0 where no word that says something is shared.
        rank: from 1.
        sentences: the cosine of the query with each sentence of the passage; empty where they were not asked for.
    """

    passage: str
    document: str
    score: float
    dense: float
    lexical: float
    rank: int
    sentences: tuple[float, ...] = ()
