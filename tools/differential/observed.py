"""What is known of a patient, column by column of a `Table`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bedside.core.case import Fact, FactStatus
from bedside.knowledge.conditions import parse_condition
from bedside.tools.differential.measured import measured
from bedside.tools.differential.table import Table
from bedside.tools.known import Known, known_values

UNKNOWN, ABSENT, PRESENT = -1, 0, 1
_NEWBORN = 0.02
States = npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Observed:
    """What a case says.

    Attributes:
        state: (F,) 1 there, 0 not there, -1 not known; with what follows from it.
        counts: (F,) whether the column weighs: not where another column that is known says it already.
        age: in years, None where not known.
        sex: "female", "male", or "" where not known.
    """

    state: States
    counts: npt.NDArray[np.bool_]
    age: float | None
    sex: str

    @property
    def any_present(self) -> bool:
        """Whether anything that some disease names is there."""
        return bool((self.state == PRESENT).any())


def observe(table: Table, facts: Iterable[Fact]) -> Observed:
    """Reads the columns of a table from facts.

    Args:
        table: whose columns are read.
        facts: in the order in which they were read; those of the family, the past and the possible say nothing.
    """
    known = whole_case(tuple(facts))
    state, counts = settle(table, read_columns(table, known))
    age, sex = person_of(known)
    return Observed(state, counts, age, sex)


def person_of(known: Known) -> tuple[float | None, str]:
    """Age in years (a newborn without one is a week old) and sex, None and "" where they are not known."""
    age = next((float(v) for v in known.get("age", ()) if isinstance(v, int | float)), None)
    if age is None and known.get("neonate") == (True,):
        age = _NEWBORN
    return age, next((str(v) for v in known.get("sex", ()) if v in ("female", "male")), "")


def whole_case(facts: tuple[Fact, ...]) -> Known:
    """The known values, where what one text says is there stays there, whatever else that text says is not.

    "Confused at home … alert and oriented on arrival" is a patient who was confused. A later text that denies it
    replaces it, as it does everywhere.
    """
    known = known_values(facts)
    last: dict[str, tuple[str, bool]] = {}
    for fact in facts:
        if fact.value is None and fact.status in (FactStatus.PRESENT, FactStatus.ABSENT):
            source, there = last.get(fact.name, ("", False))
            there = there and source == fact.span.source
            last[fact.name] = (fact.span.source, there or fact.status is FactStatus.PRESENT)
    return known | {name: (True,) for name, (_, there) in last.items() if there and known.get(name) == (False,)}


def read_columns(table: Table, known: Known) -> States:
    """(F,) what the known values say of each column, without what follows from other columns."""
    known = _with_measured(known)
    state = np.full(len(table.columns), UNKNOWN, dtype=np.int8)
    for name in known:
        for i in table.reads.get(name, ()):
            said = table.columns[i].condition.holds(known)
            state[i] = UNKNOWN if said is None else int(said)
    return state


def settle(table: Table, state: States) -> tuple[States, npt.NDArray[np.bool_]]:
    """Adds what follows from what is known, and tells what weighs.

    A finding that another one present implies is there and weighs nothing more; one that would imply an absent one is
    absent and weighs nothing more; of one quantity, nothing that does not hold weighs beside what holds.
    """
    state = state.copy()
    present, absent = state == PRESENT, state == ABSENT
    follows = table.implies[present].any(axis=0)
    barred = table.implied_by[absent].any(axis=0) & ~present
    state[follows] = PRESENT
    state[barred & ~follows] = ABSENT
    counts = (state != UNKNOWN) & ~follows & ~(barred & ~follows)
    columns = table.columns
    held = {columns[i].finding.name for i in np.flatnonzero(state == PRESENT) if columns[i].condition.op}
    for i in (i for name in held for i in table.reads[name]):
        if columns[i].condition.op and state[i] == ABSENT:
            counts[i] = False
    return state, counts


def _with_measured(known: Known) -> Known:
    """The known values with the findings that a measurement establishes; what is measured goes before what is said."""
    out = dict(known)
    for row in measured():
        holds = parse_condition(row.holds).holds(known)
        if holds is None or not row.applies(known) or (not holds and row.holds.startswith("medication")):
            continue  # a medicine that is not listed may be taken all the same
        if holds or (row.finding not in known and out.get(row.finding) != (True,)):
            out[row.finding] = (holds,)
    return out
