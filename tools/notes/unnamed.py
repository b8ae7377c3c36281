"""Numbers whose unit says what they are: "80 kg", "102 °F", "110 bpm", "91% on air", "E3V4M6"."""

from __future__ import annotations

import re
from collections.abc import Callable

from bedside.core.case import Fact
from bedside.knowledge.terms import finding
from bedside.tools.notes.document import Document
from bedside.tools.notes.quantities import ELSEWHERE, Read, add_value, feet_to_cm

_NUM = r"(\d{1,3}(?:[.·]\d+)?)"
_CHANGE = re.compile(
    r"\b(?:(?:los\w+|gain\w*)(?:\s+weight[,:]?)?|weigh\w* loss|per|every|/|mg|up to)\s*(?:of|about|around)?\s*$", re.I
)


def _fahrenheit(value: float) -> float:
    return (value - 32) / 1.8


_RULES: tuple[tuple[str, re.Pattern[str], Callable[[float], float]], ...] = (
    ("temperature", re.compile(rf"{_NUM}\s?(?:[°º]\s?C|degrees? C(?:elsius)?|deg C)(?!\w)", re.I), float),
    ("temperature", re.compile(rf"{_NUM}\s?(?:[°º]\s?F|degrees? F(?:ahrenheit)?|deg F)(?!\w)", re.I), _fahrenheit),
    ("temperature", re.compile(r"((?:3[4-9]|4[0-3])\.\d)\s?C(?!\w)"), float),
    ("temperature", re.compile(r"((?:9[3-9]|10\d|11[01])\.\d)\s?F(?!\w)"), _fahrenheit),
    ("temperature", re.compile(r"(9[5-9]|10\d|11[01])\sF(?!\w)"), _fahrenheit),
    ("heart_rate", re.compile(r"(\d{2,3})\s?(?:bpm|beats?\s?(?:/|per|a)\s?min(?:ute)?)(?!\w)", re.I), float),
    ("respiratory_rate", re.compile(r"(\d{1,2})\s?(?:breaths?|resps?)\s?(?:/|per|a)\s?min(?:ute)?(?!\w)", re.I), float),
    ("oxygen_saturation", re.compile(
        r"(\d{2,3})\s?%\s*\(?(?:on\s+(?:room\s+)?air|on\s+RA|RA|room air|on\s+\d+(?:\.\d)?\s?l\w*|on oxygen|on O2|"
        r"sat\w*|SpO2|O2 sat\w*)(?!\w)", re.I), float),
    ("fio2", re.compile(
        r"(\d{2,3})\s?%\s?(?:of\s)?(?:inspired\s)?(?:oxygen|O2|FiO2)(?!\w)(?!\s?(?:sat|ext))", re.I), float),
    ("weight", re.compile(rf"{_NUM}\s?-?(?:kgs?|kilos?|kilograms?)(?![\w/²])(?!\s?/)"
        r"(?!\s+(?:weight )?(?:loss|gain|lighter|heavier|tumou?r))", re.I), float),
    ("weight", re.compile(r"(\d{2,3})\s?(?:lbs?|pounds)(?!\w)"
        r"(?!\s+(?:weight )?(?:loss|gain|lighter|heavier))", re.I), lambda v: v * 0.45359237),
    ("height", re.compile(r"(1[2-9]\d(?:\.\d)?|2[0-3]\d(?:\.\d)?)\s?-?cms?(?!\w)", re.I), float),
    ("height", re.compile(
        r"([12]\.\d{1,2})\s?m(?:et(?:er|re)s?)?(?:\s*\([^()]{1,20}\))?\s+(?:tall|in height)(?!\w)", re.I),
        lambda v: v * 100),
)  # fmt: skip
_HINT = re.compile(r"\d+(?:[.·]\d+)?\s?-?[°ºa-zA-Z%'’′]")
_FEET = re.compile(r"([3-7])\s?(?:ft|feet|foot|['’′])\s?(\d{1,2})\s?(?:in(?:ches)?|[\"”″]|'')")
# "E4V5M6", in any order.
_COMA = re.compile(r"\b(?:[EVM]\s?[:=]?\s?[1-6][\s,;/+-]{0,2}){3}(?!\w)")
_PART = re.compile(r"([EVM])\s?[:=]?\s?([1-6])")
_MOST = {"E": 4, "V": 5, "M": 6}
# "T 37.2, P 96, R 18, BP 120/80": single letters are vital signs where another one stands beside them.
_BESIDE = r"[\s,;/.:]{1,3}(?:BP|B/P|HR|PR?|RR?|T|Temp|SpO2|O2|Sats?)\b[\s:]{0,2}\d"
_LETTERS = (
    ("heart_rate", re.compile(rf"\bPR?[\s:=]{{1,2}}(?P<n>\d{{2,3}})(?:\s?/\s?min|\s?bpm)?(?={_BESIDE})")),
    ("respiratory_rate", re.compile(rf"\bR[\s:=]{{1,2}}(?P<n>\d{{1,2}})(?:\s?/\s?min)?(?={_BESIDE})")),
)
# "Fever 38.5": a number of degrees right behind the word, and of nothing else.
_FEVER = re.compile(
    r"\b(?:fevers?|feverish|febrile|pyrexial?)\b(?:\s*(?:of|to|at|up to|was|is|around|about|~|:|\())*\s*"
    r"(?P<n>(?:3[6-9]|4[0-3]|9[89]|10\d)(?:\.\d)?)(?!\d|\.\d)(?!\s?(?:[/%x×–+-]|(?:st|nd|rd|th|an?|per|times|weeks?|wks?|days?|"
    r"d|hours?|hrs?|h|min(?:ute)?s?|months?|years?|yrs?|y|yo|old|mg|kg|packs?|cigarettes)\b))",
    re.I,
)
_FAHRENHEIT_FROM = 90


