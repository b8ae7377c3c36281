"""FHIR's small elements out of plain JSON: text, codes, numbers, dates and references. None raises, whatever is there.

The elements are those of FHIR R4 (https://hl7.org/fhir/R4/datatypes.html). A record's text is data: it is cleaned of
control characters and line breaks, and cut, before anything shows it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any, NamedTuple

Json = Mapping[str, Any]
_NOTHING: Json = {}
_LONGEST = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
_KIND_OF_CONCEPT = re.compile(
    r"\s*\((?:disorder|finding|situation|procedure|substance|product|morphologic abnormality|observable entity|"
    r"regime/therapy|person|event)\)$"
)
_DATE = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$"
)
SYSTEMS = {
    "http://loinc.org": "LOINC",
    "http://snomed.info/sct": "SNOMED",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RXNORM",
    "urn:oid:2.16.840.1.113883.6.1": "LOINC",
    "urn:oid:2.16.840.1.113883.6.96": "SNOMED",
    "urn:oid:2.16.840.1.113883.6.88": "RXNORM",
}


class Moment(NamedTuple):
    """When something was: as the record writes it up to the day, and for ordering in UTC, its first instant."""

    day: str
    at: datetime


class Concept(NamedTuple):
    """A CodeableConcept: what it is called, and its codes as ``LOINC 718-7``."""

    text: str
    codes: tuple[str, ...]


def mapping(value: object) -> Json:
    """The value as an object; an empty one where it is none."""
    return value if isinstance(value, dict) else _NOTHING


def items(value: object) -> Iterator[Json]:
    """The objects of a list, or the one object that stands where a list should."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        yield from (v for v in value if isinstance(v, dict))


def string(value: object, longest: int = _LONGEST) -> str:
    """The value as one clean line of at most `longest` characters; "" where it is no text."""
    if not isinstance(value, str):
        return ""
    # What is printable holds no control character and no mark that turns the direction of writing.
    line = value[: 4 * longest]
    line = " ".join((line if line.isprintable() else _CONTROL.sub(" ", line)).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def number(value: object) -> float | None:
    """A finite number; None for anything else, also for true and false."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def concept(value: object) -> Concept:
    """A CodeableConcept; its own text before the display of a code, less SNOMED's "(disorder)"."""
    row = mapping(value)
    codings = list(items(row.get("coding")))
    codes = tuple(
        f"{SYSTEMS[system]} {code}"
        for c in codings
        if isinstance(system := c.get("system"), str) and system in SYSTEMS and (code := string(c.get("code"), 40))
    )
    name = string(row.get("text")) or next((n for c in codings if (n := string(c.get("display")))), "")
    plain = _KIND_OF_CONCEPT.sub("", name) if name.endswith(")") else name
    return Concept(plain, codes)


def code(value: object) -> str:
    """The first code of a CodeableConcept, or a plain code, in lower case; "" where there is none."""
    if isinstance(value, str):
        return string(value, 60).lower()
    return next(
        (c for coding in items(mapping(value).get("coding")) if (c := string(coding.get("code"), 60))), ""
    ).lower()


def moment(value: object) -> Moment | None:
    """A date, dateTime or instant (or the end, else the start, of a Period); None where it is no date."""
    if isinstance(value, dict):
        return moment(value.get("end")) or moment(value.get("start"))
    found = _DATE.match(value.strip()) if isinstance(value, str) and len(value) < 50 else None
    if found is None:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    try:
        whole = datetime(int(year), int(month or 1), int(day or 1), tzinfo=timezone.utc)
        if hour:
            whole = whole.replace(hour=int(hour), minute=int(minute), second=min(59, int(second or 0)))
        if zone and zone != "Z":
            sign = -1 if zone[0] == "-" else 1
            whole -= sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    except (ValueError, OverflowError):
        return None
    return Moment("-".join(part for part in (year, month, day) if part), whole)


def first_moment(row: Json, *names: str) -> Moment | None:
    """The first of these elements that is a date."""
    return next((m for name in names if (m := moment(row.get(name))) is not None), None)


def years_between(start: date, end: date) -> float:
    """Age in years: whole years lived from the second birthday on, days over 365.25 before."""
    whole = end.year - start.year - ((end.month, end.day) < (start.month, start.day))
    return float(whole) if whole >= 2 else round((end - start).days / 365.25, 4)


def reference(value: object) -> str:
    """The target of a Reference as written; "" where it has none."""
    return string(mapping(value).get("reference"), 400)
