"""What to ask or test next: what tells most of which disease it is, for what it costs.

For every disease, how much a finding tells of "this one or not" is their mutual information; the sum over the diseases,
those that must not be missed counted `URGENT_WEIGHT` times, divided by the cost of finding out, orders the questions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bedside.tools.differential.observed import UNKNOWN
from bedside.tools.differential.rank import Ranking
from bedside.tools.differential.table import Column, Floats, askable

URGENT_WEIGHT = 3.0
_LIKELY = 60
_NEGLIGIBLE = 1e-4


class NextQuestion(NamedTuple):
    """A column worth finding out: what it tells, in bits, and the diseases (row numbers) it moves most."""

    column: Column
    place: int
    bits: float
    apart: tuple[int, ...]


def gains(ranking: Ranking) -> Floats:
    """(F,) bits that each unknown column is expected to tell; 0 for what is known."""
    table = ranking.table
    rows = ranking.order[:_LIKELY]
    rows = rows[ranking.share[rows] > _NEGLIGIBLE]
    belief = ranking.share[rows] / max(ranking.share[rows].sum(), 1e-300)
    open_ = np.flatnonzero((ranking.observed.state == UNKNOWN) & table.named[rows].any(axis=0))
    p = table.share[np.ix_(rows, open_)]
    m = belief @ p
    rest = np.clip((m - belief[:, None] * p) / np.maximum(1 - belief, 1e-12)[:, None], 1e-9, 1 - 1e-9)
    with_it = p * np.log2(p / m) + (1 - p) * np.log2((1 - p) / (1 - m))
    without = rest * np.log2(rest / m) + (1 - rest) * np.log2((1 - rest) / (1 - m))
    information = belief[:, None] * with_it + (1 - belief)[:, None] * without
    weights = np.where(table.urgent[rows], URGENT_WEIGHT, 1.0)
    told = np.zeros(len(table.columns))
    told[open_] = np.maximum(weights @ information, 0.0)
    return told


def next_questions(ranking: Ranking, most: int = 3) -> tuple[NextQuestion, ...]:
    """The columns that tell most for their cost, best first; of what implies one another, only one."""
    told = gains(ranking)
    worth = told / ranking.table.costs
    out: list[NextQuestion] = []
    for f in np.argsort(-worth, kind="stable"):
        column = ranking.table.columns[f]
        if len(out) == most or told[f] <= 0:
            break
        if askable(column) and not any(related(ranking, int(f), q.place) for q in out):
            out.append(NextQuestion(column, int(f), float(told[f]), _apart(ranking, int(f))))
    return tuple(out)


def related(ranking: Ranking, one: int, other: int) -> bool:
    """Whether two columns are about one finding, or one of them implies the other."""
    table = ranking.table
    implied = bool(table.implies[one, other] or table.implies[other, one])
    return implied or table.columns[one].finding is table.columns[other].finding


def _apart(ranking: Ranking, f: int) -> tuple[int, ...]:
    """The likely disease that its presence favours most, and the one that its absence does."""
    rows = ranking.order[:5]
    shares = ranking.table.share[rows, f]
    high, low = int(rows[shares.argmax()]), int(rows[shares.argmin()])
    return (high,) if high == low else (high, low)


def rules_out(ranking: Ranking, d: int) -> int | None:
    """The unknown column whose absence speaks most against a disease for its cost; None where none does."""
    table = ranking.table
    open_ = (ranking.observed.state == UNKNOWN) & table.named[d]
    against = np.where(open_, -table.gone[d], 0.0) / np.sqrt(table.costs)
    best = int(against.argmax())
    return best if against[best] > 0 and askable(table.columns[best]) else None
