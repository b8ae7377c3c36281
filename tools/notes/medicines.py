"""Allergies and current medication, each drug under its canonical name."""

from __future__ import annotations

import re
from typing import NamedTuple

from bedside.core.case import Fact, FactStatus
from bedside.knowledge.phrases import Match
from bedside.knowledge.terms import finding
from bedside.tools.notes.context import context_of
from bedside.tools.notes.document import Document
from bedside.tools.notes.lexicon import Term
from bedside.tools.notes.quantities import make_fact
from bedside.tools.notes.times import NOW, when_of

_ALLERGIC_TO = re.compile(
    r"(?:\b(?:allerg(?:y|ic|ies)|anaphyla(?:xis|ctic(?:\s+(?:reaction|shock))?)|hypersensitiv\w+|"
    r"(?:adverse |bad |severe )?reaction|"
    r"reacts|reacted|angio-?oedema|angioedema)\s+(?:reaction )?to|"
    r"\b(?:rash|urticaria|hives)\s+(?:with|to|from)|\ballerg(?:y|ies)\s*[:=-])\s*"
    r"(?:the |a |an |any |oral |iv )?$",
    re.I,
)
_EXCEPT = re.compile(r"\s*,?\s*(?:except|apart from|other than|bar|but)\s+(?:to |for )?$", re.I)
_IS_ALLERGEN = re.compile(r"[\s-]*(?:drug )?(?:allerg(?:y|ic|ies)|anaphylaxis|hypersensitivity)\b", re.I)
_REACTION = re.compile(
    r"\s*(?:[(:–-]|,?\s*which caused|,?\s*which gave|,?\s*"
    r"(?:causes|causing|caused|gives|gave|with))\s*(?:(?:an?|him|her|severe|mild|to)\s+)*$",
    re.I,
)
_REACTIONS = frozenset(
    {"rash", "urticaria", "anaphylaxis", "facial_swelling", "vomiting", "diarrhoea", "wheeze", "dyspnoea"}
)
_NOTHING = re.compile(r"\s*(?:nil|none|no|nkda|n/a|not known)\b", re.I)
_TO_A_DRUG = re.compile(r"\s+to\s+(?!medic|drugs|any|anything)", re.I)
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
    rf"(?P<cue>\b(?:on|takes?|taking|uses|using|prescribed|started|commenced|receiving|continues|given regular|"
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
    r"who|who['’]s|who is|he is|she is|he['’]s|she['’]s|i am|am|\d+[MF])\s*$",
    re.I,
)


class Medicines(NamedTuple):
    """Facts of drugs, and the starts of mentions that they use up (the reaction of an allergy)."""

    facts: list[Fact]
    consumed: frozenset[int]


def read_medicines(doc: Document) -> Medicines:
    """Allergies, with NKDA as an absent allergy, and current medication."""
    facts: list[Fact] = []
    consumed: set[int] = set()
    previous: tuple[str, int, FactStatus] | None = None
    for match in doc.matches:
        if match.payload.kind not in {"drug", "allergen"}:
            continue
        linked = previous if previous and _is_list(doc, previous[1], match.start) else None
        allergic = _allergy(doc, match, linked, consumed)
        status = allergic if allergic is not None else _taken(doc, match, linked)
        if status is None:
            previous = None
            continue
        name = "allergy" if allergic is not None else "medication"
        facts.append(_fact(doc, name, match, status))
        previous = (
            name,
            max([match.end, *(m.end for m in doc.between(match.end, match.end + 30) if m.start in consumed)]),
            status,
        )
    return Medicines(facts + _none_known(doc, facts), frozenset(consumed))


def _is_list(doc: Document, end: int, start: int) -> bool:
    """Whether only doses, commas and conjunctions stand between two drugs."""
    gap = doc.text[end:start]
    return len(gap) <= _LINK_CHARS and "\n\n" not in gap and _LINK.fullmatch(gap) is not None


def _fact(doc: Document, name: str, match: Match[Term], status: FactStatus) -> Fact:
    when = when_of(doc, match.start, match.end) if name == "medication" else NOW
    written = doc.text[match.start : match.end]
    return make_fact(
        doc, finding(name), match.start, match.end, value=match.payload.name, status=status, when=when, written=written
    )


def _allergy(
    doc: Document, match: Match[Term], linked: tuple[str, int, FactStatus] | None, consumed: set[int]
) -> FactStatus | None:
    """The status of an allergy to this drug; None where nothing says that it is one. Uses up the reaction's mention."""
    low = max(0, match.start - 60)
    left = _ALLERGIC_TO.search(doc.text, low, match.start)
    right = _IS_ALLERGEN.match(doc.text, match.end)
    section = doc.section(match.start) == "allergy"
    if linked and linked[0] == "allergy" and not left:
        _consume_reaction(doc, match.end, consumed)
        return linked[2]
    if not (left or right or section or _excepted(doc, match)):
        return None
    begin = left.start() if left else match.start
    consumed.update(m.start for m in doc.between(begin, match.start))
    if right:
        consumed.update(m.start for m in doc.between(match.end, right.end()))
    _consume_reaction(doc, right.end() if right else match.end, consumed)
    context = context_of(doc, match.start, match.end)
    if context.family:
        return FactStatus.FAMILY
    if context.negated and not _excepted(doc, match):
        return FactStatus.ABSENT
    return FactStatus.POSSIBLE if context.asked or context.possible or context.hypothetical else FactStatus.PRESENT


def _excepted(doc: Document, match: Match[Term]) -> bool:
    """ "NKDA except penicillin"."""
    sentence = doc.sentence(match.start)
    cues = [m for m in doc.between(sentence.start, match.start) if "none_known" in m.payload.name.split()]
    return bool(cues) and _EXCEPT.fullmatch(doc.text, cues[-1].end, match.start) is not None


def _consume_reaction(doc: Document, end: int, consumed: set[int]) -> None:
    """Marks "rash" in "penicillin (rash)" as part of the allergy."""
    for m in doc.between(end, end + 40):
        if m.payload.name in _REACTIONS and _REACTION.fullmatch(doc.text, end, m.start):
            consumed.add(m.start)


def _taken(doc: Document, match: Match[Term], linked: tuple[str, int, FactStatus] | None) -> FactStatus | None:
    """The status of this drug as medication; None where nothing says that the patient takes it."""
    if match.payload.kind != "drug":
        return None
    if linked and linked[0] == "medication":
        return linked[2]
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
    context = context_of(doc, takes.start(), match.end)
    if context.family:
        return FactStatus.FAMILY
    if context.negated:
        return FactStatus.ABSENT
    return FactStatus.POSSIBLE if context.hypothetical else FactStatus.PRESENT


def _none_known(doc: Document, facts: list[Fact]) -> list[Fact]:
    """NKDA, or an allergy section that says none; not beside an allergy that the same text names."""
    if any(f.name == "allergy" and f.status is FactStatus.PRESENT for f in facts):
        return []
    spans = [
        (m.start, m.end)
        for m in doc.matches
        if "none_known" in m.payload.name.split() and not _TO_A_DRUG.match(doc.text, m.end)
    ]
    for section in doc.sections:
        nothing = _NOTHING.match(doc.text, section.start) if section.kind == "allergy" else None
        if nothing and not any(s <= nothing.end() and e >= section.start for s, e in spans):
            spans.append((section.start + len(nothing.group()) - len(nothing.group().lstrip()), nothing.end()))
    row = finding("allergy")
    return [make_fact(doc, row, s, e, value=None, status=FactStatus.ABSENT, when=NOW) for s, e in spans[:1]]
