"""The rankings that the retrieval evaluation compares, as scores of every question with every text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bedside.retrieval.adapter.medquad import Pair, opening, title
from bedside.retrieval.adapter.model import Adapter
from bedside.retrieval.adapter.rank import ANSWER_WEIGHT, both
from bedside.retrieval.adapter.vectors_kept import kept
from bedside.retrieval.embed import Embedder
from bedside.retrieval.fuse import blended, reciprocal_rank
from bedside.retrieval.lexical import LexicalIndex
from bedside.retrieval.vectors import Floats
from bedside.retrieval.words import stems

QUESTION_TIMES = 3  # how often a pair's own question counts for BM25, beside its answer


class System(NamedTuple):
    """A way to rank: one table of scores, or several that reciprocal rank fusion joins.

    Attributes:
        name: as it is printed.
        tables: (questions, texts) float32 each, greater is better.
    """

    name: str
    tables: tuple[Floats, ...]

    def scores(self, question: int, without: int | None = None) -> Floats:
        """The scores of one question with every text, (N,); or with every text but one, (N - 1,)."""
        rows = [table[question] for table in self.tables]
        if without is not None:
            rows = [np.delete(row, without) for row in rows]
        return rows[0] if len(rows) == 1 else np.asarray(reciprocal_rank(rows), dtype=np.float32)

    def ranked(self, question: int, k: int = 10) -> list[int]:
        """The first `k` texts for one question, best first; of equals the earlier."""
        return [int(row) for row in np.argsort(-self.scores(question), kind="stable")[:k]]


def pair_systems(
    questions: Sequence[str], corpus: Sequence[Pair], embedder: Embedder, adapter: Adapter, cache: Path | None
) -> list[System]:
    """The systems over pairs, whose own question is a text of its own.

    "fused of four" joins, with equal weights, BM25, BM25 of question, focus and synonyms alone, and the adapted cosines
    with question and with answer. "blend" adds BM25 of those titles to the cosines.
    """
    once = lexical(questions, [f"{p.question} {p.answer}" for p in corpus])
    words = lexical(questions, [" ".join([p.question] * QUESTION_TIMES + [p.answer]) for p in corpus])
    asked = kept(embedder, questions, cache)
    texts = [p.question for p in corpus], [opening(p.answer) for p in corpus]
    fields = [kept(embedder, of_one, cache) for of_one in texts]
    titles = lexical(questions, [title(p) for p in corpus])
    weights = (1.0, ANSWER_WEIGHT)
    dense = both(asked, fields, weights)
    mine, theirs = adapter.questions(asked), [adapter.passages(field) for field in fields]
    adapted = both(mine, theirs, weights)
    return [
        System("BM25, question once", (once,)),
        System("BM25", (words,)),
        System("MiniLM, answer only", (asked @ fields[1].T,)),
        System("MiniLM", (dense,)),
        System("fused: BM25, MiniLM", (words, dense)),
        System("adapted", (adapted,)),
        System("fused: BM25, adapted", (words, adapted)),
        System("fused of four", (words, titles, *(mine @ field.T for field in theirs))),
        System("blend: titles, MiniLM", (blended(dense, titles),)),
        System("blend: titles, adapted", (blended(adapted, titles),)),
    ]


def text_systems(
    questions: Sequence[str], texts: Sequence[str], embedder: Embedder, adapter: Adapter, cache: Path | None
) -> list[System]:
    """The systems over plain texts."""
    words = lexical(questions, texts)
    asked, rows = kept(embedder, questions, cache), kept(embedder, texts, cache)
    dense, adapted = asked @ rows.T, adapter.questions(asked) @ adapter.passages(rows).T
    return [
        System("BM25", (words,)),
        System("MiniLM", (dense,)),
        System("fused: BM25, MiniLM", (words, dense)),
        System("adapted", (adapted,)),
        System("fused: BM25, adapted", (words, adapted)),
        System("blend: BM25, MiniLM", (blended(dense, words),)),
        System("blend: BM25, adapted", (blended(adapted, words),)),
    ]


def lexical(questions: Sequence[str], texts: Sequence[str]) -> Floats:
    """BM25 of stems, stop words out: (questions, texts)."""
    index = LexicalIndex(texts)
    return np.stack([index.scores(stems(question)) for question in questions])
