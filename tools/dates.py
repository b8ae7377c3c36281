"""Dates as a record writes them: three unambiguous forms are read, and anything else is refused with why."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\.?,?\s+(\d{4})", re.I)
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.I)
_NUMBERS = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
ACCEPTED = "Give it as 2024-03-12 or 12 March 2024."


class DateError(ValueError):
    """A date that cannot be read; the message says why."""


def read_date(text: str) -> date:
    """The date that `text` writes.

    Read are 2024-03-12, 12 March 2024, March 12, 2024, and 25/03/2024 or 03/25/2024 where only one order is possible.

    Raises:
        DateError: it is another form, it could be two dates, or no calendar has it.
    """
    written = text.strip()
    if found := _ISO.fullmatch(written):
        return _date(written, int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.fullmatch(written):
        return _date(written, int(found[3]), _month(written, found[2]), int(found[1]))
    if found := _MONTH_FIRST.fullmatch(written):
        return _date(written, int(found[3]), _month(written, found[1]), int(found[2]))
    if found := _NUMBERS.fullmatch(written):
        one, two, year = int(found[1]), int(found[2]), int(found[3])
        if one <= 12 and two <= 12 and one != two:
            raise DateError(f'"{written}" can be {one} {_name(two)} or {two} {_name(one)}')
        return _date(written, year, two, one) if two <= 12 else _date(written, year, one, two)
    raise DateError(f'"{written}" is not a date in a form that is read')


def words(day: date) -> str:
    """A date in print, with its ISO form: "12 March 2024 (2024-03-12)"."""
    return f"{day.day} {_name(day.month)} {day.year} ({day.isoformat()})"


def _name(month: int) -> str:
    return _MONTHS[month - 1].capitalize()


def _month(written: str, word: str) -> int:
    for number, month in enumerate(_MONTHS, start=1):
        if month == word.lower() or (len(word) >= 3 and month[: len(word)] == word.lower()):
            return number
    raise DateError(f'"{written}" names no month')


def _date(written: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise DateError(f'"{written}" is on no calendar') from error
