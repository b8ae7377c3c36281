"""Finding passages of a corpus: by word and by meaning, fused, varied, and without copies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bedside.knowledge.documents import DocumentPassage
from bedside.retrieval.corpus.database import Database
from bedside.retrieval.corpus.followed import FollowingIndex
from bedside.retrieval.corpus.lexical import LexicalSearch
from bedside.retrieval.corpus.nouns import CorpusHit
from bedside.retrieval.corpus.records import PASSAGE_COLUMNS, Ints, passage_of
from bedside.retrieval.corpus.rows import Filter, count_rows, rows_of, vectors_of
from bedside.retrieval.embed import Embedder
from bedside.retrieval.fuse import K
from bedside.retrieval.vectors import Floats
from bedside.retrieval.words import mentions

_DEPTH = 100  # how far down each ranking counts
_CONSIDERED = 60  # of the fused ranking, beyond which nothing is read
_RUN = 2  # passages of one document that may follow each other
_WORD = re.compile(r"\w+")


class _Candidate(NamedTuple):
    row: int
    score: float
    title: str
    passage: DocumentPassage


class CorpusSearch:
    """The search of one corpus."""

    def __init__(self, database: Database, index: FollowingIndex, embedder: Embedder) -> None:
        self._database = database
        self._index = index
        self._embedder = embedder
        self._lexical = LexicalSearch(database)
        self._allowed: tuple[object, Ints] | None = None

    def search(self, text: str, top_k: int, chosen: Filter, sentences: bool) -> tuple[CorpusHit, ...]:
        """The best passages, best first; see `Corpus.search`."""
        if not text.strip() or top_k < 1:
            return ()
        vector = self._embedder.encode([text])[0]
        with self._database.lock:
            fused, lexical = self._rankings(text, vector, chosen, max(_DEPTH, 3 * top_k))
            best = sorted(fused, key=lambda row: (-fused[row], row))[: max(_CONSIDERED, 4 * top_k)]
            kept = varied(without_copies(self._read(best, fused)), top_k)
            if not kept:
                return ()
            rows = np.array([candidate.row for candidate in kept], dtype=np.int64)
            cosines = vectors_of(self._database, rows, len(vector)) @ vector
        inside = self._sentences(vector, kept) if sentences else [()] * len(kept)
        return tuple(
            CorpusHit(
                passage=c.passage.id,
                document=c.passage.document,
                score=c.score,
                dense=float(cosine),
                lexical=lexical.get(c.row, 0.0),
                rank=rank,
                sentences=each,
            )
            for rank, (c, cosine, each) in enumerate(zip(kept, cosines, inside, strict=True), start=1)
        )

    def _rankings(
        self, text: str, vector: Floats, chosen: Filter, depth: int
    ) -> tuple[dict[int, float], dict[int, float]]:
        """Row to fused score, and row to BM25."""
        index = self._index.fresh()
        allowed = self._rows_allowed(chosen)
        if index is None or (allowed is not None and not len(allowed)):
            return {}, {}
        near, cosines = index.search(vector, depth, allowed)
        near = near[cosines > 0]
        by_word, scores = self._lexical.search(text, depth, len(index), allowed)
        fused: dict[int, float] = {}
        for ranking in (near, by_word):
            for rank, row in enumerate(ranking.tolist(), start=1):
                fused[row] = fused.get(row, 0.0) + 1 / (K + rank)
        return fused, dict(zip(by_word.tolist(), scores.tolist(), strict=True))

    def _rows_allowed(self, chosen: Filter) -> Ints | None:
        if not chosen:
            return None
        key = (chosen.key, self._database.state())
        if self._allowed is None or self._allowed[0] != key:
            self._allowed = (key, rows_of(self._database, chosen))
        rows = self._allowed[1]
        return None if len(rows) == count_rows(self._database) else rows

    def _read(self, rows: Sequence[int], fused: dict[int, float]) -> list[_Candidate]:
        listed = f"[{','.join(map(str, rows))}]"
        with self._database.reading() as db:
            found = db.execute(
                f"SELECT p.row, d.title, {PASSAGE_COLUMNS} FROM passages p JOIN documents d ON d.row = p.document "  # noqa: S608
                "WHERE p.row IN (SELECT value FROM json_each(?))",
                (listed,),
            ).fetchall()
        path = self._database.path
        read = {row: _Candidate(row, fused[row], title, passage_of(rest, path)) for row, title, *rest in found}
        return [read[row] for row in rows if row in read]

    def _sentences(self, query: Floats, kept: Sequence[_Candidate]) -> list[tuple[float, ...]]:
        """The query's cosine with every sentence, each under its document's title where it does not name it."""
        texts = []
        for _, _, title, passage in kept:
            for start, end in passage.sentences:
                sentence = passage.text[start:end]
                texts.append(sentence if mentions(sentence, title) else f"{title}: {sentence}")
        cosines = iter((self._embedder.encode(texts) @ query).tolist())
        return [tuple(next(cosines) for _ in candidate.passage.sentences) for candidate in kept]

    def close(self) -> None:
        """Lets go of what the search holds beside the database."""
        self._lexical.close()


def without_copies(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """The candidates without those whose words, apart from case, spaces and marks, stand higher up already."""
    seen: set[str] = set()
    out = []
    for candidate in candidates:
        key = " ".join(_WORD.findall(candidate.passage.text.lower()))
        if key not in seen:
            seen.add(key)
            out.append(candidate)
    return out


def varied(candidates: Sequence[_Candidate], count: int) -> list[_Candidate]:
    """The first so many, where no document has more than two in a row while another has one to give."""
    waiting = list(candidates)
    out: list[_Candidate] = []
    while waiting and len(out) < count:
        last = {c.passage.document for c in out[-_RUN:]}
        tired = last.pop() if len(out) >= _RUN and len(last) == 1 else None
        place = next((i for i, c in enumerate(waiting) if c.passage.document != tired), 0)
        out.append(waiting.pop(place))
    return out
