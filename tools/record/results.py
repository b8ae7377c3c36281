"""Observations out of their resources: each value and each component once, in the record's unit and in ours."""

from __future__ import annotations

from typing import NamedTuple

from bedside.core.units import show
from bedside.knowledge.terms import finding
from bedside.tools.record.codes import canonical_value, measured_as
from bedside.tools.record.elements import (
    Concept,
    Json,
    Moment,
    code,
    concept,
    first_moment,
    items,
    mapping,
    number,
    string,
)
from bedside.tools.record.history import line_of
from bedside.tools.record.model import Result, ResultKind
from bedside.tools.record.source import Resource

_BOUNDS = frozenset({"<", "<=", ">", ">="})
_UCUM = "http://unitsofmeasure.org"


class Read(NamedTuple):
    """The results of one Observation, and the lines of those whose value no living patient can have."""

    results: tuple[Result, ...]
    impossible: tuple[str, ...]


def results_of(resource: Resource) -> Read:
    """An Observation: its value, or those of its components (a blood pressure has two)."""
    body = resource.body
    when = first_moment(body, "effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued")
    whole = concept(body.get("code"))
    kept: list[Result] = []
    impossible: list[str] = []
    for part in (body, *items(body.get("component"))):
        what = whole if part is body else concept(part.get("code"))
        made = _result(resource, part, what, when)
        if made is None:
            continue
        if made.canonical is not None and not finding(made.name).plausible(made.canonical):
            impossible.append(made.line)
        else:
            kept.append(made)
    return Read(tuple(kept), tuple(impossible))


def _result(resource: Resource, part: Json, what: Concept, when: Moment | None) -> Result | None:
    """One value; None where there is none, or where the record says why it is missing."""
    amount = mapping(part.get("valueQuantity"))
    value, words = number(amount.get("value")), ""
    if value is None:
        value = number(part.get("valueInteger"))
    if value is None:
        words = concept(part.get("valueCodeableConcept")).text or string(part.get("valueString"))
        if not words and isinstance(part.get("valueBoolean"), bool):
            words = "yes" if part["valueBoolean"] else "no"
        if not words:
            return None
    unit = _unit(amount)
    comparator = c if (c := string(amount.get("comparator"), 2)) in _BOUNDS else ""
    name = measured_as(what)
    status = code(resource.body.get("status"))
    flag = next((f for i in items(part.get("interpretation")) if (f := code(i))), "").upper()
    low, high = _range(part)
    shown = f"{comparator}{show(value, unit)}" if value is not None else words
    coded = concept(part.get("valueCodeableConcept")).codes if value is None else ()
    return Result(
        ref=resource.ref,
        text=what.text or "observation without a name",
        codes=(*what.codes, *coded),
        day=when.day if when else "",
        at=when.at if when else None,
        kind=_kind(resource.body, name),
        value=value,
        unit=unit,
        comparator=comparator,
        words=words,
        name=name,
        canonical=canonical_value(what, value, unit) if name and value is not None and not comparator else None,
        low=low,
        high=high,
        flag=flag,
        preliminary=status == "preliminary",
        line=line_of(
            f"{what.text} {shown}",
            f"reference range {_bounds(low, high)}" if low is not None or high is not None else "",
            f"flagged {flag}" if flag else "",
            status if status not in ("", "final") else "",
            when.day if when else "",
        ),
    )


def _unit(amount: Json) -> str:
    """The UCUM code where there is one, else the unit as it is printed."""
    ucum = string(amount.get("code"), 40) if string(amount.get("system")) == _UCUM else ""
    return ucum or string(amount.get("unit"), 40) or string(amount.get("code"), 40)


def _range(part: Json) -> tuple[float | None, float | None]:
    row = next(items(part.get("referenceRange")), {})
    low, high = (number(mapping(row.get(end)).get("value")) for end in ("low", "high"))
    return low, high


def _bounds(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    return f"from {low:g}" if low is not None else f"up to {high:g}"


def _kind(body: Json, name: str) -> ResultKind:
    categories = {code(c) for c in items(body.get("category"))}
    if "vital-signs" in categories or name in VITALS:
        return "vital"
    return "other" if categories and "laboratory" not in categories and not name else "result"


VITALS = frozenset({
    "temperature", "heart_rate", "respiratory_rate", "systolic_bp", "diastolic_bp", "oxygen_saturation", "gcs",
    "weight", "height", "bmi",
})  # fmt: skip
