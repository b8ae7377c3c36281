"""What an interview does next: openers, then whatever tells most for what it costs, until that is not worth it."""

from __future__ import annotations

from typing import Literal

import numpy as np

from bedside.agent.interview.heard import Heard
from bedside.agent.interview.words import OPENERS, WORKUP
from bedside.core.base import Frozen
from bedside.tools.differential.question import gains
from bedside.tools.differential.rank import Ranking
from bedside.tools.differential.table import Column, askable

_WORKUP = dict(WORKUP)
# The order in which openers and the examination are put before anything is worked out.
_FIRST = ("complaint", "symptoms", "examine", "past", "life")
# Stop where nothing left tells this many bits for the cost of a question, or the first disease has this share.
_LEAST_WORTH = 0.02
_SURE = 0.97
_TOGETHER = 3
# A second question goes along where it is among the next so many and is worth at least this share of the first.
_NEAR, _SECOND = 6, 0.5


class Move(Frozen):
    """What is done next: a question to the patient, a request for tests, or the end."""

    kind: Literal["ask", "test", "conclude"]
    text: str = ""


def next_move(heard: Heard, turns_left: int) -> Move:
    """The next move.

    Args:
        heard: so far.
        turns_left: how many questions and requests there may be.
    """
    if turns_left <= 0:
        return Move(kind="conclude")
    first = next((name for name in _FIRST if name not in heard.put), None)
    if first is not None:
        return _opening(first)
    if heard.ranking is None:
        rest = next((name for name in ("blood", "image") if name not in heard.put), None)
        return Move(kind="test", text=f"{_WORKUP[rest]}.") if rest else Move(kind="conclude")
    return _most_worth(heard, heard.ranking)


def _opening(name: str) -> Move:
    if name in _WORKUP:
        return Move(kind="test", text=f"{_WORKUP[name]}.")
    return Move(kind="ask", text=dict(OPENERS)[name])


def _most_worth(heard: Heard, ranking: Ranking) -> Move:
    """The question or the tests that tell most for their cost; the end where that is too little."""
    table = ranking.table
    worth = gains(ranking) / table.costs
    left = [
        int(f)
        for f in np.argsort(-worth, kind="stable")
        if askable(table.columns[f]) and table.columns[f].finding.name not in heard.asked
    ]
    sure = float(ranking.share[ranking.order[0]]) >= _SURE
    if not left or worth[left[0]] < _LEAST_WORTH or sure:
        return Move(kind="conclude")
    best = table.columns[left[0]]
    if _told(best):
        near = (table.columns[f] for f in left[1:_NEAR] if worth[f] > _SECOND * worth[left[0]])
        second = [c.finding.ask for c in near if _told(c) and c.finding is not best.finding][:1]
        return Move(kind="ask", text=" ".join([best.finding.ask, *second]))
    same = [table.columns[f] for f in left if table.columns[f].by == best.by][:_TOGETHER]
    names = list(dict.fromkeys(c.finding.label for c in same))
    usual = [_WORKUP[best.by]] if best.by in _WORKUP and best.by not in heard.put else []
    return Move(kind="test", text=f" {'; '.join([*usual, *names])}.")


def _told(column: Column) -> bool:
    """Whether the patient can be asked."""
    return column.by == "ask" and bool(column.finding.ask) and not column.condition.op
