"""Sentences that code derives from evidence. The gate derives them again, and only the same words pass.

They say what no single piece of evidence says: that an allergy rules out an advised drug, and that a score has changed.
"""

from __future__ import annotations

from itertools import pairwise

from bedside.core.evidence import Evidence, EvidenceKind
from bedside.core.units import show
from bedside.knowledge.drugs import allergy_covers
from bedside.knowledge.library import Library


def allergy_sentence(allergen: str, drug: str) -> str:
    """What is said of an advised drug that an allergy covers."""
    if allergen.lower() == drug.lower():
        return f"With an allergy to {allergen}, {drug} is not for this patient."
    return f"With an allergy to {allergen}, {drug}, which that allergy covers, is not for this patient."


def change_sentence(before: Evidence, now: Evidence) -> str:
    """What is said of a score or a fact whose value has changed."""
    if now.kind is EvidenceKind.FACT:
        return f"{now.statement}; before, {before.statement[0].lower()}{before.statement[1:]}."
    return f"{now.source.title}: {_value(now)} now, {_value(before)} before."


def supposed_sentence(fact: Evidence) -> str:
    """What is said of a "what if"."""
    return f"Supposed for this answer only: {fact.statement}."


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
    out |= {supposed_sentence(e) for e in cited if e.kind is EvidenceKind.FACT}
    for before, now in pairwise(cited):
        if same_thing(before, now) and before.statement != now.statement:
            out.add(change_sentence(before, now))
    return out


def same_thing(one: Evidence, other: Evidence) -> bool:
    """Whether two pieces of evidence are of one score, or of one fact of the record, at two times."""
    if one.kind is not other.kind:
        return False
    if one.kind is EvidenceKind.SCORE:
        return one.source.id == other.source.id and one.source.section == other.source.section
    return one.kind is EvidenceKind.FACT and one.source.section == other.source.section


def allergen_of(evidence: Evidence) -> str:
    """The allergen of an allergy fact's evidence, "" for other evidence."""
    if evidence.kind is not EvidenceKind.FACT or evidence.source.section != "allergy" or ": " not in evidence.statement:
        return ""
    return evidence.statement.partition(": ")[2]


def _value(e: Evidence) -> str:
    if e.value is not None:
        return show(e.value, e.unit)
    return f"{e.low:g} to {e.high:g}" if e.low is not None and e.high is not None else "not known"
