"""Finding passages of a corpus: by word and by meaning, blended, varied, and without copies."""

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
from bedside.retrieval.fuse import blended
from bedside.retrieval.vectors import Floats
from bedside.retrieval.words import mentions

_DEPTH = 100  # how far down each ranking counts
_CONSIDERED = 60  # of the blended ranking, beyond which nothing is read
_RUN = 2  # passages of one document that may follow each other
_WORD = re.compile(r"\w+")


class _Found(NamedTuple):
    """Rows that a query finds, best first, and their scores: (N,) each."""

    rows: Ints
    scores: Floats
    cosines: Floats
    lexical: Floats


class _Candidate(NamedTuple):
    place: int
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
            found = self._found(text, vector, chosen, max(_DEPTH, 3 * top_k))
            best = self._read(found.rows[: max(_CONSIDERED, 4 * top_k)])
        kept = varied(without_copies(best), top_k)
        inside = self._sentences(vector, kept) if sentences and kept else [()] * len(kept)
        return tuple(
            CorpusHit(
                passage=c.passage.id,
                document=c.passage.document,
                score=float(found.scores[c.place]),
                dense=float(found.cosines[c.place]),
                lexical=float(found.lexical[c.place]),
                rank=rank,
                sentences=each,
            )
            for rank, (c, each) in enumerate(zip(kept, inside, strict=True), start=1)
        )

    def _found(self, text: str, vector: Floats, chosen: Filter, depth: int) -> _Found:
        """What is near in meaning or shares words, by the blend of both scores."""
        index = self._index.fresh()
        allowed = self._rows_allowed(chosen)
        if index is None or (allowed is not None and not len(allowed)):
            return _Found(np.empty(0, dtype=np.int64), *(np.empty(0, dtype=np.float32),) * 3)
        near, cosines = index.search(vector, depth, allowed)
        near = near[cosines > 0]
        by_word, bm25 = self._lexical.search(text, depth, len(index), allowed, also=near)
        rows = np.union1d(near, by_word)
        lexical = np.zeros(len(rows), dtype=np.float32)
        lexical[np.searchsorted(rows, by_word)] = bm25
        exact = vectors_of(self._database, rows, len(vector)) @ vector
        scores = blended(exact[None], lexical[None])[0] if len(rows) else lexical
        order = np.argsort(-scores, kind="stable")
        return _Found(rows[order], scores[order], exact[order], lexical[order])

    def _rows_allowed(self, chosen: Filter) -> Ints | None:
        if not chosen:
            return None
        key = (chosen.key, self._database.state())
        if self._allowed is None or self._allowed[0] != key:
            self._allowed = (key, rows_of(self._database, chosen))
        rows = self._allowed[1]
        return None if len(rows) == count_rows(self._database) else rows

    def _read(self, rows: Ints) -> list[_Candidate]:
        """The passages of some rows, in their order, each with its place there."""
        listed = f"[{','.join(map(str, rows.tolist()))}]"
        with self._database.reading() as db:
            found = db.execute(
                f"SELECT p.row, d.title, {PASSAGE_COLUMNS} FROM passages p JOIN documents d ON d.row = p.document "  # noqa: S608
                "WHERE p.row IN (SELECT value FROM json_each(?))",
                (listed,),
            ).fetchall()
        path, places = self._database.path, {row: place for place, row in enumerate(rows.tolist())}
        read = (_Candidate(places[row], title, passage_of(rest, path)) for row, title, *rest in found)
        return sorted(read, key=lambda candidate: candidate.place)

    def _sentences(self, query: Floats, kept: Sequence[_Candidate]) -> list[tuple[float, ...]]:
        """The query's cosine with every sentence, each under its document's title where it does not name it."""
        texts = []
        for _, title, passage in kept:
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
