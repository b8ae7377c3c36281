"""Doses that a calculator asks for: opioids by the day, and a glucocorticoid with the one it is to be turned into.

A dose of an opioid counts only with how often it is taken: "as needed" has no daily dose. Two doses of one opioid are
two facts, and the one read last counts; they are a conflict to ask about (`NoteReading.conflicts`).
"""

from __future__ import annotations

import re

from bedside.core.answer import Refusal
from bedside.core.case import Fact, FactStatus, Span
from bedside.knowledge.drugs import generic
from bedside.knowledge.terms import finding
from bedside.tools.notes.context import context_of
from bedside.tools.notes.document import Document
from bedside.tools.notes.quantities import Read, make_fact
from bedside.tools.notes.times import NOW

_STEROID = (
    r"(?P<steroid>methylprednisolone|prednisolone|prednisone|dexamethasone|betamethasone|hydrocortisone|cortisone|"
    r"triamcinolone)"
)
_ROUTE = r"(?:\s+(?:PO|IV|IM|oral(?:ly)?|intravenous(?:ly)?|by mouth))?"
_AMOUNT = r"(?P<dose>\d[\d,]*(?:\.\d+)?)\s?(?P<unit>mg|mcg|[µμu]g|micrograms?|milligrams?|g|grams?)\b"
_STEROID_DOSES = (
    re.compile(rf"{_AMOUNT}\s+(?:of\s+)?(?:oral\s+|intravenous\s+|IV\s+)?{_STEROID}\b", re.I),
    re.compile(
        rf"\b{_STEROID}\b{_ROUTE}[\s,:(]{{0,3}}(?:at |of |in )?(?:an? )?"
        rf"(?:(?:daily|total|oral|initial|single) )?(?:doses? of )?{_AMOUNT}",
        re.I,
    ),
)
_STEROID_WANTED = re.compile(
    rf"\b(?:equivalent|equivalence|convert\w*|conversion|switch\w*|chang\w+)\b[^.?\n]{{0,60}}?"
    rf"\b(?:of|to|in|as|into|for)\s+(?:an?\s+)?(?:oral\s+|intravenous\s+|IV\s+)?{_STEROID}\b",
    re.I,
)
_OPIOIDS = (
    r"(?P<opioid>codeine|fentanyl|hydrocodone|hydromorphone|methadone|morphine|oxycodone|oxymorphone|tapentadol|"
    r"tramadol|MS Contin|OxyContin|Dilaudid|Ultram|Opana)"
)
_FORM = (
    r"(?P<form>(?:\s+(?:sulfate|sulphate|hydrochloride|ER|IR|SR|XR|PO|oral|tablets?|buccal|sublingual|lozenges?|"
    r"transdermal|patch(?:es)?|extended[- ]release|immediate[- ]release|or)){0,5})"
)
_COUNT = {
    "once": 1, "one": 1, "twice": 2, "two": 2, "three": 3, "thrice": 3, "four": 4, "five": 5, "six": 6,
}  # fmt: skip
_LATIN = {
    "bid": 2, "bd": 2, "tid": 3, "tds": 3, "qid": 4, "qds": 4, "qd": 1, "od": 1, "nocte": 1, "mane": 1, "qhs": 1,
    "daily": 1, "nightly": 1, "per day": 1, "a day": 1, "each day": 1, "every day": 1, "/day": 1, "/d": 1,
}  # fmt: skip
_OFTEN = (
    r"(?:(?P<times>\d{1,2}|once|one|twice|two|three|thrice|four|five|six)"
    r"(?:\s+times?)?\s*(?:a|per|each|every|/|x)?\s*(?:day|daily)\b|"
    r"(?:every|q)\s?(?P<hours>\d{1,2})\s?(?:h|hrs?|hours?)\b|"
    r"(?P<latin>b\.?i\.?d|t\.?i\.?d|q\.?i\.?d|bd|tds|qds|q\.?d|od|nocte|mane|qhs|daily|"
    r"nightly|per day|a day|each day|every day|/day|/d)\b)"
)
_OPIOID_DOSES = (
    re.compile(rf"{_AMOUNT}\s+(?:of\s+)?(?:oral\s+)?{_OPIOIDS}\b{_FORM}[\s,(:]{{0,3}}{_OFTEN}", re.I),
    re.compile(
        rf"\b{_OPIOIDS}\b{_FORM}[\s,(:]{{0,3}}(?:at\s+|of\s+)?{_AMOUNT}[\s,(]{{0,3}}"
        rf"(?:PO\s+|orally\s+|by mouth\s+)?{_OFTEN}",
        re.I,
    ),
)
_AN_HOUR = r"(?P<dose>\d{1,3}(?:\.\d+)?)\s?(?P<unit>mcg|[µμu]g|micrograms?)\s?(?:/|per|an)\s?(?:h|hr|hour)\b"
_PATCHES = (
    re.compile(rf"{_AN_HOUR}[^.;\n]{{0,20}}?\bfentanyl\b", re.I),
    re.compile(rf"\bfentanyl\b[^.;\n]{{0,25}}?{_AN_HOUR}", re.I),
)
_TO_MG = {"mg": 1.0, "milligram": 1.0, "g": 1000.0, "gram": 1000.0}


