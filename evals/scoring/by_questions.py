"""How accuracy grows with what may be asked: within one run, and over runs with several budgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bedside.evals.scoring.outcome import FIRST
from bedside.evals.stats import Estimate, proportion

AT = (0, 5, 10, 15, 20)
_ASKED = ("questions asked", "tests asked for")


def right_within(marks: Sequence[Mapping[str, float]], most: int) -> Estimate:
    """The share of all cases that were answered rightly with at most so many questions and tests.

    It grows as slowly as the doctor stops; what it would have answered earlier is not known from one run.
    """
    hits = sum(m.get(FIRST, 0.0) == 1 and sum(m[a] for a in _ASKED) <= most for m in marks)
    return proportion(hits, len(marks))


def by_budget(runs: Mapping[int, Sequence[Mapping[str, float]]]) -> dict[int, Estimate]:
    """Accuracy of runs over the same cases, by how many questions and tests each might ask."""
    hits = {turns: sum(m.get(FIRST, 0.0) == 1 for m in marks) for turns, marks in runs.items()}
    return {turns: proportion(hits[turns], len(runs[turns])) for turns in sorted(runs)}
