"""Reads facts from clinical text: the one door for messages, notes and reports."""

from __future__ import annotations

import math
import re

from bedside.core.case import Fact, FactStatus
from bedside.knowledge.terms import finding, score_inputs
from bedside.tools.notes.calendar_days import DateOrder, read_days
from bedside.tools.notes.document import Document
from bedside.tools.notes.doses import read_doses
from bedside.tools.notes.drinks import read_drinks
from bedside.tools.notes.lesions import read_lesion_sites
from bedside.tools.notes.medicines import read_medicines
from bedside.tools.notes.named_by_finding import read_named_by_finding
from bedside.tools.notes.people import read_people
from bedside.tools.notes.presence import read_presence
from bedside.tools.notes.pressures import read_pressures
from bedside.tools.notes.quantities import read_quantities
from bedside.tools.notes.schema import Conflict, NoteReading
from bedside.tools.notes.score_items import read_score_items
from bedside.tools.notes.scores import LABELS, read_scores
from bedside.tools.notes.times import is_past
from bedside.tools.notes.unnamed import read_unnamed

# "Stopped warfarin last week" holds now: the time of a drug is when it began or ended.
_LASTING = frozenset({"allergy", "medication"})
_AWAKE = 14.0
# Somebody else as the one a sentence tells of, with no "he", "she" or "the patient" right before what is told.
_ANOTHER = re.compile(
    r"(?<!by )(?<!to )(?<!with )(?<!from )\b(?:her|his|their|my|the|a|an|one|another|other)\s(?:\w+\s)?"
    r"(?:husband|wife|partner|son|daughter|mother|mum|mom|father|dad|brother|sister|friend|colleague|neighbou?r|"
    r"bystander|passenger|driver|man|woman|person|child)\b(?!['’]s)(?!\s(?:has |had |who )?"
    r"(?:found|called|rang|says?|said|reports?|reported|states?|saw|noticed|heard|witnessed|told|tells|brought|gave|did|"
    r"started|began|thinks?)\b)"
    r"(?![^.]*\b(?:he|she|they|I|patient|pt)(?:\s\w+){0,2}\s$)",
    re.I,
)


def read_facts(text: str, source: str) -> tuple[Fact, ...]:
    """The facts of a text; see `read_note` for what was refused and what contradicts itself."""
    return read_note(text, source).facts


def read_note(text: str, source: str, date_order: DateOrder = "", *, items: bool = False) -> NoteReading:
    """Reads a text by rule: the same text always gives the same facts.

    Args:
        text: a message, a note or a report; data, never instruction.
        source: its id, which every span carries.
        date_order: of a date in numbers, where it is known; "" leaves that to the text.
        items: whether to read what only a score asks for, too.

    Returns:
        Facts with exact spans (``text[span.start:span.end] == span.text``), refused numbers and conflicts.
    """
    doc = Document.of(text, source)
    people, named, pressures = read_people(doc), read_quantities(doc), read_pressures(doc)
    named.facts.extend(read_named_by_finding(doc).facts)
    unnamed = read_unnamed(doc, [*people.facts, *named.facts, *pressures.facts])
    medicines = read_medicines(doc)
    sites = read_lesion_sites(doc)
    presence = read_presence(doc, medicines.consumed)
    scores = read_scores(doc)
    numbers = [*scores.facts, *people.facts, *named.facts, *pressures.facts, *unnamed.facts]
    refused = [
        *people.refused,
        *named.refused,
        *pressures.refused,
        *unnamed.refused,
        *scores.refused,
        *medicines.refused,
    ]
    findings = [*numbers, *sites, *medicines.facts, *presence]
    facts = _in_order(_without_echoes(_came_round(doc, [f for f in findings if f.name not in score_inputs()])))
    asked: tuple[Fact, ...] = ()
    if items:
        doses = read_doses(doc)
        refused += doses.refused
        only = [f for f in numbers if f.name in score_inputs()]
        only += [*doses.facts, *read_drinks(doc), *read_days(doc, date_order)]
        asked = _in_order(_without_echoes([*only, *read_score_items(doc, [*facts, *only])]))
    refused.sort(key=lambda pair: pair[1].start)
    return NoteReading(
        facts=facts,
        rejected=tuple(r for r, _ in refused),
        rejected_spans=tuple(s for _, s in refused),
        conflicts=_conflicts((*facts, *asked)),
        items=asked,
    )


