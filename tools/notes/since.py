"""How long ago an operation or an injury was: "two weeks prior", "ten days after", "recently underwent"."""

from __future__ import annotations

import math
import re

from bedside.tools.notes.times import COUNTS, DAYS

_COUNT = {**COUNTS, "eleven": 11, "twelve": 12, "a few": 3, "several": 5, "a couple of": 2}
_LONG = (
    rf"(?P<count>\d{{1,3}}|{'|'.join(sorted(_COUNT, key=len, reverse=True))})[\s-]+(?P<unit>hour|day|week|month|year)s?"
)
_BEHIND = re.compile(
    rf"[^.;\n]{{0,40}}?\b(?:{_LONG}\s+(?:ago|earlier|prior|before|previously|back)\b|(?:in |within |during )?(?:the )?"
    r"(?:last|past|previous)\s+(?:(?P<of>\d{1,3})\s+)?(?P<last>day|week|month|year)s?\b)",
    re.I,
)
_BEFORE = re.compile(
    rf"\b{_LONG}\s+(?:after|following|since|post|s/p|status post|out from|removed from)\s+(?:\w+[\s-]+){{0,5}}$", re.I
)
_RECENT = re.compile(r"\brecent(?:ly)?\s+(?:(?!no\b|not\b)[\w-]+\s+){0,4}$", re.I)
_NEAR = 60
# What is only called recent is taken for a week old.
_RECENT_DAYS = 7.0


def days_since(text: str, start: int, end: int) -> float:
    """Days since what stands at [start, end) by the words right around it; infinite where they give no time."""
    if found := _BEFORE.search(text, max(0, start - _NEAR), start):
        return _days(found["count"], found["unit"])
    if found := _BEHIND.match(text, end, end + 2 * _NEAR):
        return _days(found["of"] or "1", found["last"]) if found["last"] else _days(found["count"], found["unit"])
    return _RECENT_DAYS if _RECENT.search(text, max(0, start - _NEAR), start) else math.inf


def _days(count: str, unit: str) -> float:
    number = _COUNT.get(count.lower())
    return (float(count) if number is None else number) * DAYS[unit.lower()]
