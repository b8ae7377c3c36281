"""Allergies and current medication, each drug under its canonical name."""

from __future__ import annotations

import re
from typing import NamedTuple

from bedside.core.answer import Refusal
from bedside.core.case import Fact, FactStatus, Span
from bedside.knowledge.phrases import Match
from bedside.knowledge.terms import finding
from bedside.tools.notes.allergens import read_unlisted
from bedside.tools.notes.allergies import Listed, none_known, read_allergy
from bedside.tools.notes.context import context_of
from bedside.tools.notes.document import Document
from bedside.tools.notes.lexicon import Term
from bedside.tools.notes.quantities import make_fact
from bedside.tools.notes.times import when_after

_DOSE = (
    r"(?:\d+(?:[.,/]\d+)*(?:mg|g|mcg|micrograms?|milligrams?|ml|units?|iu|%)?|"
    r"mg|g|mcg|micrograms?|units?|od|bd|tds|qds|qd|bid|tid|"
    r"qid|daily|twice|"
    r"once|nocte|mane|prn|po|iv|im|sc|a|per|day|week|weekly|tablets?|inhalers?|and|plus|also|as well as|with|"
    r"both|in|the|morning|evening|at|night|long[- ]term|low[- ]dose|high[- ]dose|regular|his|her|an|oral|inhaled|or)"
)
# Each alternative can match a text in one way only: no backtracking blow-up.
_LINK = re.compile(rf"[\s,;&/+()•*-]*(?:\b{_DOSE}\b[\s,;&/+()•*-]*)*", re.I)
_LINK_CHARS = 100
_TAKES = re.compile(
    rf"(?P<cue>\b(?:on|takes?|taking|took|taken|uses|using|prescribed|started|commenced|receiving|continues|"
    rf"given regular|"
    rf"anticoagulated with|treated with|medications?(?: include| includes| are| is|:)|meds(?: include| are|:)|regular)"
    rf"(?: on)?)\s+(?:{_DOSE}\s+|of\s+)*$",
    re.I,
)
_STOPPED = re.compile(
    r"\b(?:stopped|off|discontinued|ceased|withheld|"
    r"held|came off|no longer (?:on|takes|taking))\s+(?:taking\s+)?(?:\w+\s)?$",
    re.I,
)
_NOT_TAKING = re.compile(
    r"\b(?:effects?|information|advice|guidance|guidelines?|questions?|"
    r"based|depend\w*|rely|overdosed?|put|start|switch|place)\s+(?:him |her |them |the patient )?$",
    re.I,
)
_ASKED_OF = re.compile(r"\b(?:is|was|are)\s+(?:he|she|the patient|this patient|i)\s*(?:currently |already )?$", re.I)
_GRANTED = re.compile(
    r"\b(?:while|already|currently|patients?|man|woman|he|she|"
    r"who|who['’]s|who is|and is|old|he is|she is|he['’]s|she['’]s|i am|am|\d+[MF])\s*$",
    re.I,
)


class Medicines(NamedTuple):
    """Facts of drugs, the starts of mentions that they use up (the reaction of an allergy), and refused allergens."""

    facts: list[Fact]
    consumed: frozenset[int]
    refused: list[tuple[Refusal, Span]]


def read_medicines(doc: Document) -> Medicines:
    """Allergies, with NKDA as an absent allergy, and current medication."""
    facts: list[Fact] = []
    consumed: set[int] = set()
    previous: Listed | None = None
    unlisted = read_unlisted(doc)
    named = [m for m in doc.matches if m.payload.kind in {"drug", "allergen"}]
    for match in sorted([*named, *unlisted.matches], key=lambda m: m.start):
        linked = previous if previous and _is_list(doc, previous.end, match.start) else None
        fact = read_allergy(doc, match, linked, consumed) or _medication(doc, match, linked)
        previous = None
        if fact is not None:
            facts.append(fact)
            used = (m.end for m in doc.between(match.end, match.end + 30) if m.start in consumed)
            previous = Listed(fact.name, max(match.end, *used, match.end), fact.status)
    return Medicines(facts + none_known(doc, facts), frozenset(consumed), unlisted.refused)


def _is_list(doc: Document, end: int, start: int) -> bool:
    """Whether only doses, commas and conjunctions stand between two drugs."""
    gap = doc.text[end:start]
    return len(gap) <= _LINK_CHARS and "\n\n" not in gap and _LINK.fullmatch(gap) is not None


def _medication(doc: Document, match: Match[Term], linked: Listed | None) -> Fact | None:
    """The drug as medication; None where nothing says that the patient takes it. `as_written` holds "stopped"."""
    status = _taken(doc, match, linked)
    if status is None:
        return None
    stopped = _STOPPED.search(doc.text, doc.sentence(match.start).start, match.start)
    begin = stopped.start() if stopped and status is FactStatus.ABSENT else match.start
    written = " ".join(doc.text[begin : match.end].split())
    when = when_after(doc, match.start, match.end)
    value = match.payload.name
    return make_fact(
        doc, finding("medication"), match.start, match.end, value=value, status=status, when=when, written=written
    )


def _taken(doc: Document, match: Match[Term], linked: Listed | None) -> FactStatus | None:
    """The status of this drug as medication; None where nothing says that the patient takes it."""
    if match.payload.kind != "drug":
        return None
    if linked and linked.name == "medication":
        return linked.status
    sentence = doc.sentence(match.start)
    if _STOPPED.search(doc.text, sentence.start, match.start):
        return FactStatus.ABSENT
    takes = _TAKES.search(doc.text, max(sentence.start, match.start - 80), match.start)
    if takes is None:
        return FactStatus.PRESENT if doc.section(match.start) == "medication" else None
    before = doc.text[max(sentence.start, takes.start() - 40) : takes.start()]
    if _NOT_TAKING.search(before):
        return None
    if takes.start() >= sentence.asks_from:
        if _ASKED_OF.search(before):
            return FactStatus.POSSIBLE
        if takes["cue"].lower() not in {"on", "taking", "takes", "using", "uses"} or not _GRANTED.search(before):
            return None
    context = context_of(doc, takes.start(), match.end, "state")
    if context.family:
        return FactStatus.FAMILY
    if context.negated and not _another_is_denied(doc, takes.start()):
        return FactStatus.ABSENT
    return FactStatus.POSSIBLE if context.hypothetical else FactStatus.PRESENT


def _another_is_denied(doc: Document, start: int) -> bool:
    """ "no ECG changes, on digoxin" and "no SOB on digoxin" deny something else; "not on digoxin" denies the drug."""
    sentence = doc.sentence(start)
    cues = [m for m in doc.between(sentence.start, start) if "negated_before" in m.payload.groups]
    if not cues:
        return True
    between = doc.between(cues[-1].end, start)
    return bool(re.search(r"[,;\n]", doc.text[cues[-1].end : start])) or any(
        m.payload.kind in {"present", "absent", "timed"} for m in between
    )
