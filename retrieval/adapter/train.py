"""Trains the adapter: ``python -m bedside.retrieval.adapter.train --data DIR`` (DIR as in docs/evaluations.md).

Subjects are held out, one in ten; the number of epochs is the one with the best nDCG@10 on questions about those, in
phrases that training never sees. Nothing of LiveQA or PubMedQA is read here.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bedside.retrieval.adapter.fit import Integers, Material, Recipe, fit
from bedside.retrieval.adapter.medquad import Pair, load_pairs, opening, title
from bedside.retrieval.adapter.model import FOLDER, Adapter, mapped
from bedside.retrieval.adapter.phrases import HELD_OUT, TRAIN
from bedside.retrieval.adapter.rank import ANSWER_WEIGHT, both, near
from bedside.retrieval.adapter.split import Asked, asked, held_out, spread, subjects
from bedside.retrieval.adapter.vectors_kept import kept
from bedside.retrieval.embed import Embedder
from bedside.retrieval.fuse import blended
from bedside.retrieval.lexical import LexicalIndex
from bedside.retrieval.vectors import Floats
from bedside.retrieval.words import stems

PHRASED, CHOOSING, HARD = 3000, 400, 8
_TOP = 10


class Corpus(NamedTuple):
    """The pairs, their subjects, and the frozen vectors of their questions and of the openings of their answers."""

    pairs: Sequence[Pair]
    subjects: Sequence[str]
    questions: Floats
    answers: Floats


def embedded(pairs: Sequence[Pair], embedder: Embedder, cache: Path | None) -> Corpus:
    """The corpus with its vectors, which are kept in `cache`."""
    questions = kept(embedder, [pair.question for pair in pairs], cache)
    answers = kept(embedder, [opening(pair.answer) for pair in pairs], cache)
    return Corpus(pairs, subjects(pairs), questions, answers)


def material(corpus: Corpus, embedder: Embedder, cache: Path | None, size: int = PHRASED) -> Material:
    """What is fitted: of subjects that are not held out, the questions of `size` pairs in other words.

    MedQuAD's own questions are not asked: each finds itself among the passages, which teaches nothing.
    """
    rows = [row for row, subject in enumerate(corpus.subjects) if not held_out(subject)]
    phrased = asked(corpus.pairs, spread(corpus.pairs, rows, size, 1), TRAIN, 1)
    kept_rows = np.asarray(rows, dtype=np.int64)
    place = {row: index for index, row in enumerate(rows)}
    group = groups([(corpus.subjects[row], corpus.pairs[row].kind) for row in rows])
    questions = corpus.questions[kept_rows]
    return Material(
        asked=kept(embedder, [a.text for a in phrased], cache),
        rows=np.asarray([place[a.row] for a in phrased], dtype=np.int64),
        fields=(questions, corpus.answers[kept_rows]),
        weights=(1.0, ANSWER_WEIGHT),
        group=group,
        hard=near(questions, group, min(HARD, len(rows) - 2)),
    )


def groups(keys: Sequence[tuple[str, str]]) -> Integers:
    """The same number for the same key."""
    known: dict[tuple[str, str], int] = {}
    return np.asarray([known.setdefault(key, len(known)) for key in keys], dtype=np.int64)


class Chooser:
    """nDCG@10 on questions about held-out subjects, among all pairs: adapted vectors with BM25 of titles, and alone.

    A pair on the subject has gain 7 where it is of the kind that is asked about, 3 where it is general, else 1.
    """

    def __init__(self, corpus: Corpus, embedder: Embedder, cache: Path | None, size: int = CHOOSING) -> None:
        rows = [row for row, subject in enumerate(corpus.subjects) if held_out(subject)]
        self.asked: list[Asked] = asked(corpus.pairs, spread(corpus.pairs, rows, size, 1), HELD_OUT, 1)
        self.vectors = kept(embedder, [a.text for a in self.asked], cache)
        index = LexicalIndex([title(pair) for pair in corpus.pairs])
        self._titles = np.stack([index.scores(stems(a.text)) for a in self.asked])
        self._corpus = corpus
        names, kinds = np.asarray(corpus.subjects), np.asarray([pair.kind for pair in corpus.pairs])
        self.gains = [_gains(names, kinds, a.row) for a in self.asked]

    def of(self, question: Floats, passage: Floats) -> tuple[float, float]:
        """The figures of two maps: with BM25 of titles, which chooses, and alone."""
        fields = [mapped(v, passage) for v in (self._corpus.questions, self._corpus.answers)]
        cosines = both(mapped(self.vectors, question), fields, (1.0, ANSWER_WEIGHT))
        return self.of_scores(blended(cosines, self._titles)), self.of_scores(cosines)

    def of_scores(self, scores: Floats) -> float:
        """The figure of any scores, (questions, pairs)."""
        return float(np.mean([_ndcg(row, gains) for row, gains in zip(scores, self.gains, strict=True)]))


def _gains(names: np.ndarray, kinds: np.ndarray, row: int) -> Floats:
    same = names == names[row]
    other = np.where(kinds == "information", 3.0, 1.0)
    return np.asarray(np.where(same, np.where(kinds == kinds[row], 7.0, other), 0.0), dtype=np.float32)


def _ndcg(scores: Floats, gains: Floats) -> float:
    discount = 1 / np.log2(np.arange(2, _TOP + 2))
    best = np.argsort(-scores, kind="stable")[:_TOP]
    ideal = np.sort(gains)[::-1][:_TOP]
    return float((gains[best] * discount[: len(best)]).sum() / (ideal * discount[: len(ideal)]).sum())


def train(
    corpus: Corpus, embedder: Embedder, cache: Path | None, recipe: Recipe
) -> tuple[Adapter, list[tuple[float, float]]]:
    """The adapter of the best epoch, and the figures of each epoch from 0, which is the embedder as it was."""
    chooser = Chooser(corpus, embedder, cache)
    figures: list[tuple[float, float]] = []
    best: list[Adapter] = []

    def watch(epoch: int, question: Floats, passage: Floats) -> None:
        figures.append(chooser.of(question, passage))
        blend, alone = figures[-1]
        print(f"epoch {epoch}: nDCG@10 on held-out subjects {blend:.4f}, alone {alone:.4f}", file=sys.stderr)
        if blend > max((f for f, _ in figures[:-1]), default=-1.0):
            best[:] = [Adapter(question, passage, embedder.identity, f"{embedder.identity}+adapter/new")]

    fit(material(corpus, embedder, cache), recipe, watch)
    return best[0], figures


def main() -> None:
    """Reads the arguments, trains, and writes the weight and its card."""
    from bedside.core.settings import Settings
    from bedside.retrieval.embed import MiniLm

    parser = argparse.ArgumentParser(prog="python -m bedside.retrieval.adapter.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds medquad/")
    parser.add_argument("--cache", type=Path, help="where to keep the vectors of the corpus between runs")
    parser.add_argument("--out", type=Path, default=FOLDER, help="where to write the adapter")
    given = parser.parse_args()
    embedder, recipe = MiniLm(Settings()), Recipe()
    adapter, figures = train(
        embedded(load_pairs(given.data / "medquad"), embedder, given.cache), embedder, given.cache, recipe
    )
    blends = [round(blend, 4) for blend, _ in figures]
    facts = {
        **recipe._asdict(),
        "chosen epoch": max(range(len(figures)), key=lambda epoch: figures[epoch][0]),
        "held-out nDCG@10": blends,
        "held-out nDCG@10 without BM25": [round(alone, 4) for _, alone in figures],
    }
    print(adapter.save(given.out, facts))


if __name__ == "__main__":
    main()
