"""Findings that are there or not: symptoms, signs and conditions, with the status the words around them give."""

from __future__ import annotations

import re

from bedside.core.case import Fact, FactStatus
from bedside.knowledge.phrases import Match
from bedside.knowledge.terms import Finding, finding
from bedside.tools.notes.context import Context, context_of
from bedside.tools.notes.document import Document
from bedside.tools.notes.gestation import is_of_a_birth, of_pregnancy
from bedside.tools.notes.lexicon import PRESENCE, Term
from bedside.tools.notes.nearby import find_nearby
from bedside.tools.notes.quantities import make_fact
from bedside.tools.notes.times import NOW, When, when_of

_OLD_DAYS = 28.0
# Done to the patient, often by a relative: "her partner strangled her" is no illness of the partner.
_DONE_BY_OTHERS = frozenset({"abuse_told", "child_abuse", "story_changes"})
_DO_NOT = re.compile(r"\b(?:do|does|did)(?:n['’]?t| not)\s+(?:\w+\s)?$", re.I)
# "No other focal deficits" says nothing of those that were told.
_NO_OTHER = re.compile(
    r"\bno other(?:\s+(?!(?:but|except|apart|aside|besides|than|with|for|to|cause|reason|explanation|source|focus|"
    r"trigger|complaints?)\b)\w+){0,3}\s+$",
    re.I,
)
_TURNS = re.compile(r"\b(?:not|nor|no longer|(?:is|was|are|were)n['’]?t)\s+(?:\w+\s)?$", re.I)
_PATIENT = re.compile(r"\b(?:she|her|patient|woman|lady|girl|\d+\s?F)\b", re.I)
# Abbreviated mental test: 8 or less of 10 counts as confusion in CURB-65 (Lim 2003, doi:10.1136/thorax.58.5.377).
_AMTS = re.compile(r"\bAMTS?\b\s*(?:score\s*)?(?:is|was|of|:|=)?\s*(\d{1,2})(?:\s*/\s*10)?(?![\d.])", re.I)
_AMTS_CONFUSED = 8
# "C" of ACVPU is new confusion (RCP, National Early Warning Score 2, 2017).
_ACVPU = re.compile(r"\bA?C?VPU\b\s*(?:score\s*)?(?:is|was|:|=)?\s*(C|A)(?!\w)")


def read_presence(doc: Document, consumed: frozenset[int] = frozenset()) -> list[Fact]:
    """Every finding mentioned, in text order.

    Args:
        doc: the text.
        consumed: starts of mentions that belong to something else (the reaction of an allergy).
    """
    facts: list[Fact] = []
    for match in doc.matches:
        if match.payload.kind in PRESENCE and match.start not in consumed:
            facts += _facts_of(doc, match)
    facts += _told(doc, {f.name for f in facts})
    return sorted(facts + _scored(doc), key=lambda f: (f.span.start, f.span.end))


def _told(doc: Document, named: set[str]) -> list[Fact]:
    """Findings told in everyday words; of one finding, a place where it is there goes before one where it is not."""
    found: dict[str, list[Fact]] = {}
    for place in find_nearby(doc):
        match = Match(place.start, place.end, Term("present", place.name), -1, -1)
        facts = _facts_of(doc, match) if place.name not in named else []
        if facts and (place.name not in found or facts[0].status is FactStatus.PRESENT):
            found[place.name] = facts
    return [f for name, facts in found.items() for f in facts if f.name == name or f.name not in named]


def is_earlier(context: Context, when: When) -> bool:
    """Whether a mention speaks of an earlier episode: by its words, or by a time of four weeks ago or more."""
    return context.historical or (when.past and when.days >= _OLD_DAYS)


def is_recent(row: Finding, when: When) -> bool:
    """Whether a time stands beside a term that counts only with one, and is recent enough for the finding."""
    return bool(when.text) and when.days <= row.within_days


def turned(doc: Document, start: int) -> bool:
    """Whether a word before `start` turns a term that denies into one that says it is there ("not afebrile")."""
    return _TURNS.search(doc.text[max(0, start - 24) : start]) is not None


