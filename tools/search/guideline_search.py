"""Searches the guidelines held here, and gives every sentence that matters as evidence of its own."""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from threading import Thread

from bedside.core.answer import Missing, Refusal
from bedside.core.card import Accepts, ToolCard
from bedside.core.case import Fact, FactStatus, Span
from bedside.core.evidence import Evidence, EvidenceKind, Source
from bedside.core.settings import Settings
from bedside.knowledge.conditions import parse_condition
from bedside.knowledge.drugs import allergy_covers, drugs_in
from bedside.knowledge.library import Library, Passage, library_digest, load_library
from bedside.knowledge.terms import findings
from bedside.retrieval.answerable import covers_sentence
from bedside.retrieval.embed import Embedder
from bedside.retrieval.intent import intents_of
from bedside.retrieval.query import Question
from bedside.retrieval.search import Hit, Retriever
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.known import Known, known_values
from bedside.tools.registry import register
from bedside.tools.search.patient import patient_of

# A sentence matters where its cosine is within this of the passage's best.
NEAR_BEST = 0.12
SENTENCES_PER_PASSAGE = 3
_ASKED_SHOWN = 200
_CANNOT = re.compile(r"allerg|cannot take|cannot have|intoleran", re.IGNORECASE)
_RECALL = "The summary was written from knowledge and not compared with the published text: check the source."
_SECONDARY = "The summary was compared with a page that quotes the guideline, not with the guideline itself."


@register
class GuidelineSearch:
    """Finds recommendations that answer a question and may apply to the patient.

    `run` reads `query`, or `question` where there is none; `facts` and `scores` decide which recommendations apply.
    """

    card = ToolCard(
        name="guideline_search",
        version="1.0",
        kind="search",
        title="Guideline search",
        purpose="What do the published guidelines held here recommend?",
        accepts=Accepts(),
        labels=(),
        licence="Summaries in our own words, Apache-2.0; the guidelines belong to their publishers.",
        weights=("minilm",),
        limits=(
            "Knows only the guidelines held here, summarised in our own words; local policy may differ.",
            "Relevance is not a probability.",
        ),
        citation="Robertson 2009, doi:10.1561/1500000019; Cormack 2009, doi:10.1145/1571941.1572114",
    )

    def __init__(self, settings: Settings, embedder: Embedder | None = None, library: Library | None = None) -> None:
        self._settings = settings
        self._embedder = embedder
        self._given = library
        # Results are cached by the card's version: other guidelines are another version.
        digest = library.digest if library else library_digest()
        self.card = type(self).card.model_copy(update={"version": f"{type(self).card.version}+{digest[:8]}"})

    @cached_property
    def library(self) -> Library:
        """The guidelines searched."""
        return self._given or load_library(self._settings)

    @cached_property
    def retriever(self) -> Retriever:
        """The search over them."""
        return Retriever(self._settings, self.library, self._embedder)

    def warm(self) -> Thread:
        """Opens index and embedder in the background, so that the first question does not wait for them."""
        return self.retriever.warm()

    def run(self, request: ToolRequest) -> ToolResult:
        """Evidence of kind passage, best first; or the refusal that says nothing held here answers."""
        text = (request.query or request.question).strip()
        if not text:
            return self._result(
                refusal=Refusal(
                    code="BED-SEARCH-002",
                    subject=self.card.title,
                    why="There is nothing to look for: the question is empty.",
                    do="Ask a question in words.",
                )
            )
        known = known_values(request.facts, request.scores)
        patient = patient_of(request.facts)
        question = self.retriever.read(text, patient)
        hits = self.retriever.search(text, intents=intents_of(question.asked), known=known, patient=patient)
        found = tuple(e for hit in hits for e in self._evidence(question, hit))
        allergens = allergens_of(request.facts)
        evidence = tuple(e for e in found if not offers_allergen(e.quote, allergens))
        if not evidence:
            return self._result(refusal=_only_allergens(allergens) if found else _nothing_held(question))
        return self._result(evidence=evidence, missing=self._missing(hits, known))

    def _result(
        self,
        evidence: tuple[Evidence, ...] = (),
        refusal: Refusal | None = None,
        missing: tuple[Missing, ...] = (),
    ) -> ToolResult:
        return ToolResult(
            tool=self.card.name, version=self.card.version, evidence=evidence, refusal=refusal, missing=missing
        )

    def _evidence(self, question: Question, hit: Hit) -> tuple[Evidence, ...]:
        """One Evidence a sentence that matters, in order of nearness; each quote stands alone."""
        passage = self.library.passage(hit.passage_id)
        order = sorted(range(len(hit.sentences)), key=lambda i: -hit.sentences[i])
        able = [i for i in order if covers_sentence(question, passage.recommendation.sentences[i])]
        near = [i for i in able if hit.sentences[i] >= hit.sentences[able[0]] - NEAR_BEST]
        # The first dose comes before the next.
        shown = sorted(near[:SENTENCES_PER_PASSAGE]) if question.asks_dose else near[:SENTENCES_PER_PASSAGE]
        return tuple(_sentence(passage, i, hit.score) for i in shown)

    def _missing(self, hits: tuple[Hit, ...], known: Known) -> tuple[Missing, ...]:
        """Measurements and categories that would decide whether a recommendation found applies."""
        out: dict[str, Missing] = {}
        for hit in hits:
            passage = self.library.passage(hit.passage_id)
            for text in passage.recommendation.when:
                name = parse_condition(text).name
                fact = findings().get(name)
                if name not in known and fact is not None and fact.kind != "presence":
                    where = f"{passage.guideline.short}, {passage.recommendation.section}"
                    why = f"A recommendation applies only to some patients by it ({where})."
                    out.setdefault(name, Missing(name=name, label=fact.label, why=why))
        return tuple(out.values())


