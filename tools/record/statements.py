"""What a record says, as sentences made by code: each with the resource it rests on and that resource's words."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from bedside.core.units import unit_words
from bedside.knowledge.terms import findings
from bedside.tools.record.codes import allergen_text
from bedside.tools.record.elements import Concept
from bedside.tools.record.model import ACTIVE, Allergy, Entry, Happening, Medicine, PatientRecord, Problem, Result
from bedside.tools.record.trend import figure

_METHOD = re.compile(r"\s*(?:\[.*|\bin (?:blood|serum|plasma|urine)\b.*|\bby automated.*)$", re.I)
_DAYS_OF_YEAR = 365.25


class Statement(NamedTuple):
    """A sentence and the entry it rests on; `series` is the label of the course that it speaks of, "" where of none."""

    text: str
    entry: Entry
    value: float | None = None
    unit: str = ""
    series: str = ""


def measurement_label(result: Result) -> str:
    """What a measurement is called: our finding's label, else the record's words without the method."""
    row = findings().get(result.name)
    name = row.label if row is not None else _METHOD.sub("", result.text) or result.text
    return name[0].upper() + name[1:]


def measurement(result: Result, now: datetime, which: str = "") -> Statement:
    """One value with its date: "Estimated GFR: 111.3 mL/min/1.73 m² on 2019-08-17, 7 years ago"."""
    unit = unit_words(result.unit)
    value = f"{result.comparator}{figure(result.value)} {unit}".strip() if result.value is not None else result.words
    parts = [f"{measurement_label(result)}{f' ({which})' if which else ''}: {value}"]
    parts[0] += f" on {result.day}" if result.day else ", without a date"
    parts += [ago] if (ago := _ago(result, now)) else []
    if result.flag and result.flag != "N":
        parts.append(f"flagged {result.flag} by the laboratory")
    parts += ["preliminary"] if result.preliminary else []
    return Statement(f"{', '.join(parts)}.", result, result.value, result.unit)


def _ago(entry: Entry, now: datetime) -> str:
    """How long ago, where that is a year or more: an old value must look old."""
    if entry.at is None:
        return ""
    years = (now - entry.at).days / _DAYS_OF_YEAR
    return f"{int(years)} year{'s' * (int(years) != 1)} ago" if years >= 1 else ""


def allergy(entry: Allergy) -> Statement:
    """ "Allergy to penicillin: anaphylaxis (severe)"; whether it is refuted, unconfirmed or over."""
    what = allergen_text(Concept(entry.text, entry.codes))
    said = entry.reaction or "reaction not recorded"
    marks = [entry.status] if entry.status not in ACTIVE else []
    marks += [entry.certainty] if entry.certainty in {"unconfirmed", "presumed", "refuted"} else []
    mark = f" ({', '.join(marks)})" if marks else ""
    return Statement(f"Allergy recorded to {what}{mark}: {said}{_since(entry)}.", entry)


def medicine(entry: Medicine) -> Statement:
    """A medicine in the record's words, and whether it is current, on hold or past."""
    held = "Medicine on hold" if entry.status == "on-hold" else "Past medicine"
    state = "Current medicine" if entry.taken else held
    return Statement(f"{state}: {entry.line}.", entry)


def problem(entry: Problem) -> Statement:
    """A problem in the record's words, and whether it is active."""
    if entry.certainty == "refuted":
        return Statement(f"Problem ruled out: {entry.line}.", entry)
    state = "Active problem" if entry.status in ACTIVE else "Past problem"
    return Statement(f"{state}: {entry.line}.", entry)


def happening(entry: Happening) -> Statement:
    """An encounter, a procedure or an immunisation in the record's words."""
    return Statement(f"{entry.kind.capitalize()}: {entry.line}.", entry)


def person(record: PatientRecord, age: float | None) -> Statement:
    """Age and sex; no name."""
    one = record.person
    parts = [
        f"{age:.0f} years old" if age is not None and age >= 2 else "",
        one.sex,
        f"born {one.born}" if one.born else "",
    ]
    parts.append(f"died ({one.died})" if one.died else "")
    words = ", ".join(p for p in parts if p)
    entry = Entry(ref=one.ref, text="Patient", line=one.line)
    return Statement(f"Patient: {words or 'neither age nor sex is recorded'}.", entry)


def _since(entry: Entry) -> str:
    return f", recorded {entry.day}" if entry.day else ""
