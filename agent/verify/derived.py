"""Sentences that code derives from evidence. The gate derives them again, and only the same words pass.

They say what no single piece of evidence says: that an allergy rules out an advised drug or calls for care with it,
that a score has changed, and that experts disagree on a file.
"""

from __future__ import annotations

import re
from itertools import pairwise

from bedside.agent.verify.disagreement import disagreements
from bedside.core.case import Message, Span
from bedside.core.evidence import Evidence, EvidenceKind
from bedside.core.units import show
from bedside.knowledge.drugs import allergy_covers, allergy_related, classes_of, drug_table, drugs_in
from bedside.knowledge.library import Library

_SEVERE = re.compile(
    r"anaphyla\w*|angio-?o?edema|stevens[- ]johnson|\bSJS\b|toxic epidermal|\bDRESS\b|bronchospasm|"
    r"(?:throat|tongue|airway|laryngeal) (?:swell\w*|o?edema|clos\w*)|swollen (?:throat|tongue)|"
    r"(?<!non-)(?<!non )(?<!not )\b(?:severe|life[- ]threatening)\s+(?:[\w-]+\s+)?"
    r"(?:allerg\w*|reactions?|hypersensitiv\w*)",
    re.I,
)
_NOT_SEVERE = re.compile(r"\b(?:no|not|never|without|denies|denied)\b[^.;,]{0,20}$", re.I)
_FAR = 60


def allergy_sentence(allergen: str, drug: str) -> str:
    """What is said of an advised drug that an allergy covers."""
    if allergen.lower() == drug.lower():
        return f"With an allergy to {allergen}, {drug} is not for this patient."
    return f"With an allergy to {allergen}, {drug}, which that allergy covers, is not for this patient."


def caution_sentence(allergen: str, drug: str) -> str:
    """What is said of an advised drug that can cross-react, after a severe reaction."""
    kind = "beta-lactam" if "beta-lactam" in classes_of(drug) else "drug"
    return f"A severe reaction to {allergen} is recorded; {drug}, a related {kind}, needs a specialist's advice first."


def severe_beside(allergen: Span | None, messages: tuple[Message, ...]) -> bool:
    """Whether the words beside an allergen speak of anaphylaxis, angioedema or another severe reaction to it.

    Args:
        allergen: where the allergen was read.
        messages: the messages of the case, among them the one that it was read from.
    """
    text = next((m.text for m in messages if allergen is not None and m.id == allergen.source), "")
    if allergen is not None and allergen.recorded:
        text = allergen.text  # of a record: the allergy's own line holds its reaction
    if allergen is None or not text:
        return False
    for hit in _SEVERE.finditer(text):
        if _NOT_SEVERE.search(text[: hit.start()]):
            continue
        if hit.start() < allergen.end and allergen.start < hit.end():
            return True
        gap = text[hit.end() : allergen.start] if hit.end() <= allergen.start else text[allergen.end : hit.start()]
        if len(gap) <= _FAR and not re.search(r"[.;\n]", gap) and not _of_another(gap):
            return True
    return False


def _of_another(gap: str) -> bool:
    """Whether the words between a reaction and an allergen give the reaction to something else."""
    others = [d.start for d in drugs_in(gap, classes=True)]
    others += [m.start() for a in drug_table().allergens if (m := re.search(rf"\b{re.escape(a)}\b", gap, re.I))]
    # "anaphylaxis to peanuts and penicillin" is a reaction to both.
    return bool(others) and re.search(r"\b(?:and|or)\s+$|&\s*$", gap) is None


def change_sentence(before: Evidence, now: Evidence) -> str:
    """What is said of a score or a fact whose value has changed."""
    if now.kind is EvidenceKind.FACT:
        return f"{now.statement}; before, {before.statement[0].lower()}{before.statement[1:]}."
    return f"{now.source.title}: {_value(now)} now, {_value(before)} before."


def supposed_sentence(fact: Evidence) -> str:
    """What is said of a "what if"."""
    return f"Supposed for this answer only: {fact.statement}."


def derived_sentences(cited: tuple[Evidence, ...], library: Library, messages: tuple[Message, ...] = ()) -> set[str]:
    """Every sentence that can be derived from the cited evidence; `messages` tell how severe an allergy is."""
    allergens = [word for e in cited if (word := allergen_of(e))]
    passages = [e for e in cited if e.kind is EvidenceKind.PASSAGE]
    out = {
        allergy_sentence(allergen, drug.name)
        for allergen in allergens
        for e in passages
        for drug in library.recommendation(e.source.id).drugs
        if allergy_covers(allergen, drug.name)
    }
    out |= {
        caution_sentence(allergen, drug.name)
        for e in cited
        if (allergen := allergen_of(e)) and severe_beside(e.span, messages)
        for p in passages
        for drug in library.recommendation(p.source.id).drugs
        if allergy_related(allergen, drug.name)
    }
    out |= {supposed_sentence(e) for e in cited if e.kind is EvidenceKind.FACT}
    out |= {found.sentence for found in disagreements(cited)}
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
