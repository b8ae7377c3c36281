"""Days that a calculator asks for: the last menstrual period, and the day for which it is asked.

A day is given in ISO form where it is clear. "03/04/2024" is clear where the text names its order ("M/D/Y"), where
another date of the text can only be in one, or where the caller knows it; else the fact keeps it as it is written, and
the calculator that needs it refuses it by name and says what would be accepted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from bedside.core.case import Fact, FactStatus
from bedside.knowledge.terms import finding
from bedside.tools.dates import DateError, read_date
from bedside.tools.notes.context import context_of
from bedside.tools.notes.document import Document
from bedside.tools.notes.quantities import make_fact
from bedside.tools.notes.times import NOW

DateOrder = Literal["", "month first", "day first"]
_DATE = (
    r"(?P<date>\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|"
    r"\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?[A-Za-z]{3,9}\.?,?\s+\d{4}|"
    r"[A-Za-z]{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4})"
)
_SAID = (
    ("last_period", re.compile(
        r"\b(?:last (?:normal )?(?:menstrual )?(?:period|menses|menstruation|bleed)|last menstrual date|LN?MP|"
        r"menstruated last|last menstruat\w+|(?:menstrual )?period (?:began|started)|last had (?:her|a) period|"
        rf"last menstrual cycle)\b[^.;\n\d]{{0,45}}?{_DATE}", re.I)),
    ("assessment_date", re.compile(
        r"\b(?:today(?:'s|’s)? date|today is|today,? \(?(?:is )?|current date|present date|"
        r"gestational age (?:on|as of)|(?:is |was |being )?(?:seen|examined|evaluated|assessed|"
        r"presents|presented|visits|visited|comes|came|attends|attended) "
        r"(?:(?:to|at|in|for|the|our|a|an|her|this|prenatal|antenatal|clinic|hospital|office|appointment|visit|check-?up|follow-?up|"
        r"routine|today|department|emergency|obstetric|obstetrics|care|first)\s*,?\s+){0,8}on|"
        r"(?:visit|appointment|check-?up|consultation|evaluation|ultrasound|scan) (?:is |was )?"
        r"(?:today |scheduled |dated )?(?:on|of|date)|"
        r"date of (?:the )?(?:visit|examination|assessment|consultation)|as of|"
        r"seen (?:today )?on|assessed on)\b[^.;\n\d]{0,25}?" + _DATE, re.I)),
)  # fmt: skip
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
_MONTH_FIRST = re.compile(r"\b(?:M{1,2}/D{1,2}/Y{1,4})\b", re.I)
_DAY_FIRST = re.compile(r"\b(?:D{1,2}/M{1,2}/Y{1,4})\b", re.I)


def read_days(doc: Document, order: DateOrder = "") -> list[Fact]:
    """The days that the text gives, in text order.

    Args:
        doc: the text.
        order: of a date in numbers, where the caller knows it; "" leaves that to the text.
    """
    order = order or _order_of(doc.text)
    out = []
    for name, pattern in _SAID:
        for found in pattern.finditer(doc.text):
            start, end = found.start(), found.end("date")
            context = context_of(doc, start, end, "state")
            if context.family or context.hypothetical:
                continue
            value, written = _iso(found["date"], order), found["date"]
            out.append(
                make_fact(
                    doc, finding(name), start, end, value=value, status=FactStatus.PRESENT, when=NOW, written=written
                )
            )
    return out


def _order_of(text: str) -> DateOrder:
    """The order that the text names, or that its other dates can only have; "" where it has none, or two."""
    said = {"month first" for _ in _MONTH_FIRST.finditer(text)} | {"day first" for _ in _DAY_FIRST.finditer(text)}
    said = said or set(_only_orders(text))
    if said == {"month first"}:
        return "month first"
    return "day first" if said == {"day first"} else ""


def _only_orders(text: str) -> Iterator[str]:
    for found in _NUMERIC.finditer(text):
        one, two = int(found[1]), int(found[2])
        if one > 12 >= two:
            yield "day first"
        elif two > 12 >= one:
            yield "month first"


def _iso(written: str, order: DateOrder) -> str:
    """The day in ISO form; as it is written where it is unclear or on no calendar."""
    numeric = _NUMERIC.fullmatch(written.strip())
    text = re.sub(r"\bof\s+", "", written)
    if numeric and order:
        one, two = int(numeric[1]), int(numeric[2])
        month, day = (one, two) if order == "month first" else (two, one)
        text = f"{numeric[3]}-{month}-{day}"
    elif numeric:
        text = "/".join(numeric.groups())
    try:
        return read_date(text).isoformat()
    except DateError:
        return written
