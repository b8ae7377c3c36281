"""Time words beside a finding: "yesterday", "2 weeks ago", "in 2015", and how long ago that is."""

from __future__ import annotations

import re
from typing import NamedTuple

from bedside.knowledge.phrases import Match
from bedside.tools.notes.document import Document
from bedside.tools.notes.lexicon import VALUES, Term

_NUMBER = re.compile(
    r"(?:(\d{1,3})|\b(a|an|one|two|three|four|five|six|seven|eight|nine|ten|few|several|couple of))\s*$", re.I
)
COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "few": 3, "several": 4, "couple of": 2,
}  # fmt: skip
DAYS = {"minute": 0.0, "min": 0.0, "hour": 0.04, "hr": 0.04, "day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}
_YEAR = re.compile(r"(?:\b(?:in|from)\s+|\(|(?<=\s))(?:19|20)\d\d\b(?=\s*(?:[,.;)]|$|(?:and|during|after|for|then)\b))")
_YEAR_ALONE = re.compile(r"\b(?:19|20)\d\d\b")
_PAST_WORDS = re.compile(
    r"yesterday|\blast (?:week|month|year|winter|summer)|\b(?:day|week|month|year)s? (?:ago|earlier)|baseline|usual|"
    r"premorbid|previously|in the past|^(?:earlier|was|were|from|(?:up|down) from|last|prev\w*\.?|normal\w*|initially)$"
)
# "I had chemotherapy last week and I've got a fever": the time is not said of the fever.
_NEW_CLAUSE = re.compile(
    r"\b(?:and|but)\s+(?:now\b|today\b|I(?:['’]ve|['’]m| have| am)\b|(?:he|she) (?:has|is)\b)", re.I
)
_NOT_A_TIME = re.compile(r"\b(?:since|from|for|until)\s*$", re.I)
_UNKNOWN_PAST = 1.0
_LONG_AGO = 3650.0


class When(NamedTuple):
    """Time words: the text, how many days ago (0 is now), and whether that is the past and not the present."""

    text: str
    days: float
    past: bool


NOW = When("", 0.0, False)


def when_of(doc: Document, start: int, end: int) -> When:
    """The time said of what stands at [start, end).

    Looked for in its own comma clause, after it and then before it; else at the head of a clause earlier in the same
    sentence ("Yesterday RR 20, BP 120/80"). A span since then ("since yesterday") is a duration and no time.
    """
    sentence = doc.sentence(start)
    left, right = _clause(doc, start, end, sentence.start, sentence.end)
    for found in (_first(doc, end, right), _last(doc, left, start)):
        if found is not None:
            return found
    cues = [m for m in doc.between(sentence.start, left) if _is_time(m)]
    for cue in reversed(cues):
        if doc.text[cue.start : cue.end].lower() in {"usual", "usually"}:
            continue  # "usually 2 bottles a day, now shaking": said of its own clause alone
        begin = _extended(doc, cue)
        if not doc.text[sentence.start : begin].strip() or re.search(r"[,:]\s*$", doc.text[sentence.start : begin]):
            return _when(doc, cue)
    return NOW


def when_after(doc: Document, start: int, end: int) -> When:
    """The time that stands right behind a drug: "apixaban this morning"; not that of another clause or finding."""
    sentence = doc.sentence(start)
    _, right = _clause(doc, start, end, sentence.start, sentence.end)
    others = (m.start for m in doc.between(end, right) if m.payload.kind not in {"cue"})
    return _first(doc, end, min([right, *others])) or NOW


def _clause(doc: Document, start: int, end: int, low: int, high: int) -> tuple[int, int]:
    left = max(doc.text.rfind(mark, low, start) for mark in (",", "("))
    rights = [i for i in (doc.text.find(mark, end, high) for mark in (",", ")")) if i >= 0]
    left = low if left < 0 else left + 1
    right = min(rights, default=high)
    joints = list(_NEW_CLAUSE.finditer(doc.text, left, right))
    left = max([left, *(j.start() for j in joints if j.end() <= start)])
    right = min([right, *(j.start() for j in joints if j.start() >= end)])
    for m in doc.between(end, right):
        if m.payload.kind in VALUES:
            return left, m.start
    return left, right


def _first(doc: Document, start: int, end: int) -> When | None:
    for m in doc.between(start, end):
        if _is_time(m) and not _duration(doc, m):
            return _when(doc, m)
    year = _YEAR.search(doc.text, start, min(end, start + 40))
    return When(year.group().strip(" ("), _LONG_AGO, True) if year else None


def _last(doc: Document, start: int, end: int) -> When | None:
    for m in reversed(doc.between(start, end)):
        if _is_time(m) and not _duration(doc, m):
            return _when(doc, m)
    return None


def _is_time(match: Match[Term]) -> bool:
    return not {"recent", "past"}.isdisjoint(match.payload.groups)


def _duration(doc: Document, match: Match[Term]) -> bool:
    begin = _extended(doc, match)
    return _NOT_A_TIME.search(doc.text, max(0, begin - 8), begin) is not None


def _extended(doc: Document, match: Match[Term]) -> int:
    """Start of the time words with the number before them ("2" of "2 weeks ago")."""
    number = _NUMBER.search(doc.text, max(0, match.start - 12), match.start)
    return number.start() if number and doc.text[match.start : match.end].lower().endswith("ago") else match.start


def _when(doc: Document, match: Match[Term]) -> When:
    begin = _extended(doc, match)
    text = doc.text[begin : match.end]
    words = text.lower()
    past = "past" in match.payload.groups
    number = _NUMBER.search(doc.text, begin, match.start)
    count = 3.0
    if number:
        count = float(number[1]) if number[1] else float(COUNTS[number[2].lower()])
    for unit, days in DAYS.items():
        if re.search(rf"\b{unit}s? (?:ago|earlier)", words):
            return When(text, count * days, past)
    last = {"week": 7.0, "month": 30.0, "year": 365.0, "winter": 200.0, "summer": 200.0}
    for unit, days in last.items():
        if words == f"last {unit}":
            return When(text, days, True)
    if "previously" in words or "in the past" in words:
        return When(text, _LONG_AGO, True)
    return When(text, _UNKNOWN_PAST if past else 0.0, past)


def time_of(words: str) -> When:
    """Time words of one value in a run of values ("at 0800", "yesterday")."""
    return When(words, _UNKNOWN_PAST if is_past(words) else 0.0, is_past(words))


def is_past(time: str) -> bool:
    """Whether the time words of a fact are of an earlier day ("yesterday", "2 weeks ago", "in 2015")."""
    words = time.lower()
    return bool(_YEAR_ALONE.search(words) or _PAST_WORDS.search(words))
