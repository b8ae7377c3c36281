"""Alcoholic drinks by the week: "about 5 drinks per week", "two beers a day", "does not drink"."""

from __future__ import annotations

import re

from bedside.core.case import Fact, FactStatus
from bedside.knowledge.terms import finding
from bedside.tools.notes.context import context_of
from bedside.tools.notes.document import Document
from bedside.tools.notes.quantities import make_fact
from bedside.tools.notes.times import NOW

_COUNT = {
    "a": 1, "an": 1, "one": 1, "single": 1, "a single": 1, "two": 2, "couple": 2, "three": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15,
    "twenty": 20,
}  # fmt: skip
_PER_WEEK = {"day": 7.0, "night": 7.0, "daily": 7.0, "nightly": 7.0, "week": 1.0, "weekly": 1.0, "month": 12 / 52}
_DRINKS = re.compile(
    rf"\b(?P<count>\d{{1,3}}|{'|'.join(sorted(_COUNT, key=len, reverse=True))})\s+(?:(?:or|to|-)\s*\w+\s+)?"
    r"(?:(?:alcoholic|standard|small|units? of|glass(?:es)? of|bottles? of|cans? of|pints? of)\s+){0,2}"
    r"(?:drinks?|beverages?|alcohol|beers?|wine|whisk(?:e)?y|vodka|rum|gin|liquor|shots|spirits|units)\b"
    r"(?:\s+of (?:alcohol|beer|wine|liquor))?[^.;\n\d]{0,20}?"
    r"\b(?:a|per|each|every|in a|weekly|daily|nightly)\b\s*(?P<time>week|day|night|month)?",
    re.I,
)
_NONE = re.compile(
    r"\b(?:does not drink|doesn['’]t drink|non[- ]?drinker|never drinks|teetotal(?:l?er)?|"
    r"abstain\w*(?: from alcohol)?|abstinent|abstemious|abstainer|no (?:history of |current )?alcohol|"
    r"never drinks?|does not (?:use|consume|take) alcohol|"
    r"abstinence from alcohol|no alcohol(?: use| consumption| intake)?|"
    r"alcohol:? (?:none|nil|denied)|alcohol[- ]free)\b",
    re.I,
)
_ALCOHOL = re.compile(
    r"\b(?:alcohol(?:ic)?(?: use| consumption| intake| abuse| beverages?| drinks?| dependence| misuse)?|"
    r"EtOH(?: use)?|drinking|drinks? alcohol)\b",
    re.I,
)


def read_drinks(doc: Document) -> list[Fact]:
    """Drinks a week, in text order; none where alcohol is denied."""
    out = []
    for found in _DRINKS.finditer(doc.text):
        unit = (found["time"] or found.group().split()[-1]).lower()
        if unit not in _PER_WEEK:
            continue
        context = context_of(doc, found.start(), found.end())
        if not (context.family or context.hypothetical or context.negated):
            count = found["count"].lower()
            out.append(_fact(doc, found, (_COUNT.get(count) or float(count)) * _PER_WEEK[unit]))
    if not out:
        denied = [m for m in _ALCOHOL.finditer(doc.text) if _denied(doc, m)]
        out = [_fact(doc, m, 0.0) for m in (*_NONE.finditer(doc.text), *denied)]
    return sorted(out, key=lambda f: f.span.start)


def _denied(doc: Document, found: re.Match[str]) -> bool:
    """Whether the words are denied by what stands before them, or are part of a phrase that denies."""
    around = doc.between(max(0, found.start() - 30), found.end())
    inside = any(m.payload.kind == "absent" and found.start() < m.end for m in around)
    return inside or context_of(doc, found.start(), found.end()).negated


def _fact(doc: Document, found: re.Match[str], value: float) -> Fact:
    row = finding("drinks_per_week")
    start, end = found.span()
    return make_fact(
        doc, row, start, end, value=round(value, 2), status=FactStatus.PRESENT, when=NOW, written=found.group()
    )
