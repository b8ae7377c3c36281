"""Finished runs over the same cases, scored and compared in pairs.

Shares are compared by McNemar's exact test (McNemar 1947, doi:10.1007/BF02295996) on the cases where the two differ;
everything else by the mean difference with a bootstrap interval over cases.
"""

from __future__ import annotations

from collections.abc import Sequence

from bedside.core.base import Frozen
from bedside.evals.patients.case import Row
from bedside.evals.patients.dialogue import Dialogue
from bedside.evals.runs.kept import KeptRun, names_of
from bedside.evals.scoring.marks import FIRST, FIVE, marks_of_all
from bedside.evals.scoring.paired import paired_difference
from bedside.evals.scoring.summary import names_in
from bedside.evals.stats import Estimate, bootstrap, proportion

SECONDS = "seconds"
_COUNTS = {"questions asked", "tests asked for", "tokens", SECONDS}
_NAMED, _NOT_NAMED = "answer named in the case", "answer not named"


class Scored(Frozen):
    """One figure of one run; `stratum` is "" where it is of all cases."""

    system: str
    metric: str
    stratum: str = ""
    share: bool
    estimate: Estimate


class Compared(Frozen):
    """One figure of two runs over the same cases.

    Attributes:
        metric: its name.
        one, other: the systems.
        difference: of `one` less `other`.
        p: of McNemar's exact test, two-sided; None where the figure is no share.
        only_one, only_other: cases that only the one, or only the other, has; of shares.
    """

    metric: str
    one: str
    other: str
    difference: Estimate
    p: float | None = None
    only_one: tuple[str, ...] = ()
    only_other: tuple[str, ...] = ()


class Comparison(Frozen):
    """Everything that finished runs of the same cases score."""

    benchmark: str
    cases: int
    systems: tuple[str, ...]
    scores: tuple[Scored, ...]
    compared: tuple[Compared, ...]


def compare(runs: Sequence[KeptRun], *, times: bool = True) -> Comparison:
    """Scores runs of the same cases, and compares the first with each other one.

    Args:
        runs: finished, over the same cases.
        times: whether what was measured in seconds is in it; without, two runs of the same are the same to the letter.
    """
    names, rows = names_of(runs), runs[0].rows
    marks = [marks_of_run(run) for run in runs]
    if not times:
        marks = [[{k: v for k, v in one.items() if k != SECONDS} for one in side] for side in marks]
    shares = _shares(marks)
    metrics = names_in([one for side in marks for one in side])
    scores = [
        one for name, side in zip(names, marks, strict=True) for one in _scores(name, rows, side, metrics, shares)
    ]
    compared = [
        one
        for name, side in zip(names[1:], marks[1:], strict=True)
        for one in _compared((names[0], name), rows, (marks[0], side), shares)
    ]
    return Comparison(
        benchmark=runs[0].about.benchmark,
        cases=len(rows),
        systems=tuple(names),
        scores=tuple(scores),
        compared=tuple(compared),
    )


def marks_of_run(run: KeptRun) -> list[dict[str, float]]:
    """The marks of each case, in order."""
    return marks_of_all(run.rows, run.in_order)


def mcnemar(only_one: int, only_other: int) -> float:
    """The two-sided exact p that as many cases differ in one direction, were both directions equally likely."""
    from scipy.stats import binomtest

    differ = only_one + only_other
    return float(binomtest(only_one, differ, 0.5).pvalue) if differ else 1.0


def _shares(marks: Sequence[Sequence[dict[str, float]]]) -> set[str]:
    """Figures that are yes or no for each case."""
    seen: dict[str, set[float]] = {}
    for one in (one for side in marks for one in side):
        for metric, value in one.items():
            seen.setdefault(metric, set()).add(value)
    return {metric for metric, values in seen.items() if values <= {0.0, 1.0} and metric not in _COUNTS}


def _scores(
    system: str, rows: Sequence[Row], marks: Sequence[dict[str, float]], metrics: Sequence[str], shares: set[str]
) -> list[Scored]:
    named = [i for i, row in enumerate(rows) if row.gold.leaky]
    strata = {"": list(range(len(rows)))}
    if named and len(named) < len(rows):
        strata |= {_NAMED: named, _NOT_NAMED: [i for i in strata[""] if i not in set(named)]}
    out = []
    for stratum, chosen in strata.items():
        for metric in metrics:
            share = metric in shares
            values = [marks[i][metric] for i in chosen if metric in marks[i]]
            estimate = proportion(round(sum(values)), len(values)) if share else bootstrap(values)
            if share or not stratum:
                out.append(Scored(system=system, metric=metric, stratum=stratum, share=share, estimate=estimate))
    return out


def _compared(
    names: tuple[str, str], rows: Sequence[Row], marks: tuple[list[dict[str, float]], ...], shares: set[str]
) -> list[Compared]:
    out = []
    for metric in names_in(marks[0]):
        both = [
            (r.case.id, a[metric], b[metric])
            for r, a, b in zip(rows, *marks, strict=True)
            if metric in a and metric in b
        ]
        if not both:
            continue
        _, one, other = zip(*both, strict=True)
        more = tuple(i for i, a, b in both if a > b) if metric in shares else ()
        less = tuple(i for i, a, b in both if a < b) if metric in shares else ()
        out.append(
            Compared(
                metric=metric,
                one=names[0],
                other=names[1],
                difference=paired_difference(one, other),
                p=mcnemar(len(more), len(less)) if metric in shares else None,
                only_one=more,
                only_other=less,
            )
        )
    return out


def to_text(comparison: Comparison) -> str:
    """Aligned lines: each figure of each system, then each difference with the cases that differ."""
    scores = [one for one in comparison.scores if not one.stratum]
    width = max((len(one.metric) for one in scores), default=0)
    system = max((len(name) for name in comparison.systems), default=0)
    lines = [f"{comparison.benchmark}, {comparison.cases} cases"]
    for metric in dict.fromkeys(one.metric for one in scores):
        lines += [f"  {metric:{width}}  {s.system:{system}}  {s.estimate}" for s in scores if s.metric == metric]
    for one in comparison.compared:
        if one.metric == comparison.compared[0].metric:
            lines += ["", f"{one.one} less {one.other}, over the same cases"]
        p = "" if one.p is None else f", McNemar's exact p {one.p:.3f}"
        lines.append(f"  {one.metric:{width}}  {one.difference}{p}")
        if one.only_one or one.only_other:
            lines.append(f"  {'':{width}}  only {one.one}: {', '.join(one.only_one) or 'none'}")
            lines.append(f"  {'':{width}}  only {one.other}: {', '.join(one.only_other) or 'none'}")
    return "\n".join(lines)


def outcome(marks: dict[str, float], dialogue: Dialogue) -> str:
    """How a dialogue ended, as a reader is told: "right", "among five", "wrong", "abstained", "failed", "answered"."""
    if dialogue.ended in ("failed", "no answer"):
        return "failed"
    if dialogue.ended == "abstained":
        return "abstained"
    if FIRST not in marks:
        return "answered"
    return "right" if marks[FIRST] else "among five" if marks.get(FIVE) else "wrong"
