"""The search itself: every passage scored, what cannot answer dropped, and a relevance below which nothing is found."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from functools import cached_property
from threading import Thread
from typing import NamedTuple

import numpy as np

from bedside.core.base import Frozen
from bedside.core.settings import Settings
from bedside.knowledge.applies import applicable
from bedside.knowledge.conditions import parse_condition
from bedside.knowledge.library import Library
from bedside.knowledge.schema import Intent, Recommendation
from bedside.retrieval.answerable import covers, prescribes
from bedside.retrieval.chunk import lexical_text
from bedside.retrieval.diseases import is_disease_word
from bedside.retrieval.embed import Embedder, MiniLm
from bedside.retrieval.groups import speaks_of
from bedside.retrieval.guideline_filter import ANY, GuidelineFilter, bodies_named, bodies_of
from bedside.retrieval.lexical import LexicalIndex
from bedside.retrieval.lexicon import conditions_of
from bedside.retrieval.library_index import LibraryIndex
from bedside.retrieval.patient import NOBODY, Patient
from bedside.retrieval.query import Question, Term, read_question
from bedside.retrieval.relevance import MEASURED, Signals, relevance
from bedside.retrieval.vectors import Floats
from bedside.retrieval.words import informative, stem, stems, words

_LOG = logging.getLogger(__name__)

# How much a passage gains in the order (never in relevance), added to its logit: for answering what was asked, for a
# condition that the patient is known to meet, and for a measurement in its band.
INTENT_GAIN = 0.25
APPLIES_GAIN = 0.5
MEASURED_GAIN = 1.5
# Advice for pregnant women comes before what holds for everybody, and the drug asked about before what goes with it.
GROUP_GAIN = 2.0
DOSED_GAIN = 1.5
# "What does NICE say": that body first, and the others after it.
BODY_GAIN = 3.0
# A word of fewer passages than this share belongs to its disease.
_SPECIFIC = 0.02
# A question of fewer words than this is read only with its case.
_TELLING = 3

Known = Mapping[str, "tuple[float | str | bool, ...]"]


class Hit(Frozen):
    """One passage found.

    Attributes:
        passage_id: ``guideline-id#rec-id``.
        score: relevance, 0 to 1; not a probability.
        dense: cosine of what is asked with the nearest sentence, or the nearest question that the passage answers.
        lexical: share of what is asked about, weighed by idf, that the passage names.
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
    applies: bool | None


class _Searched(NamedTuple):
    """A question with what was worked out for it."""

    question: Question
    cosines: Floats
    signals: Signals


