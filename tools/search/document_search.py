"""document_search: passages of the user's own documents (a hospital's protocols, papers) that speak of the question."""

from __future__ import annotations

import hashlib
from functools import cached_property

from bedside.core.card import Accepts, ToolCard
from bedside.core.case import Span
from bedside.core.errors import StorageError
from bedside.core.evidence import Evidence, EvidenceKind, Source
from bedside.core.places import documents_folder
from bedside.core.settings import Settings
from bedside.knowledge.documents import Document, DocumentPassage, Trust
from bedside.retrieval.corpus import Corpus, CorpusHit
from bedside.retrieval.corpus.opening import open_corpus
from bedside.retrieval.corpus.place import holds_corpus
from bedside.retrieval.embed import Embedder, MiniLm
from bedside.retrieval.orders import gives_orders
from bedside.retrieval.relevance import document_relevance
from bedside.retrieval.words import informative, stem, stems
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.registry import register

_FOUND = 5
_LIMITS = {
    Trust.PROTOCOL: "A document that you added: Bedside has not checked it, and nobody graded it.",
    Trust.GUIDELINE: "A document that you added as a guideline: Bedside has not checked it.",
    Trust.SUMMARY: "A third party's summary: check the original.",
    Trust.PAPER: "A paper, not a guideline: one study may be wrong.",
    Trust.PATIENT_INFORMATION: "Written for patients, not for clinicians.",
}


@register
class DocumentSearch:
    """Finds passages of the user's own documents by word and by meaning, and quotes the sentence that answers best."""

    card = ToolCard(
        name="document_search",
        version="1.0",
        kind="search",
        title="Document search",
        purpose="What do the documents that you have added say?",
        accepts=Accepts(),
        licence="The documents are yours.",
        weights=("minilm",),
        limits=("Quotes what you added as it stands; Bedside has not checked it.", "Relevance is not a probability."),
        citation="Robertson 2009, doi:10.1561/1500000019; Cormack 2009, doi:10.1145/1571941.1572114",
        keeps=False,
    )

    def __init__(self, settings: Settings, embedder: Embedder | None = None) -> None:
        self._settings = settings
        self._embedder = embedder or MiniLm(settings)

    @cached_property
    def corpus(self) -> Corpus:
        """The user's documents."""
        return open_corpus(self._settings, self._embedder)

    def run(self, request: ToolRequest) -> ToolResult:
        """Evidence of kind document, best first; none where nothing added speaks of the question."""
        query = (request.query or request.question).strip()
        if not query or not holds_corpus(documents_folder(self._settings)):
            return self._result()
        hits = self.corpus.search(query, top_k=_FOUND)
        found = [(hit, self.corpus.passage(hit.passage)) for hit in hits]
        scored = ((self._relevance(query, hit, passage), passage) for hit, passage in found)
        able = ((score, passage) for score, passage in scored if score >= self._settings.retrieval.threshold)
        found_evidence = (self._evidence(query, score, passage) for score, passage in able)
        return self._result(tuple(e for e in found_evidence if e is not None))

    def text(self, passage_id: str) -> str:
        """The whole text of a passage; "" where it is no longer held."""
        try:
            return self.corpus.passage(passage_id).text
        except StorageError:
            return ""

    def _result(self, evidence: tuple[Evidence, ...] = ()) -> ToolResult:
        return ToolResult(tool=self.card.name, version=self.card.version, evidence=evidence)

    def _relevance(self, query: str, hit: CorpusHit, passage: DocumentPassage) -> float:
        asked = {stem(word) for word in informative(query)}
        named = set(stems(f"{self.corpus.document(hit.document).title} {passage.heading} {passage.text}"))
        return document_relevance(hit.dense, len(asked & named) / len(asked) if asked else 0.0)

    def _evidence(self, query: str, score: float, passage: DocumentPassage) -> Evidence | None:
        document = self.corpus.document(passage.document)
        place = self._quoted(query, passage)
        if place is None:
            return None
        start, end = place
        quote = passage.text[start:end]
        return Evidence(
            kind=EvidenceKind.DOCUMENT,
            statement=quote,
            source=_source(document, passage),
            quote=quote,
            span=Span(source=passage.id, start=start, end=end, text=quote),
            confidence=round(score, 4),
            limits=(_LIMITS[document.trust],),
            input_hash=hashlib.sha256(f"{passage.id}\0{document.sha256}".encode()).hexdigest(),
        )

    def _quoted(self, query: str, passage: DocumentPassage) -> tuple[int, int] | None:
        """The sentence nearest to the question; None where every sentence speaks to an assistant."""
        places = [(a, b) for a, b in passage.sentences if not gives_orders(passage.text[a:b])]
        if len(places) < 2:
            return places[0] if places else None
        vectors = self._embedder.encode([query, *(passage.text[a:b] for a, b in places)])
        return places[int((vectors[1:] @ vectors[0]).argmax())]


def _source(document: Document, passage: DocumentPassage) -> Source:
    return Source(
        type="document",
        id=passage.id,
        title=document.title,
        publisher=document.publisher,
        year=document.year,
        section=passage.heading,
        link=document.link,
        citation=document.source,
        label=document.trust.value,
        page=passage.page,
    )
