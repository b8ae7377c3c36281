"""Items of a score that follow from other facts: "no cough" from a denied cough, a drug's reason from the drug.

Each keeps the span of the fact that it follows from.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from bedside.core.case import Fact, FactStatus
from bedside.knowledge.drugs import classes_of
from bedside.knowledge.terms import Finding, score_inputs

_SAID = frozenset({FactStatus.PRESENT, FactStatus.ABSENT, FactStatus.HISTORICAL, FactStatus.POSSIBLE})


def facts_that_follow(known: Sequence[Fact]) -> list[Fact]:
    """The further items that follow from what is known; what a text says of an item itself goes before."""
    by: dict[str, list[Fact]] = {}
    for fact in known:
        by.setdefault(fact.name, []).append(fact)
    out: list[Fact] = []
    for row in _following():
        if (row.stands_for or row.name) not in by:
            out += _of(row, by)
    return out


@lru_cache(maxsize=1)
def _following() -> tuple[Finding, ...]:
    rows = score_inputs().values()
    return tuple(r for r in rows if r.shown_by or r.opposite_of or r.drugs or r.from_number)


def _of(row: Finding, by: dict[str, list[Fact]]) -> list[Fact]:
    shown = [f for name in row.shown_by for f in by.get(name, ()) if f.status in _SAID]
    # That one of several is denied does not deny what any of them shows.
    denied_counts = len(row.shown_by) == 1
    out = [_as(row, f, f.status) for f in shown if f.status is not FactStatus.ABSENT or denied_counts]
    out += _opposite(row, by)
    if row.drugs and (not row.beside or _present(by.get(row.beside, ()))):
        out += [_as(row, f, FactStatus.PRESENT) for f in by.get("medication", ()) if _taken(row, f)]
    if row.from_number:
        name, least = row.from_number
        values = [f for f in by.get(name, ()) if isinstance(f.value, float) and f.status is FactStatus.PRESENT]
        out += [_as(row, f, FactStatus.PRESENT) for f in values if isinstance(f.value, float) and f.value >= least]
    return out


def _opposite(row: Finding, by: dict[str, list[Fact]]) -> list[Fact]:
    found = [f for name in row.opposite_of for f in by.get(name, ())]
    there = [f for f in found if f.status is FactStatus.PRESENT]
    if there:
        return [_as(row, there[-1], FactStatus.ABSENT)]
    denied = [f for f in found if f.status is FactStatus.ABSENT]
    return [_as(row, denied[-1], FactStatus.PRESENT)] if denied else []


def _taken(row: Finding, drug: Fact) -> bool:
    name = str(drug.value)
    return drug.status is FactStatus.PRESENT and not {name, *classes_of(name)}.isdisjoint(row.drugs)


def _present(facts: Sequence[Fact]) -> bool:
    return any(f.status in {FactStatus.PRESENT, FactStatus.HISTORICAL} for f in facts)


def _as(row: Finding, fact: Fact, status: FactStatus) -> Fact:
    """The item, at the span of the fact that shows it."""
    return fact.model_copy(
        update={"name": row.stands_for or row.name, "label": row.label, "value": None, "unit": "", "status": status}
    )
