"""Numbers as clinical text writes them, and what stands behind one: a unit, a range, a dose, a date."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bedside.knowledge.terms import Finding, Variant, WrittenUnit

NUMBER = re.compile(
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:[ \u2009\u202f]\d{3})+(?=\s?(?:/|cells|[x×]\s?10))|"
    r"\d+,\d{1,2}(?![\d,])(?=\s*[°º˚℃%]|\s*$|\s|[.;)])|\d+(?:[.·]\d+)?|\.\d+"
)
_RANGE = re.compile(r"(?:\s?(?:-|–|—)\s?|\s+to\s+)\d+(?:\.\d+)?")
_PLUS_OR_FRACTION = re.compile(r"\s?\+|\s?/\s?\d|(?:st|nd|rd|th)\b|:\d\d", re.I)
_DOTTED = re.compile(r"\d{1,3}\.\d{3}")
_CELLS = re.compile(r"(?:(?:cells?|counts?)\s?)?(?:/|per)\s?(?:[uµμ]L|mcL|mm\^?[3³]|cu ?mm|cmm)", re.I)
_FOREIGN = re.compile(
    r"\s?(?:[a-zµμ]+\s?/\s?[a-zµμ]|%|°|(?:mg|g|kg|mcg|[µμu]g|ng|ml|mls|l|units?|iu|mmol|meq|mm|cm|kpa|tablets?|tabs?|caps?|"
    r"puffs?|doses?|days?|d|weeks?|wks?|months?|years?|yrs?|hours?|hrs?(?!\s?[:=]?\s?\d{2,3}(?!\d))|h|hourly|min|mins|minutes?|seconds?|times|x|"
    r"episodes?|pack|packs|litres?|liters?|stone|ft|feet|points?|am|pm)(?![a-z\d]))",
    re.I,
)


class Amount(NamedTuple):
    """A number read at a position: its value, where it ends, and what follows.

    Attributes:
        value: the number.
        end: one past the number and its unit.
        unit: the unit as written; "" where none.
        trouble: ``range``, ``other`` (a fraction, a date, a dose, an unknown unit) or "".
    """

    value: float
    end: int
    unit: str
    trouble: str


def amount_at(text: str, position: int, names: Finding | Variant, *, ranges: bool = True) -> Amount | None:
    """Reads a number at `position` with one of the units that `names` accepts; None where there is no number.

    Without `ranges`, "98 to 80" is read as 98: a change and no range.
    """
    number = NUMBER.match(text, position)
    if number is None:
        return None
    value, end = parse_number(number.group()), number.end()
    if ranges and (span := _RANGE.match(text, end)):
        return Amount(value, span.end(), "", "range")
    pattern = _unit_pattern(names.units)
    unit = pattern.match(text, end) if pattern else None
    if unit:
        if _CELLS.fullmatch(unit["unit"]) and _DOTTED.fullmatch(number.group()):
            value *= 1000  # "127.000/µL": no fraction of a cell is counted
        return Amount(value, unit.end(), unit["unit"], "")
    if _PLUS_OR_FRACTION.match(text, end) or _FOREIGN.match(text, end):
        return Amount(value, end, "", "other")
    return Amount(value, end, "", "")


def parse_number(written: str) -> float:
    """The number written; a comma or space before three digits groups thousands, a comma before fewer is decimal."""
    written = re.sub(r"(?<=\d)[ \u2009\u202f](?=\d{3})", "", written)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", written):
        return float(written.replace(",", ""))
    return float(written.replace(",", ".").replace("·", "."))


@lru_cache(maxsize=256)
def _unit_pattern(units: tuple[WrittenUnit, ...]) -> re.Pattern[str] | None:
    written = [w for row in units for w in row.written]
    if not written:
        return None
    # Longest first, so that "m" does not stop at the first letter of "mmol".
    choices = "|".join(sorted(written, key=len, reverse=True))
    return re.compile(rf"[\s-]{{0,2}}(?P<unit>{choices})(?![\w/])", re.IGNORECASE)