def read_doses(doc: Document) -> Read:
    """The doses of opioids and glucocorticoids; a fentanyl patch that is not in micrograms an hour is refused."""
    out = Read([], [])
    for pattern in _STEROID_DOSES:
        for found in pattern.finditer(doc.text):
            if _is_the_patients(doc, found.start(), found.end()):
                _word(doc, "steroid_from", found, found["steroid"], out)
                _number(doc, "steroid_dose", found, _milligrams(found), out)
    for found in _STEROID_WANTED.finditer(doc.text):
        _word(doc, "steroid_to", found, found["steroid"], out)
    for pattern in _PATCHES:
        for found in pattern.finditer(doc.text):
            if _is_the_patients(doc, found.start(), found.end()):
                _number(doc, "fentanyl_patch_dose", found, float(found["dose"]), out)
    for pattern in _OPIOID_DOSES:
        for found in pattern.finditer(doc.text):
            if _is_the_patients(doc, found.start(), found.end()):
                _opioid(doc, found, out)
    return out


def _is_the_patients(doc: Document, start: int, end: int) -> bool:
    context = context_of(doc, start, end, "state")
    return not (context.family or context.hypothetical or context.negated)


def _opioid(doc: Document, found: re.Match[str], out: Read) -> None:
    name, form = generic(found["opioid"]), found["form"].lower()
    a_day = _milligrams(found) * _times_a_day(found)
    if name != "fentanyl":
        _number(doc, f"{name}_dose", found, a_day, out)
    elif "patch" in form or "transdermal" in form:
        span = doc.span(found.start(), found.end())
        out.refused.append((_no_patch(span), span))
    else:
        _number(doc, "fentanyl_buccal_dose", found, a_day * 1000, out)


def _no_patch(span: Span) -> Refusal:
    return Refusal(
        code="BED-NOTE-001",
        subject="fentanyl patch",
        why=f"{span.text.strip()!r} is no dose of a patch; it was not used.",
        do="Write it in micrograms an hour, as on the patch (25 micrograms/hour).",
    )


def _milligrams(found: re.Match[str]) -> float:
    unit = found["unit"].lower().removesuffix("s")
    return float(found["dose"].replace(",", "")) * _TO_MG.get(unit, 0.001)


def _times_a_day(found: re.Match[str]) -> float:
    if found["hours"]:
        return 24 / max(1, int(found["hours"]))
    if found["times"]:
        return float(_COUNT.get(found["times"].lower(), 0) or int(found["times"]))
    return float(_LATIN[found["latin"].lower().replace(".", "")])


def _word(doc: Document, name: str, found: re.Match[str], value: str, out: Read) -> None:
    out.facts.append(_fact(doc, name, found, value.lower(), value))


def _number(doc: Document, name: str, found: re.Match[str], value: float, out: Read) -> None:
    out.facts.append(_fact(doc, name, found, round(value, 4), found.group()))


def _fact(doc: Document, name: str, found: re.Match[str], value: float | str, written: str) -> Fact:
    return make_fact(
        doc,
        finding(name),
        found.start(),
        found.end(),
        value=value,
        status=FactStatus.PRESENT,
        when=NOW,
        written=written,
    )