def _facts_of(doc: Document, match: Match[Term]) -> list[Fact]:
    row = finding(match.payload.name)
    context = context_of(doc, match.start, match.end, "state" if row.name == "pregnancy" else row.course)
    if row.name in _DONE_BY_OTHERS and doc.section(match.start) != "family":
        context = context._replace(family=False)
    when = when_of(doc, match.start, match.end)
    status = _status(doc, match, row, context, when)
    if status is None:
        return []
    if _is_earlier_episode(row, context, when, status):
        # "previous DVT" is a history of thrombosis, and "no history of stroke" says nothing of today.
        said = FactStatus.ABSENT if status is FactStatus.ABSENT else FactStatus.PRESENT
        return [_fact(doc, finding(n), match, said, when) for n in row.historical_as]
    facts = [_fact(doc, row, match, status, when)]
    if status is FactStatus.PRESENT:
        facts += [_fact(doc, finding(n), match, status, when) for n in row.implies]
    return facts


def _is_heading_of_itself(doc: Document, match: Match[Term]) -> bool:
    """ "Joint swelling: no active joint swelling observed": what stands behind the colon tells, and not the heading."""
    if not doc.text[match.end : match.end + 2].lstrip().startswith(":"):
        return False
    behind = doc.between(match.end, doc.sentence(match.start).end)
    again = next((m for m in behind if m.payload.name == match.payload.name and m.payload.kind in PRESENCE), None)
    return again is not None and not re.search(r"[,;]", doc.text[match.end : again.start])


def _fact(doc: Document, row: Finding, match: Match[Term], status: FactStatus, when: When) -> Fact:
    return make_fact(doc, row, match.start, match.end, value=None, status=status, when=when)


def _is_earlier_episode(row: Finding, context: Context, when: When, status: FactStatus) -> bool:
    said = status in {FactStatus.HISTORICAL, FactStatus.ABSENT}
    return said and bool(row.historical_as) and is_earlier(context, when)


def _status(doc: Document, match: Match[Term], row: Finding, context: Context, when: When) -> FactStatus | None:
    """The status of a mention; None where it says nothing of the patient."""
    if match.payload.kind == "timed" and not is_recent(row, when):
        return None
    if row.name in of_pregnancy() and is_of_a_birth(doc, match.start, match.end):
        return None
    if _is_heading_of_itself(doc, match) or _NO_OTHER.search(doc.text[max(0, match.start - 40) : match.start]):
        return None
    if row.name == "pregnancy" and context.asked and not _PATIENT.search(doc.text):
        return None  # "Can lisinopril be used while pregnant?" is not about a patient
    if context.family:
        return None if context.negated else FactStatus.FAMILY
    # "No rash, neck supple" is no denial of a denial; "not afebrile" is one.
    says_no = match.payload.kind == "absent"
    denied = not turned(doc, match.start) if says_no else context.negated
    if match.first < 0:  # told in everyday words: "I don't hear voices"
        denied = denied or _DO_NOT.search(doc.text[max(0, match.start - 24) : match.start]) is not None
    if context.asked or context.hypothetical:
        return FactStatus.POSSIBLE
    if match.payload.kind == "historical":
        return FactStatus.HISTORICAL
    if denied:
        return FactStatus.ABSENT
    over = is_earlier(context, when) or (when.past and 0 < row.within_days < when.days)
    if over and row.course != "chronic" and match.payload.kind != "timed":
        return FactStatus.HISTORICAL
    return FactStatus.POSSIBLE if context.possible else FactStatus.PRESENT


def _scored(doc: Document) -> list[Fact]:
    """Confusion as a score says it."""
    row = finding("confusion")
    found = [(m, int(m[1]) <= _AMTS_CONFUSED) for m in _AMTS.finditer(doc.text) if int(m[1]) <= 10]
    found += [(m, m[1] == "C") for m in _ACVPU.finditer(doc.text)]
    out = []
    for match, confused in found:
        status = FactStatus.PRESENT if confused else FactStatus.ABSENT
        when = when_of(doc, match.start(), match.end()) if confused else NOW
        out.append(
            make_fact(doc, row, match.start(), match.end(), value=None, status=status, when=when, written=match.group())
        )
    return out
