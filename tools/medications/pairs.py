"""Two drugs together: interactions, duplicates and the QT interval."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from bedside.core.case import Fact
from bedside.knowledge.drugs import classes_of, is_class
from bedside.knowledge.medications import SEVERITIES, Warned, medication_table, members
from bedside.knowledge.medications.load import pair_index
from bedside.tools.medications.catches import Catch, caught

_MOST_PAIRS = 900


@lru_cache(maxsize=2048)
def names_over(drug: str) -> tuple[str, ...]:
    """The names of rows that speak of a drug, or of every member of a class: itself, classes, groups; narrow first."""
    held = [
        (len(members(name)), name)
        for name in dict.fromkeys((drug, *classes_of(drug), *medication_table().groups))
        if members(drug) <= members(name)
    ]
    return tuple(name for _, name in sorted(held))


@lru_cache(maxsize=8192)
def rows_for(one: str, other: str) -> tuple[int, ...]:
    """Numbers of the rows of two drugs, the closest first; of a class, only where each of its members has one.

    Where the members of a class have different rows, the mildest of them is given.
    """
    pairs = [frozenset(p) for p in product(sorted(members(one)), sorted(members(other))) if p[0] != p[1]]
    if not pairs or len(pairs) > _MOST_PAIRS:
        return ()
    each = [pair_index().get(pair, ()) for pair in pairs]
    if len(pairs) == 1 or not all(each):
        return each[0] if len(pairs) == 1 else ()
    shared = set(each[0]).intersection(*each[1:])
    if shared:
        return tuple(n for n in each[0] if n in shared)
    table = medication_table().interactions
    return (max((rows[0] for rows in each), key=lambda n: SEVERITIES.index(table[n].severity)),)


def interaction(one: str, other: str, facts: tuple[Fact, ...]) -> Catch | None:
    """The row that is closest to the two drugs; None where the table holds none."""
    rows = rows_for(one, other)
    if not rows:
        return None
    row = medication_table().interactions[rows[0]]
    return caught("interaction", f"{one} with {other}", row, (one, other), facts, row.mechanism)


@lru_cache(maxsize=2048)
def members_differ(one: str, other: str) -> bool:
    """Whether some members of a class have a row with the other drug, and others none."""
    if not (is_class(one) or is_class(other)) or rows_for(one, other):
        return False
    pairs = product(members(one), members(other))
    return any(frozenset(p) in pair_index() for p in pairs)


def duplicate(one: str, other: str, facts: tuple[Fact, ...]) -> Catch | None:
    """Two drugs of one class that are not taken together; the worst row, None where there is none."""
    rows = medication_table().duplicates
    found = [(name, rows[name]) for name in names_over(one) if name in rows and name in names_over(other)]
    if not found:
        return None
    name, row = min(found, key=lambda pair: SEVERITIES.index(pair[1].severity))
    return caught("duplicate", f"{one} with {other}, both {name}", row, (one, other), facts)


def prolonging(one: str, other: str, facts: tuple[Fact, ...]) -> Catch | None:
    """Two drugs that prolong QT: major where both are known to cause torsade de pointes, moderate where one is.

    Source: Drew BJ et al. Circulation 2010;121:1047-1060, doi:10.1161/CIRCULATIONAHA.109.192704, and the labels.
    """
    table = medication_table()
    risks = {table.qt.get(one), table.qt.get(other)}
    if None in risks or "known" not in risks:
        return None
    row = Warned(
        severity="major" if risks == {"known"} else "moderate",
        effect="torsade de pointes",
        action="Choose another drug where one will do; else check the ECG, potassium and magnesium before and after",
        source=table.qt_limits.source,
    )
    return caught("QT", f"{one} with {other}", row, (one, other), facts, "both prolong the QT interval")


def together(one: str, other: str, facts: tuple[Fact, ...]) -> list[Catch]:
    """The catches of two drugs: QT beside an interaction only where the interaction is of another kind and milder."""
    first = interaction(one, other, facts) or duplicate(one, other, facts)
    qt = prolonging(one, other, facts)
    if first is None or qt is None:
        return [c for c in (first, qt) if c is not None]
    return [first, qt] if qt.rank < first.rank else [first]
