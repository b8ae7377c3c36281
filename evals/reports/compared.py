"""Finished runs over the same cases, scored and compared in pairs.

Shares are compared by McNemar's exact test (McNemar 1947, doi:10.1007/BF02295996) on the cases where the two differ;
everything else by the mean difference with a bootstrap interval over cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bedside.core.base import Frozen
from bedside.evals.patients.dialogue import Dialogue
from bedside.evals.reports.sides import Side, comparable
from bedside.evals.runs.kept import names_of
from bedside.evals.scoring.marks import FIRST, FIVE
from bedside.evals.scoring.paired import paired_difference
from bedside.evals.scoring.ratios import RATIOS, ratio_difference
from bedside.evals.scoring.summary import SHARES, Marks, figures_of
from bedside.evals.stats import NOTHING, Estimate

SECONDS = "seconds"
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


def compare(sides: Sequence[Side], *, times: bool = True) -> Comparison:
    """Scores runs of the same cases, and compares the first with each other one.

    Args:
        sides: of finished runs over the same cases.
        times: whether what was measured in seconds is in it; without, two runs of the same are the same to the letter.

    Raises:
        SettingsError: they are not of the same cases, or were marked by different judges.
    """
    comparable(sides)
    names, about = names_of(sides), sides[0].about
    marks = [[{k: v for k, v in m.items() if times or k != SECONDS} for m in side.by_case] for side in sides]
    scores = _scores(names, sides[0], marks)
    metrics = dict.fromkeys(s.metric for s in scores if s.system == names[0] and not s.stratum and s.estimate.n)
    compared = [
        one
        for name, own in zip(names[1:], marks[1:], strict=True)
        for one in _compared((names[0], name), about.cases, metrics, marks[0], own)
    ]
    return Comparison(
        benchmark=about.benchmark,
        cases=len(about.cases),
        systems=tuple(names),
        scores=tuple(scores),
        compared=tuple(compared),
    )


def mcnemar(only_one: int, only_other: int) -> float:
    """The two-sided exact p that as many cases differ in one direction, were both directions equally likely."""
    from scipy.stats import binomtest

    differ = only_one + only_other
    return float(binomtest(only_one, differ, 0.5).pvalue) if differ else 1.0


def _scores(systems: Sequence[str], side: Side, marks: Sequence[Marks]) -> list[Scored]:
    """Every figure over all cases, and the shares in each stratum; the same ones, in the same order, of each system."""
    cases, leaky = side.about.cases, set(side.leaky)
    strata = {"": list(range(len(cases)))}
    if leaky and len(leaky) < len(cases):
        strata[_NAMED] = [i for i, case in enumerate(cases) if case in leaky]
        strata[_NOT_NAMED] = [i for i, case in enumerate(cases) if case not in leaky]
    out: list[list[Scored]] = [[] for _ in systems]
    for stratum, places in strata.items():
        figures = [figures_of([own[i] for i in places]) for own in marks]
        metrics = dict.fromkeys(metric for found in figures for metric in found)
        for system, found, scored in zip(systems, figures, out, strict=True):
            scored += [
                Scored(
                    system=system,
                    metric=metric,
                    stratum=stratum,
                    share=metric in SHARES,
                    estimate=found.get(metric, NOTHING),
                )
                for metric in metrics
                if metric in SHARES or not stratum
            ]
    return [score for scored in out for score in scored]


def _compared(
    names: tuple[str, str], cases: Sequence[str], metrics: Iterable[str], one: Marks, other: Marks
) -> list[Compared]:
    out = []
    for metric in metrics:
        pair = {"metric": metric, "one": names[0], "other": names[1]}
        if metric in RATIOS:
            part, whole = RATIOS[metric]
            both = [(a, b) for a, b in zip(one, other, strict=True) if {part, whole} <= a.keys() & b.keys()]
            sides = [([m[part] for m in side], [m[whole] for m in side]) for side in zip(*both, strict=True)]
            difference = ratio_difference(*sides) if both else NOTHING
            out += [Compared(**pair, difference=difference)] if difference.n else []
            continue
        valued = [
            (case, a[metric], b[metric])
            for case, a, b in zip(cases, one, other, strict=True)
            if metric in a and metric in b
        ]
        if valued:
            out.append(_difference(pair, valued))
    return out


def _difference(pair: dict[str, str], valued: Sequence[tuple[str, float, float]]) -> Compared:
    _, one, other = zip(*valued, strict=True)
    difference = paired_difference(one, other)
    if pair["metric"] not in SHARES:
        return Compared(**pair, difference=difference)
    more = tuple(case for case, a, b in valued if a > b)
    less = tuple(case for case, a, b in valued if a < b)
    return Compared(**pair, difference=difference, p=mcnemar(len(more), len(less)), only_one=more, only_other=less)


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
