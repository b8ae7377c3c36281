"""Words in common, by FTS5: BM25 (Robertson 2009, doi:10.1561/1500000019) that stays quick at a million passages.

FTS5 computes bm25() for every row that a query matches, 3 to 5 microseconds each: a second for a word of 250,000
passages. It lists the rows of a word about twenty times quicker. So rare words are ranked by FTS5; else the rows of
the words are listed, rarest first up to a budget, weighed by how rare their words are, and the best few hundred are
ranked by BM25 over every word of the query.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bedside.retrieval.corpus.database import Database
from bedside.retrieval.corpus.records import Ints
from bedside.retrieval.corpus.spellings import spellings
from bedside.retrieval.words import FRAME_WORDS, STOP_WORDS, words

_RANKED_BY_FTS = 4_000
_BUDGET = 60_000
_RERANKED = 250
_MOST_WORDS = 24
_K1 = 1.2
_B = 0.75
_REMEMBERED = 64  # words whose rows are kept in memory: at most 60,000 of 8 bytes each

# Row ids, best first, and their scores.
Ranking = tuple[Ints, NDArray[np.float64]]
_NONE: Ints = np.empty(0, dtype=np.int64)


class Word(NamedTuple):
    """A word of the query: its FTS5 tokens (one a spelling) and in how many passages they stand."""

    tokens: tuple[str, ...]
    passages: int

    @property
    def match(self) -> str:
        """The FTS5 expression."""
        return "(" + " OR ".join(f'"{token}"' for token in self.tokens) + ")"


class LexicalSearch:
    """BM25 over the word index of a corpus. Hold the database's lock while it runs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tokens = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        # The tokenizer of the index itself says what a word becomes there.
        self._tokens.execute("CREATE VIRTUAL TABLE t USING fts5(w, tokenize='porter unicode61')")
        self._tokens.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')")
        self._state: tuple[int, int] = (-1, -1)
        self._counts: dict[str, int] = {}
        self._rows: dict[str, Ints] = {}

    def search(self, query: str, count: int, total: int, allowed: Ints | None = None, also: Ints = _NONE) -> Ranking:
        """The rows that share the query's words, best first, and their scores.

        Args:
            query: in words.
            count: how many at most.
            total: how many passages the corpus holds.
            allowed: only among these row ids, ascending; None for all.
            also: further rows, all of them allowed, that are scored however far down they come.
        """
        asked = self._words(query)
        if not asked or not total:
            return _NONE, np.empty(0, dtype=np.float64)
        if sum(word.passages for word in asked) <= _RANKED_BY_FTS:
            return self._by_fts(asked, count, allowed, also)
        rows = self._candidates(asked, total, allowed)
        return self._reranked(asked, np.union1d(rows, also), count, total, also)

    def _words(self, query: str) -> list[Word]:
        """The query's words that the corpus holds, the rarest first. Words that frame a question count if alone."""
        self._forget_if_changed()
        kept = [w for w in dict.fromkeys(words(query)) if w not in STOP_WORDS]
        telling = [w for w in kept if w not in FRAME_WORDS] or kept
        out: dict[tuple[str, ...], Word] = {}
        for name in telling[:_MOST_WORDS]:
            counts = {token: self._count(token) for token in self._stemmed(spellings(name))}
            tokens = tuple(sorted(token for token, n in counts.items() if n))
            if tokens:
                out[tokens] = Word(tokens, sum(counts[token] for token in tokens))
        return sorted(out.values(), key=lambda word: word.passages)

    def _stemmed(self, forms: Sequence[str]) -> list[str]:
        self._tokens.execute("DELETE FROM t")
        self._tokens.execute("INSERT INTO t VALUES (?)", (" ".join(forms),))
        return [str(term) for (term,) in self._tokens.execute("SELECT DISTINCT term FROM v")]

    def _count(self, token: str) -> int:
        if token not in self._counts:
            with self._database.reading() as db:
                found = db.execute("SELECT doc FROM vocabulary WHERE term = ?", (token,)).fetchone()
            if len(self._counts) > 20_000:
                self._counts.clear()
            self._counts[token] = int(found[0]) if found else 0
        return self._counts[token]

    def _by_fts(self, asked: Sequence[Word], count: int, allowed: Ints | None, also: Ints) -> Ranking:
        match = " OR ".join(word.match for word in asked)
        limit = count if allowed is None and not len(also) else _RANKED_BY_FTS
        with self._database.reading() as db:
            found = db.execute(
                "SELECT rowid, -rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?", (match, limit)
            ).fetchall()
        rows = np.array([row for row, _ in found], dtype=np.int64)
        scores = np.array([score for _, score in found], dtype=np.float64)
        kept = np.isin(rows, allowed) if allowed is not None else np.ones(len(rows), dtype=bool)
        rows, scores = rows[kept], scores[kept]
        wanted = (np.arange(len(rows)) < count) | np.isin(rows, also)
        return rows[wanted], scores[wanted]

    def _candidates(self, asked: Sequence[Word], total: int, allowed: Ints | None) -> Ints:
        """The rows whose words are the rarest together."""
        listed: list[tuple[Ints, float]] = []
        spent = 0
        for word in asked:
            spent += word.passages
            if spent > _BUDGET:
                break
            listed.append((self._rows_of(word.match), idf(word.passages, total)))
        if not listed:
            listed = [(self._in_common(asked), 1.0)]
        rows, places = np.unique(np.concatenate([rows for rows, _ in listed]), return_inverse=True)
        weights = np.concatenate([np.full(len(r), weight) for r, weight in listed])
        scores = np.bincount(places, weights, minlength=len(rows))
        if allowed is not None:
            kept = np.isin(rows, allowed, assume_unique=True)
            rows, scores = rows[kept], scores[kept]
        best = np.argsort(-scores, kind="stable")[:_RERANKED]
        out: Ints = rows[best]
        return out

    def _in_common(self, asked: Sequence[Word]) -> Ints:
        """Rows that hold every word of a query whose words are all common; the commonest is left out till some do."""
        for last in range(len(asked), 0, -1):
            rows = self._rows_of(" AND ".join(word.match for word in asked[:last]))
            if len(rows):
                return rows
        return np.empty(0, dtype=np.int64)

    def _rows_of(self, match: str) -> Ints:
        """The rows an expression matches, at most the budget: in one string, which is quicker than as many tuples."""
        if match not in self._rows:
            with self._database.reading() as db:
                found = db.execute(
                    "SELECT group_concat(rowid) FROM (SELECT rowid FROM words WHERE words MATCH ? LIMIT ?)",
                    (match, _BUDGET),
                ).fetchone()[0]
            if len(self._rows) >= _REMEMBERED:
                self._rows.pop(next(iter(self._rows)))
            self._rows[match] = np.array(found.split(","), dtype=np.int64) if found else np.empty(0, dtype=np.int64)
        return self._rows[match]

    def _reranked(self, asked: Sequence[Word], rows: Ints, count: int, total: int, also: Ints) -> Ranking:
        """BM25 of candidate rows over every word of the query. The mean length is that of the candidates.

        How often a word stands in a text is taken from words that begin like it: the search itself was exact, and to
        stem every word of 250 texts would take ten times as long as all the rest.
        """
        texts = self._texts(rows)
        lengths = np.array([len(text) for text in texts], dtype=np.float64)
        norm = _K1 * (1 - _B + _B * lengths / max(1.0, float(lengths.mean()) if len(lengths) else 1.0))
        scores = np.zeros(len(rows), dtype=np.float64)
        for word in asked:
            starts = {f" {token[:-1] if token.endswith('i') else token}" for token in word.tokens}
            often = np.array([sum(text.count(start) for start in starts) for text in texts], dtype=np.float64)
            scores += idf(word.passages, total) * often * (_K1 + 1) / (often + norm)
        best = np.argsort(-scores, kind="stable")
        wanted = best[((np.arange(len(best)) < count) | np.isin(rows[best], also)) & (scores[best] > 0)]
        return rows[wanted], scores[wanted]

    def _texts(self, rows: Ints) -> list[str]:
        """Title, heading and text of each row, lower case, a space before each word."""
        listed = f"[{','.join(map(str, rows.tolist()))}]"
        with self._database.reading() as db:
            found = db.execute(
                "SELECT row, ' ' || title || ' ' || heading || ' ' || text FROM filed "
                "WHERE row IN (SELECT value FROM json_each(?))",
                (listed,),
            ).fetchall()
        texts = {row: text.lower().replace("-", " ").replace("(", " ").replace("/", " ") for row, text in found}
        return [texts.get(row, "") for row in rows.tolist()]

    def _forget_if_changed(self) -> None:
        state = self._database.state()
        if state != self._state:
            self._state = state
            self._counts.clear()
            self._rows.clear()

    def close(self) -> None:
        """Lets go of the tokenizer."""
        self._tokens.close()


def idf(passages: int, total: int) -> float:
    """How much a word says that stands in so many of all passages."""
    return math.log(1 + (total - passages + 0.5) / (passages + 0.5))