def read_unnamed(doc: Document, taken: list[Fact]) -> Read:
    """Quantities known by their unit alone.

    Args:
        doc: the text.
        taken: facts read already; a number inside one of their spans is not read again.
    """
    used = {i for fact in taken for i in range(fact.span.start, fact.span.end)}
    out = Read([], [])
    for word in doc.words:
        if (
            not word.lower.isdigit()
            or word.start in used
            or doc.text[max(0, word.start - 1) : word.start] in {".", "/"}
        ):
            continue
        if _HINT.match(doc.text, word.start):
            _by_unit(doc, word.start, out)
    for coma in _COMA.finditer(doc.text):
        parts = {letter: int(value) for letter, value in _PART.findall(coma.group())}
        if len(parts) == len(_MOST) and all(value <= _MOST[letter] for letter, value in parts.items()):
            total, end = float(sum(parts.values())), coma.start() + len(coma.group().rstrip(" ,;/+-"))
            add_value(doc, finding("gcs"), total, coma.start(), end, doc.text[coma.start() : end], out)
    known = used | {fact.span.start for fact in out.facts}
    for fever in _FEVER.finditer(doc.text):
        if fever.start("n") not in known:
            degrees = float(fever["n"])
            value = _fahrenheit(degrees) if degrees >= _FAHRENHEIT_FROM else degrees
            add_value(doc, finding("temperature"), round(value, 4), fever.start("n"), fever.end(), fever["n"], out)
    for name, pattern in _LETTERS:
        for found in pattern.finditer(doc.text):
            if found.start("n") not in used:
                add_value(doc, finding(name), float(found["n"]), found.start(), found.end(), found.group(), out)
    return out


def _by_unit(doc: Document, start: int, out: Read) -> None:
    before = slice(max(0, start - 24), start)
    if ELSEWHERE.search(doc.text[before]):
        return
    for name, pattern, convert in _RULES:
        found = pattern.match(doc.text, start)
        if found is None:
            continue
        if name == "weight" and _CHANGE.search(doc.text[before]):
            return
        value = round(convert(float(found[1].replace("·", "."))), 4)
        if finding(name).plausible(value):
            add_value(doc, finding(name), value, start, found.end(), found.group(), out)
        return
    feet = _FEET.match(doc.text, start)
    if feet:
        add_value(doc, finding("height"), feet_to_cm(feet), start, feet.end(), feet.group(), out)
