"""Does asking by expected information reach the final first disease in fewer questions than asking at random?

Of each of mediQ's cases the atomic facts are read by rule. The asker begins with age, sex and the first fact that tells
of a finding; each question then uncovers one column of which the case says something, chosen without looking at the
answer. Counted are the questions until the first disease is the one that all the facts together give, and stays it.
Only what the case answers is asked, by either way of asking. No case's answer or options take a part.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bedside.core.case import Fact
from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.registry import Report, Score, data_of, evaluation
from bedside.evals.rows import json_lines
from bedside.evals.stats import Estimate, bootstrap
from bedside.evals.tasks.differential import held_table
from bedside.tools.differential.observed import UNKNOWN, Observed, States, person_of, read_columns, settle
from bedside.tools.differential.question import gains
from bedside.tools.differential.rank import Ranking, rank
from bedside.tools.differential.table import Table
from bedside.tools.known import known_values
from bedside.tools.notes.read import read_facts

_RANDOM = 5
_LEAST = 2
_SEED = 20261128
_RESAMPLES = 2000
Choose = Callable[[Ranking, list[int]], int]


class Asked(NamedTuple):
    """One case: what the asker begins with, all that the case says, and age and sex."""

    begin: States
    full: States
    age: float | None
    sex: str

    def ranking(self, table: Table, state: States) -> Ranking:
        """The ranking over a state of the columns."""
        settled, counts = settle(table, state)
        return rank(table, Observed(settled, counts, self.age, self.sex))


@evaluation(
    "nextquestion", "whether questions chosen by expected information settle mediQ's cases sooner than at random"
)
def nextquestion(settings: Settings, data: Path | None = None, limit: int | None = None) -> Report:
    """Mean number of questions by each way of asking, and the share saved against random order.

    Raises:
        SettingsError: the data is not there or not of the form.
    """
    path = data_of(settings, data, "The evaluation needs mediQ.", "mediq")
    table = held_table()
    rows = _load(path)[:limit]
    cases = [case for row in rows if (case := asked_of(table, row)) is not None]
    draw = np.random.default_rng(_SEED)
    by_gain = [questions(table, case, _most_told) for case in cases]
    by_worth = [questions(table, case, _most_worth) for case in cases]
    at_random = [
        float(np.mean([questions(table, case, lambda _, left: int(draw.choice(left))) for _ in range(_RANDOM)]))
        for case in cases
    ]
    scores = [
        Score(
            metric="questions until the first disease is final", system=name, estimate=bootstrap([float(v) for v in n])
        )
        for name, n in (("information", by_gain), ("information for its cost", by_worth), ("random order", at_random))
    ]
    scores += [
        Score(metric="share of questions saved against random order", system=name, estimate=saved(n, at_random))
        for name, n in (("information", by_gain), ("information for its cost", by_worth))
    ]
    return Report(
        name="nextquestion",
        set=f"{len(cases)} of {len(rows)} mediQ cases with {_LEAST} or more answers, {len(table.diseases)} diseases",
        scores=tuple(scores),
        notes=("the other cases have fewer findings that some disease names beyond what the asker begins with",),
    )


def asked_of(table: Table, row: dict[str, Any]) -> Asked | None:
    """A case as columns; None where it answers fewer than `_LEAST` questions."""
    read = [read_facts(str(text).split(". ", 1)[-1], f"f{i}") for i, text in enumerate(row["facts"])]
    everything = tuple(f for facts in read for f in facts)
    full = read_columns(table, known_values(everything))
    who: tuple[Fact, ...] = tuple(f for f in everything if f.name in ("age", "sex"))
    told = next((f for f in read if (read_columns(table, known_values((*who, *f))) == 1).any()), ())
    begin = read_columns(table, known_values((*who, *told)))
    age, sex = person_of(known_values(everything))
    if ((full != UNKNOWN) & (begin == UNKNOWN)).sum() < _LEAST:
        return None
    return Asked(begin, full, age, sex)


def questions(table: Table, case: Asked, choose: Choose) -> int:
    """How many questions until the first disease is the final one and stays it."""
    final = int(case.ranking(table, case.full).order[0])
    state = case.begin.copy()
    now = case.ranking(table, state)
    count, reached = 0, 0 if int(now.order[0]) == final else -1
    while left := [int(f) for f in np.flatnonzero((case.full != UNKNOWN) & (now.observed.state == UNKNOWN))]:
        column = choose(now, left)
        state[column] = case.full[column]
        now = case.ranking(table, state)
        count += 1
        if int(now.order[0]) != final:
            reached = -1
        elif reached < 0:
            reached = count
    return reached if reached >= 0 else count


def _most_told(ranking: Ranking, left: list[int]) -> int:
    told = gains(ranking)
    return max(left, key=lambda f: told[f])


def _most_worth(ranking: Ranking, left: list[int]) -> int:
    worth = gains(ranking) / ranking.table.costs
    return max(left, key=lambda f: worth[f])


def saved(asked: list[int], at_random: list[float]) -> Estimate:
    """1 - sum(asked) / sum(random), with a bootstrap interval over cases, the two of one case drawn together."""
    one, other = np.asarray(asked, dtype=float), np.asarray(at_random, dtype=float)
    if other.sum() == 0:
        return bootstrap([])
    drawn = np.random.default_rng(_SEED).integers(0, len(one), (_RESAMPLES, len(one)))
    shares = 1 - one[drawn].sum(axis=1) / np.maximum(other[drawn].sum(axis=1), 1e-9)
    low, high = np.percentile(shares, [2.5, 97.5])
    return Estimate(value=float(1 - one.sum() / other.sum()), low=float(low), high=float(high), n=len(one))


def _load(path: Path) -> list[dict[str, Any]]:
    try:
        rows = json_lines(path)
        if rows and all(isinstance(row["facts"], list) for row in rows):
            return rows
    except (ValueError, KeyError, TypeError, OSError):
        rows = []
    raise SettingsError(
        f"{path.name} is not of mediQ's form.", "Give JSON lines that have `facts`.", code="BED-EVAL-005"
    )