def new_facts(known: tuple[Fact, ...], reading: NoteReading) -> tuple[Fact, ...]:
    """The facts of a reading that may be appended to what a case knows, so that `Case.current` stays right.

    Left out are a finding that is only asked about or possible where the case knows it already, and a value of an
    earlier time where the case has one of now.
    """
    settled = {f.key for f in known if f.status is not FactStatus.POSSIBLE}
    dated = {f.key for f in known if not is_past(f.time)}
    return tuple(
        f
        for f in reading.facts
        if not (f.status is FactStatus.POSSIBLE and f.key in settled)
        and (f.name in _LASTING or not (is_past(f.time) and f.key in dated))
    )


def _without_echoes(facts: list[Fact]) -> list[Fact]:
    """Takes out repeats, and what is only possible where the same text settles it."""
    settled = {f.key for f in facts if f.status is not FactStatus.POSSIBLE}
    out: list[Fact] = []
    seen: set[tuple[object, ...]] = set()
    for fact in sorted(facts, key=lambda f: (f.span.start, f.span.end)):
        same = (fact.key, fact.value, fact.status, fact.time)
        if same in seen or (fact.status is FactStatus.POSSIBLE and fact.key in settled):
            continue
        seen.add(same)
        out.append(fact)
    return out


def _came_round(doc: Document, facts: list[Fact]) -> list[Fact]:
    """Who is told to have come round, or had a coma score of `_AWAKE` or more, is unresponsive no longer.

    Only what stands before that: "came round but is now unresponsive again" stays. So does what is told beside
    somebody else who came round: "found unresponsive. Her husband fainted but came round".
    """
    there = [f for f in facts if f.status is FactStatus.PRESENT]
    awake = [f.span.start for f in there if _says_awake(f)]
    over = [f for f in there if f.name == "unresponsive" and any(_same_person(doc, f.span.end, a) for a in awake)]
    return [f.model_copy(update={"status": FactStatus.HISTORICAL}) if f in over else f for f in facts]


def _same_person(doc: Document, start: int, end: int) -> bool:
    """Whether what is told at `end` follows `start` and is told of the same person, as far as its sentence says."""
    return start < end and _ANOTHER.search(doc.text[max(start, doc.sentence(end).start) : end]) is None


def _says_awake(fact: Fact) -> bool:
    score = fact.value if fact.name == "gcs" else None
    return fact.name == "came_round" or (isinstance(score, float) and score >= _AWAKE)


def _in_order(facts: list[Fact]) -> tuple[Fact, ...]:
    """Text order, but of one name what was said of an earlier time comes before what is said of now."""
    places: dict[tuple[str, str], list[int]] = {}
    for index, fact in enumerate(facts):
        places.setdefault(fact.key, []).append(index)
    out = list(facts)
    for indexes in places.values():
        group = sorted((facts[i] for i in indexes), key=_recency)
        for index, fact in zip(indexes, group, strict=True):
            out[index] = fact
    return tuple(out)


def _recency(fact: Fact) -> int:
    """Family first, then the past, then today, then what is said of now: the last one holds."""
    if fact.status is FactStatus.FAMILY:
        return 0
    if fact.name in _LASTING:
        return 2
    if is_past(fact.time) or fact.status is FactStatus.HISTORICAL:
        return 1
    return 3 if fact.time.lower() in {"now", "currently"} else 2


def _conflicts(facts: tuple[Fact, ...]) -> tuple[Conflict, ...]:
    """Quantities and sex with different values and no time words between them."""
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        counted = fact.name in LABELS or finding(fact.name).kind == "quantity" or fact.name == "sex"
        if counted and fact.status is FactStatus.PRESENT and not fact.time:
            groups.setdefault(fact.name, []).append(fact)
    return tuple(
        Conflict(name=name, label=group[0].label, facts=tuple(group))
        for name, group in groups.items()
        if not all(_same(group[0].value, f.value) for f in group)
    )


def _same(one: float | str | None, other: float | str | None) -> bool:
    """Equal, or two numbers that differ by no more than a change of unit and rounding does (0.5 %)."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=0.005)
    return one == other