def _sentence(passage: Passage, index: int, relevance: float) -> Evidence:
    guideline, recommendation = passage.guideline, passage.recommendation
    start, end = passage.offsets[index]
    quote = passage.text[start:end]
    return Evidence(
        kind=EvidenceKind.PASSAGE,
        statement=quote,
        source=Source(
            type="guideline",
            id=passage.id,
            title=guideline.title,
            publisher=guideline.publisher,
            year=guideline.year,
            section=recommendation.section,
            grade=f"{recommendation.strength}; {recommendation.certainty}",
            status=guideline.status,
            superseded_by=guideline.superseded_by,
            population=recommendation.population,
            link=guideline.link,
        ),
        quote=quote,
        span=Span(source=passage.id, start=start, end=end, text=quote),
        confidence=relevance,
        limits=_limits(passage),
        input_hash=hashlib.sha256(f"{passage.id}\0{passage.text}".encode()).hexdigest(),
    )


def _limits(passage: Passage) -> tuple[str, ...]:
    guideline, recommendation = passage.guideline, passage.recommendation
    out = []
    if guideline.status != "current":
        out.append(f"This guideline is {guideline.status}, by {guideline.superseded_by}.")
    if guideline.checked.how == "recall":
        out.append(_RECALL)
    if guideline.checked.how == "secondary":
        out.append(_SECONDARY)
    if recommendation.when:
        out.append(f"Applies where: {', '.join(recommendation.when)}.")
    if recommendation.exclusions:
        out.append(f"Does not apply to: {'; '.join(recommendation.exclusions)}.")
    return tuple(out)


def allergens_of(facts: tuple[Fact, ...]) -> tuple[str, ...]:
    """What the record says the patient is or was allergic to."""
    counts = {FactStatus.PRESENT, FactStatus.HISTORICAL}
    return tuple(str(f.value) for f in facts if f.name == "allergy" and f.value is not None and f.status in counts)


def offers_allergen(sentence: str, allergens: tuple[str, ...]) -> bool:
    """Whether a sentence names a drug that the allergy covers, and is not itself for those who cannot have it."""
    if not allergens or _CANNOT.search(sentence):
        return False
    return any(
        allergy_covers(allergen, drug.name) for drug in drugs_in(sentence, classes=True) for allergen in allergens
    )


def _only_allergens(allergens: tuple[str, ...]) -> Refusal:
    return Refusal(
        code="BED-SEARCH-003",
        subject=", ".join(allergens),
        why="The guidelines held here answer this only with drugs that the recorded allergy covers.",
        do="Ask for an alternative in this allergy, or check the allergy.",
    )


def _nothing_held(question: Question) -> Refusal:
    asked = " ".join(question.asked.split())[:_ASKED_SHOWN]
    return Refusal(
        code="BED-SEARCH-001",
        subject=asked,
        why=f"No guideline passage held here answers: {asked}",
        do="Ask more narrowly, or look in the guideline that your organisation uses.",
    )
