"""What a sentence says in a form that code can compare: numbers with units, bounds, doses, negation, sides."""

from __future__ import annotations

import re
from functools import lru_cache

from bedside.core.base import Frozen

_UNITS = (
    "mmol/mol", "mmol/l", "umol/l", "micromol/l", "mg/dl", "mg/kg", "mcg/kg", "ml/kg", "units/kg", "mg/l", "g/l",
    "g/dl", "ng/l", "ng/ml", "ug/l", "meq/l", "mmhg", "kg/m2", "ml/min/1.73 m2", "ml/min/1.73m2", "ml/min", "/min",
    "kpa", "mosm/kg", "hours", "hour", "days", "day", "weeks", "week", "months", "month", "years", "year", "minutes",
    "minute", "seconds", "mcg", "micrograms", "microgram", "ug", "µg", "μg", "milligrams", "milligram", "grams", "gram",
    "mg", "kg", "g", "ml", "l", "mmol", "cm", "mm", "ms", "units", "unit", "iu", "puffs", "puff", "tablets", "tablet",
    "capsules", "capsule", "drops", "%", "per cent", "percent", "points", "point", "bpm", "mv", "hz",
)  # fmt: skip
_SAME = {
    "percent": "%", "per cent": "%", "hour": "h", "hours": "h", "day": "d", "days": "d", "week": "wk", "weeks": "wk",
    "month": "mo", "months": "mo", "year": "a", "years": "a", "minute": "min", "minutes": "min", "seconds": "s",
    "micrograms": "mcg", "microgram": "mcg", "ug": "mcg", "µg": "mcg", "μg": "mcg", "milligrams": "mg",
    "milligram": "mg", "grams": "g", "gram": "g", "puff": "puffs", "tablet": "tablets", "capsule": "capsules",
    "micromol/l": "umol/l", "unit": "units", "iu": "units",
    "point": "points", "bpm": "/min", "ml/min/1.73m2": "ml/min/1.73 m2",
}  # fmt: skip
_DOSE_UNITS = {
    "mg", "mcg", "g", "ml", "l", "mmol", "units", "mg/kg", "mcg/kg", "ml/kg", "units/kg", "puffs", "tablets",
    "capsules", "drops",
}  # fmt: skip
# Doses without digits: "five hundred milligrams", "one tablet twice a day", "bd". Concentrations are no doses.
_DOSE_WORDS = re.compile(
    r"\b(?:(?:milli|micro)?grams?|mg|mcg|tablets?|capsules?|puffs?|suppositor(?:y|ies)|ampoules?)\b"
    r"(?!\s*(?:/|per)\s*(?:d?l|ml|mmol|g|litre)\b)"
    r"|\b(?:once|twice|(?:one|two|three|four|\d+) times)\s+(?:(?:a|per|each|every)\s+day|daily|weekly)\b"
    r"|\b(?:bd|bid|tds|tid|qds|qid|od|nocte)\b",
    re.I,
)
_NUMBER = re.compile(
    r"(?<![\w.])(?<![A-Za-z]-)(?P<n>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)\s*(?P<u>"
    + "|".join(re.escape(u) for u in sorted(_UNITS, key=len, reverse=True))
    + r")?(?![\w])",
    re.I,
)
_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000, "half": 0.5, "once": 1, "twice": 2, "thrice": 3,
}  # fmt: skip
_NEGATION = re.compile(
    r"\b(?:not|no|never|without|avoid(?:ed|ing)?|contra-?indicated|stop(?:ped|ping)?|discontinue[ds]?|withh(?:old|eld)|"
    r"neither|nor|cannot|should not|must not|do not|unless|except|excluded?|against|rather than|instead of)\b|n't\b",
    re.I,
)
_PLAIN = r"(?<!\bno )(?<!\bnot )"
_UP_TO = r"(?P<n1>\d+(?:\.\d+)?)"
_FROM = r"(?P<n2>\d+(?:\.\d+)?)(?:\s+[^\s\d(]\S*){0,3}?"
_UPWARDS = re.compile(
    rf"(?:{_PLAIN}(?:above|over|more than|greater than|exceeding|at least)|not? less than|≥|>=?)\s*{_UP_TO}"
    rf"|{_FROM}\s*(?:or|and)\s+(?:more|above|over|greater|higher|older)\b",
    re.I,
)
_DOWNWARDS = re.compile(
    rf"(?:{_PLAIN}(?:below|under|less than|fewer than|lower than|at most|up to)|not? more than|≤|<=?)\s*{_UP_TO}"
    rf"|{_FROM}\s*(?:or|and)\s+(?:less|below|under|fewer|lower|younger)\b",
    re.I,
)
_EMPTY = frozenset({
    "this", "that", "these", "those", "with", "without", "which", "from", "into", "have", "been", "being", "were",
    "will", "would", "should", "could", "must", "they", "their", "them", "there", "than", "then", "when", "where",
    "what", "also", "only", "some", "such", "give", "given", "gives", "patient", "patients", "person", "people",
})  # fmt: skip
_SIDE = re.compile(r"\b(left|right|bilateral(?:ly)?|both)\b", re.I)


class Quantity(Frozen):
    """A number and its unit, normalised; `unit` is "" where none follows."""

    value: float
    unit: str = ""

    @property
    def is_dose(self) -> bool:
        """Whether the unit is one that drugs are given in."""
        return self.unit in _DOSE_UNITS


@lru_cache(maxsize=2048)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Every number in the text, digits or small number words, with the unit that follows it."""
    found = []
    for match in _NUMBER.finditer(text):
        unit = (match["u"] or "").lower()
        found.append(Quantity(value=float(match["n"].replace(",", "")), unit=_SAME.get(unit, unit)))
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in _WORDS:
            found.append(Quantity(value=float(_WORDS[word])))
    return tuple(found)


def states_dose(text: str) -> bool:
    """Whether the text says how much of a drug is given, or how often: in digits, words or Latin abbreviations."""
    return any(q.is_dose for q in quantities(text)) or bool(_DOSE_WORDS.search(text))


@lru_cache(maxsize=2048)
def bounds(text: str) -> frozenset[tuple[float, str]]:
    """Every threshold and the side of it that is meant: "30 or more" is (30, "up"), "below 7" is (7, "down")."""
    found = set()
    for side, pattern in (("up", _UPWARDS), ("down", _DOWNWARDS)):
        found |= {(float(m["n1"] or m["n2"]), side) for m in pattern.finditer(text)}
    return frozenset(found)


def negations(text: str) -> int:
    """How many negating words the text has."""
    return len(_NEGATION.findall(text))


def sides(text: str) -> frozenset[str]:
    """Sides named: left, right, both."""
    return frozenset("both" if s.lower().startswith(("bi", "bo")) else s.lower() for s in _SIDE.findall(text))


def content(text: str) -> frozenset[str]:
    """The beginnings of the words that carry meaning; five letters tell "admission" from "admit" no more."""
    return frozenset(word[:5] for word in re.findall(r"[a-z]{4,}", text.lower()) if word not in _EMPTY)


def normal(text: str) -> str:
    """Text with white space folded, for verbatim comparison."""
    return " ".join(text.split())
