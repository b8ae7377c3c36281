"""Sentences that code derives from evidence. The gate derives them again, and only the same words pass.

They say what no single piece of evidence says: that an allergy rules out an advised drug, and that a score has changed.
"""

from __future__ import annotations

from itertools import pairwise

from bedside.core.evidence import Evidence, EvidenceKind
from bedside.knowledge.drugs import allergy_covers
from bedside.knowledge.library import Library


def allergy_sentence(allergen: str, drug: str) -> str:
    """What is said of an advised drug that an allergy covers."""
    if allergen.lower() == drug.lower():
        return f"Allergy to {allergen} is recorded, so {drug} is not for this patient."
    return f"Allergy to {allergen} is recorded, so {drug}, which that allergy covers, is not for this patient."


def change_sentence(before: Evidence, now: Evidence) -> str:
    """What is said of a score whose value has changed."""
    return f"{now.source.title}: {_value(now)} now, {_value(before)} before."


def derived_sentences(cited: tuple[Evidence, ...], library: Library) -> set[str]:
    """Every sentence that can be derived from the cited evidence."""
    allergens = [word for e in cited if (word := allergen_of(e))]
    passages = [e for e in cited if e.kind is EvidenceKind.PASSAGE]
    out = {
        allergy_sentence(allergen, drug.name)
        for allergen in allergens
        for e in passages
        for drug in library.recommendation(e.source.id).drugs
        if allergy_covers(allergen, drug.name)
    }
    scores = [e for e in cited if e.kind is EvidenceKind.SCORE]
    for before, now in pairwise(scores):
        if before.source.id == now.source.id and before.value != now.value:
            out.add(change_sentence(before, now))
    return out


def allergen_of(evidence: Evidence) -> str:
    """The allergen of an allergy fact's evidence, "" for other evidence."""
    if evidence.kind is not EvidenceKind.FACT or evidence.source.section != "allergy" or ": " not in evidence.statement:
        return ""
    return evidence.statement.partition(": ")[2]


def _value(e: Evidence) -> str:
    return f"{e.value:g} {e.unit}".strip() if e.value is not None else "not known"
