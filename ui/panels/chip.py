"""The chip behind a sentence: a button that opens one piece of evidence beside it."""

from __future__ import annotations

from bedside.core.evidence import Evidence, EvidenceKind
from bedside.ui.panels.html import Html, el, join

KIND_WORDS = {
    EvidenceKind.FACT: "what you told me",
    EvidenceKind.FINDING: "finding",
    EvidenceKind.MASK: "segmentation",
    EvidenceKind.BOX: "marked region",
    EvidenceKind.SCORE: "score",
    EvidenceKind.PASSAGE: "guideline passage",
    EvidenceKind.DOCUMENT: "passage of your document",
    EvidenceKind.MODEL_OPINION: "model opinion",
    EvidenceKind.DRUG_WARNING: "drug safety",
    EvidenceKind.SIMILAR_CASE: "similar case, not proof",
}


def chip(evidence_id: str, evidence: Evidence | None, *, short: bool = False) -> Html:
    """A button for one evidence id; one that is not held is shown as such and opens nothing.

    Args:
        evidence_id: what the sentence cites.
        evidence: what it opens.
        short: leaves out that its guideline is superseded, where the text beside it says so.
    """
    if evidence is None:
        return el("span", evidence_id, class_="chip chip-none", title="This evidence is not held.")
    name = f"Evidence {evidence_id}, {kind_words(evidence)}: {evidence.source.short}"
    old = evidence.source.superseded
    return el(
        "button",
        evidence_id,
        el("span", f" {evidence.source.status}", class_="chip-old") if old and not short else None,
        type="button",
        class_=f"chip chip-{evidence.kind.value}{' chip-superseded' if old else ''}",
        data_open=evidence_id,
        aria_label=f"{name}{f', {evidence.source.status}' if old else ''}",
        title=name,
    )


def chips(ids: tuple[str, ...], held: dict[str, Evidence]) -> Html:
    """The chips of one sentence."""
    return el("span", join(chip(i, held.get(i)) for i in ids), class_="chips")


def kind_words(evidence: Evidence) -> str:
    """What kind of evidence it is, in words."""
    return "red flag" if evidence.source.type == "red flag" else KIND_WORDS[evidence.kind]
