"""The search itself: two rankings fused, what cannot answer dropped, and a relevance below which nothing is found."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from threading import Lock, Thread
from typing import NamedTuple

import numpy as np

from bedside.core.base import Frozen
from bedside.core.errors import StoreIndexError
from bedside.core.settings import Settings
from bedside.knowledge.applies import applicable
from bedside.knowledge.conditions import parse_condition
from bedside.knowledge.library import Library
from bedside.knowledge.schema import Intent, Recommendation
from bedside.retrieval import store
from bedside.retrieval.answerable import covers, prescribes
from bedside.retrieval.chunk import chunks, lexical_text
from bedside.retrieval.dense import DenseIndex
from bedside.retrieval.diseases import is_disease_word
from bedside.retrieval.embed import Embedder, MiniLm
from bedside.retrieval.fuse import reciprocal_rank
from bedside.retrieval.groups import speaks_of
from bedside.retrieval.lexical import LexicalIndex
from bedside.retrieval.lexicon import conditions_of
from bedside.retrieval.patient import NOBODY, Patient
from bedside.retrieval.query import Question, Term, read_question
from bedside.retrieval.vectors import Floats
from bedside.retrieval.words import informative, stem, words

_LOG = logging.getLogger(__name__)

# Relevance = logistic(COSINE * cosine + COVERED * coverage + OFFSET), fitted on evals/data/retrieval_dev.yaml so that
# the default threshold of 0.30 lies between what the library answers and what it does not. Not a probability.
COSINE = 12.0
COVERED = 5.0
OFFSET = -9.5
# How much a passage gains in the order (never in relevance) for answering what was asked, and for a condition that
# the patient is known to meet.
INTENT_GAIN = 1.15
APPLIES_GAIN = 1.15
# A recommendation made for just this patient (a score or a measurement in its band, his allergy) is about the question
# even where it uses other words: this much is added before the logistic, and the order gains too.
MEASURED = 1.5
MEASURED_GAIN = 2.0
# Advice for pregnant women comes before what holds for everybody, and the drug asked about before what goes with it.
GROUP_GAIN = 3.0
DOSED_GAIN = 2.0
# The order is the fused rank times (this + coverage): a passage that names half of what was asked falls behind one that
# names it all, and is not lost.
COVERAGE_FLOOR = 0.3
# A word of fewer passages than this share belongs to its disease.
_SPECIFIC = 0.02

Known = Mapping[str, "tuple[float | str | bool, ...]"]


class Hit(Frozen):
    """One passage found.

    Attributes:
        passage_id: ``guideline-id#rec-id``.
        score: relevance, 0 to 1; not a probability.
        dense: cosine of the question with the nearest sentence.
        lexical: share of the question's informative words, weighed by idf, that the passage names.
        rank: from 1.
        applies: whether the recommendation's conditions hold for the patient: True, or None where not all are known
            or there are none. One that is known not to apply is never a hit.
        sentences: cosine of the question with each sentence, in order.
    """

    passage_id: str
    score: float
    dense: float
    lexical: float
    rank: int
    applies: bool | None
    sentences: tuple[float, ...]


class _Row(NamedTuple):
    order: float
    at: int
    score: float
    dense: float
    lexical: float
    applies: bool | None


class Retriever:
    """Finds the passages of a library that answer a question.

    The index is opened, or built and saved, on the first search or by `warm`; threads that come meanwhile wait.
    """

    def __init__(self, settings: Settings, library: Library, embedder: Embedder | None = None) -> None:
        self.library = library
        self._settings = settings
        self._embedder: Embedder = embedder or MiniLm(settings)
        self._passages = library.passages()
        self._chunks = chunks(library)
        self._conditions = conditions_of(library)
        self._lock = Lock()
        self._dense: DenseIndex | None = None

    def warm(self) -> Thread:
        """Opens the index and the embedder in the background; join the thread to wait. A failure shows on search."""
        thread = Thread(target=self._warm, name="bedside-retrieval", daemon=True)
        thread.start()
        return thread

    def read(self, query: str, patient: Patient = NOBODY) -> Question:
        """The question as the search reads it: what it names, its terms, whether it wants a dose."""
        return read_question(query, self._conditions, patient)

    def search(
        self,
        query: str,
        *,
        top_k: int | None = None,
        intents: Iterable[Intent] = (),
        known: Known | None = None,
        patient: Patient = NOBODY,
    ) -> tuple[Hit, ...]:
        """The passages above the threshold, best first; none where the library does not answer.

        Args:
            query: the question, alone or at the end of its case.
            top_k: at most so many; default from the settings.
            intents: kinds of answer that come first.
            known: what is known of the patient, by fact and calculator name.
            patient: what the record says; it lends the condition when the question names none.

        Raises:
            WeightError: the embedder's weight can be had from no source.
        """
        question = self.read(query, patient)
        cosines = self._open().similarities(self._embedder.encode([question.dense])[0])
        rows = self._ranked(question, cosines, frozenset(intents), known or {})
        rows = rows[: self._settings.retrieval.top_k if top_k is None else top_k]
        return tuple(self._hit(row, rank, cosines) for rank, row in enumerate(rows, start=1))

    def rankings(self, query: str) -> tuple[Floats, Floats]:
        """The two rankings before they are fused: for each passage its cosine and its BM25, (N,) float32 each."""
        question = self.read(query)
        cosines = self._open().similarities(self._embedder.encode([question.dense])[0])
        return self._nearest(cosines), self._lexical.scores(question.stems)

    def _nearest(self, cosines: Floats) -> Floats:
        """For each passage, the cosine of its nearest sentence."""
        return np.array([cosines[start:end].max() for start, end in self._bounds], dtype=np.float32)

    def _ranked(self, question: Question, cosines: Floats, intents: frozenset[Intent], known: Known) -> list[_Row]:
        """Every passage above the threshold that can answer and may apply, best first."""
        if self._unheld(question):
            return []
        dense = self._nearest(cosines)
        fused = reciprocal_rank((dense, self._lexical.scores(question.stems)))
        terms = self._weighed(question.terms)
        indications = self._indications(question)
        rows = []
        for index, passage in enumerate(self._passages):
            if not all(self._names(index, forms) for forms in indications):
                continue
            covered = self._covered(terms, index)
            applies = applicable(passage.recommendation, known, question.text)
            measured = bool(applies) and _is_measured(passage.recommendation)
            score = relevance(float(dense[index]), covered, measured)
            if applies is False or score < self._settings.retrieval.threshold or not covers(question, passage).ok:
                continue
            gain = INTENT_GAIN if intents.intersection(passage.recommendation.answers) else 1.0
            gain *= APPLIES_GAIN if applies else 1.0
            gain *= MEASURED_GAIN if measured else 1.0
            gain *= GROUP_GAIN if question.pregnant and speaks_of("pregnancy", passage.text) else 1.0
            gain *= DOSED_GAIN if question.asks_dose and prescribes(question, passage) else 1.0
            order = float(fused[index]) * gain * (COVERAGE_FLOOR + covered)
            rows.append(_Row(order, index, score, float(dense[index]), covered, applies))
        return sorted(rows, key=lambda row: (-row.order, row.at))

    def _unheld(self, question: Question) -> bool:
        """Whether the question is on a disease that no passage names: then what sounds alike is on another one."""
        if question.conditions:
            return False
        unknown = (t.word for t in question.terms if not any(self._lexical.share(s) for form in t.forms for s in form))
        return any(is_disease_word(word) for word in unknown)

    def _indications(self, question: Question) -> list[tuple[tuple[str, ...], ...]]:
        """Of a question on a dose, the diseases that a passage must name: the dose for MRSA of the skin is not that for
        MRSA in the blood. Words that ICD-10 shares with any text ("starting") are many passages' own, and do not count.
        """
        if not question.asks_dose:
            return []
        known = {w for name in (*question.conditions, *(t.word for t in question.terms)) for w in words(name)}
        # What the record holds already is no term of a note that asks as a whole, and is its disease all the same.
        told = (((stem(word),),) for word in informative(question.asked) if word not in known and is_disease_word(word))
        forms = (*(term.forms for term in question.terms if is_disease_word(term.word)), *told)
        return [f for f in forms if all(self._lexical.share(s) < _SPECIFIC for form in f for s in form)]

    def _hit(self, row: _Row, rank: int, cosines: Floats) -> Hit:
        start, end = self._bounds[row.at]
        sentences = [float(cosine) for cosine in cosines[start:end]]
        return Hit(
            passage_id=self._passages[row.at].id,
            score=round(row.score, 4),
            dense=round(row.dense, 4),
            lexical=round(row.lexical, 4),
            rank=rank,
            applies=row.applies,
            sentences=tuple(round(s, 4) for s in sentences),
        )

    def _weighed(self, terms: tuple[Term, ...]) -> list[tuple[float, list[tuple[str, ...]]]]:
        """Each term's weight and forms. A form weighs as its rarest stem; a term, as its least rare form: the one the
        library uses."""
        out = []
        for term in terms:
            forms = [form for form in term.forms if form]
            if forms:
                out.append((min(max(self._lexical.idf(stem) for stem in form) for form in forms), forms))
        return out

    def _covered(self, terms: list[tuple[float, list[tuple[str, ...]]]], at: int) -> float:
        """Share of the terms, by weight, that the passage names in any form; 0 where there are no terms."""
        total = sum(weight for weight, _ in terms)
        met = sum(weight for weight, forms in terms if self._names(at, forms))
        return met / total if total else 0.0

    def _names(self, at: int, forms: Iterable[tuple[str, ...]]) -> bool:
        """Whether the passage has all the stems of any of the forms."""
        row = self._lexical.row(at)
        return any(row.issuperset(form) for form in forms)

    @cached_property
    def _bounds(self) -> list[tuple[int, int]]:
        """For each passage, its first chunk and one past its last."""
        starts = [row for row, chunk in enumerate(self._chunks) if chunk.sentence == 0]
        return list(zip(starts, [*starts[1:], len(self._chunks)], strict=True))

    @cached_property
    def _lexical(self) -> LexicalIndex:
        return LexicalIndex([lexical_text(p) for p in self._passages])

    def _warm(self) -> None:
        try:
            self._open()
            self._embedder.encode(["warm"])
        except Exception as error:  # noqa: BLE001 - a background thread has no caller; the next search raises it again
            _LOG.warning("retrieval is not warm: %s", error)

    def _open(self) -> DenseIndex:
        with self._lock:
            if self._dense is None:
                folder = store.index_folder(self._settings, self.library.digest, self._embedder.identity)
                self._dense = self._saved(folder) or self._built(folder)
            return self._dense

    def _saved(self, folder: Path) -> DenseIndex | None:
        try:
            return store.load(folder, len(self._chunks))
        except StoreIndexError as error:
            _LOG.warning("%s", error)
            return None

    def _built(self, folder: Path) -> DenseIndex:
        index = DenseIndex.build(self._embedder.encode([chunk.text for chunk in self._chunks]))
        try:
            store.save(folder, index)
        except StoreIndexError as error:
            _LOG.warning("%s", error)
        return index


def relevance(cosine: float, covered: float, measured: bool = False) -> float:
    """How well a passage that can answer does answer: 0 to 1, rising with each; not a probability."""
    return 1 / (1 + math.exp(-(COSINE * cosine + COVERED * covered + MEASURED * measured + OFFSET)))


def _is_measured(recommendation: Recommendation) -> bool:
    """Whether any of its conditions compares a value, which says more of a patient than the presence of a disease."""
    return any(parse_condition(text).op for text in recommendation.when)