class Retriever:
    """Finds the passages of a library that answer a question.

    The index is opened, or built and saved, on the first search or by `warm`; threads that come meanwhile wait.
    """

    def __init__(self, settings: Settings, library: Library, embedder: Embedder | None = None) -> None:
        self.library = library
        self._settings = settings
        self._passages = library.passages()
        self._index = LibraryIndex(settings, self._passages, embedder or MiniLm(settings))
        self._conditions = conditions_of(library)

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
        only: GuidelineFilter = ANY,
    ) -> tuple[Hit, ...]:
        """The passages above the threshold, best first; none where the library does not answer.

        Args:
            query: the question, alone or at the end of its case.
            top_k: at most so many; default from the settings.
            intents: kinds of answer that come first.
            known: what is known of the patient, by fact and calculator name.
            patient: what the record says; it lends the condition when the question names none.
            only: which guidelines may be found.

        Raises:
            WeightError: the embedder's weight can be had from no source.
        """
        searched = self._searched(self.read(query, patient))
        rows = self._ranked(searched, frozenset(intents), known or {}, only)
        rows = rows[: self._settings.retrieval.top_k if top_k is None else top_k]
        return tuple(self._hit(row, rank, searched) for rank, row in enumerate(rows, start=1))

    def signals(self, question: Question) -> Signals:
        """What the search sees of each passage before any rule: what its weights are fitted to."""
        return self._searched(question).signals

    def able(self, question: Question, at: int) -> bool:
        """Whether no rule keeps the passage of that number from answering: among those the weights choose."""
        return not self._unheld(question) and self._can(question, at)

    def rankings(self, query: str) -> tuple[Floats, Floats]:
        """The text alone, ranked by each baseline: for each passage its cosine and its BM25, (N,) float32 each."""
        question = self.read(query)
        (cosines,) = self._index.cosines([question.dense])
        return self._index.nearest_sentence(cosines), self._text_alone.scores(question.stems)

    def _searched(self, question: Question) -> _Searched:
        """Embeds what is asked and the whole text, and weighs the words of both."""
        asked, whole = self._index.cosines([question.dense, question.whole])
        total = max(sum(self._lexical.idf(stem) for stem in question.stems), 1e-9)
        near, far = self._index.nearest(asked), self._index.nearest(whole)
        # "abx?" at the end of a case says nothing by itself: any antibiotic is near it.
        telling = len(set(stems(question.focus))) >= _TELLING
        signals = Signals(
            asked=near if telling else far,
            whole=np.maximum(near, far) if telling else far,
            bm25=self._lexical.scores(question.stems) / np.float32(total),
            named=self._named(question.terms),
            words=np.maximum(self._overlap(question.whole), self._overlap(question.focus) if telling else 0.0),
        )
        return _Searched(question, asked if telling else whole, signals)

    def _overlap(self, text: str) -> Floats:
        return self._lexical.overlap(tuple(dict.fromkeys(stems(text))))

    def _ranked(
        self, searched: _Searched, intents: frozenset[Intent], known: Known, only: GuidelineFilter
    ) -> list[_Row]:
        """Every passage above the threshold that can answer and may apply, best first."""
        question, logits = searched.question, searched.signals.logits()
        if self._unheld(question):
            return []
        threshold = self._settings.retrieval.threshold
        rows = []
        bodies = bodies_named(question.text, self.library)
        for index in np.flatnonzero(1 / (1 + np.exp(-(logits + MEASURED))) >= threshold).tolist():
            recommendation = self._passages[index].recommendation
            if not only.passes(self._passages[index]):
                continue
            applies = applicable(recommendation, known, question.text)
            measured = bool(applies) and _is_measured(recommendation)
            logit = float(logits[index]) + MEASURED * measured
            if applies is False or relevance(logit) < threshold or not self._can(question, index):
                continue
            order = logit + self._gain(question, index, intents, applies, measured)
            order += BODY_GAIN * bool(bodies & bodies_of(self._passages[index].guideline))
            rows.append(_Row(order, index, relevance(logit), applies))
        return sorted(rows, key=lambda row: (-row.order, row.at))

    def _can(self, question: Question, at: int) -> bool:
        """Whether a passage can answer at all: it names the diseases of a dose, and nothing that decides is missing."""
        named = all(bool(self._lexical.having(forms)[at]) for forms in self._indications(question))
        return named and covers(question, self._passages[at]).ok

    def _gain(
        self, question: Question, at: int, intents: frozenset[Intent], applies: bool | None, measured: bool
    ) -> float:
        """What a passage gains in the order for being made for this question and this patient."""
        passage = self._passages[at]
        return (
            INTENT_GAIN * bool(intents.intersection(passage.recommendation.answers))
            + APPLIES_GAIN * bool(applies)
            + MEASURED_GAIN * measured
            + GROUP_GAIN * bool(question.pregnant and speaks_of("pregnancy", passage.text))
            + DOSED_GAIN * (question.asks_dose and prescribes(question, passage))
        )

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

    def _hit(self, row: _Row, rank: int, searched: _Searched) -> Hit:
        start, end = self._index.sentences_of(row.at)
        return Hit(
            passage_id=self._passages[row.at].id,
            score=round(row.score, 4),
            dense=round(float(searched.signals.asked[row.at]), 4),
            lexical=round(float(searched.signals.named[row.at]), 4),
            rank=rank,
            applies=row.applies,
            sentences=tuple(round(float(cosine), 4) for cosine in searched.cosines[start:end]),
        )

    def _named(self, terms: tuple[Term, ...]) -> Floats:
        """Share of the terms, by weight, that each passage names in any form; 0 where there are no terms.

        A form weighs as its rarest stem; a term, as its least rare form: the one the library uses.
        """
        out = np.zeros(len(self._passages), dtype=np.float32)
        total = 0.0
        for term in terms:
            forms = [form for form in term.forms if form]
            if forms:
                weight = min(max(self._lexical.idf(stem) for stem in form) for form in forms)
                out[self._lexical.having(forms)] += weight
                total += weight
        return out / max(total, 1e-9)

    @cached_property
    def _text_alone(self) -> LexicalIndex:
        return LexicalIndex([lexical_text(p.model_copy(update={"asked": ()})) for p in self._passages])

    @cached_property
    def _lexical(self) -> LexicalIndex:
        return LexicalIndex([lexical_text(p) for p in self._passages])

    def _warm(self) -> None:
        try:
            self._index.cosines(["warm"])
        except Exception as error:  # noqa: BLE001 - a background thread has no caller; the next search raises it again
            _LOG.warning("retrieval is not warm: %s", error)


def _is_measured(recommendation: Recommendation) -> bool:
    """Whether any of its conditions compares a value, which says more of a patient than the presence of a disease."""
    return any(parse_condition(text).op for text in recommendation.when)
