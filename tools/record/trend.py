"""One measurement over time: its series in one unit, and its course in words and numbers."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from bedside.core.units import unit_words
from bedside.tools.record.model import Result

_SHOWN = 8
_STEADY = (
    0.05  # a spread of at most this share of the mean is called steady: arithmetic, and no judgement of its meaning
)


class Series(NamedTuple):
    """The values of one measurement in time order and in one unit, each with its result; those in other units are out.

    `left_out` counts values that are only bounds, have no date, or are in a unit that does not convert.
    """

    label: str
    unit: str
    points: tuple[tuple[float, Result], ...]
    left_out: int


def series_of(label: str, results: Iterable[Result]) -> Series:
    """The series of one measurement. Where units differ, the finding's own unit is used."""
    found = list(results)
    dated = [r for r in found if r.value is not None and not r.comparator and r.day]
    units = {r.unit for r in dated}
    if len(units) <= 1:
        points = [(r.value, r) for r in dated if r.value is not None]
        unit = next(iter(units), "")
    else:
        points = [(r.canonical, r) for r in dated if r.canonical is not None]
        unit = _canonical_unit(dated)
    return Series(label, unit, tuple(points), len(found) - len(points))


def _canonical_unit(results: Iterable[Result]) -> str:
    from bedside.knowledge.terms import finding

    return next((finding(r.name).unit for r in results if r.name), "")


def course(series: Series) -> str:
    """The series in one sentence, the change since the last value before and since the first, and the direction."""
    points = series.points[-_SHOWN:]
    earlier = len(series.points) - len(points)
    listed = ", ".join(f"{figure(v)} on {r.day}" for v, r in points)
    unit = f" {unit_words(series.unit)}".rstrip()
    head = f"{series.label}, {len(series.points)} measurements"
    more = f" ({earlier} earlier not listed)" if earlier else ""
    first, last, before = series.points[0], series.points[-1], series.points[-2]
    changes = [f"{_change(before[0], last[0])} since {before[1].day}"]
    if len(series.points) > 2:
        changes.append(f"{_change(first[0], last[0])} since {first[1].day}")
    return f"{head}{more}: {listed}{unit}. {_direction(series)}: the latest is {', '.join(changes)}."


def _direction(series: Series) -> str:
    """Rising or falling where every step goes that way, steady within 5 % of the mean, else up and down."""
    values = [v for v, _ in series.points]
    mean = sum(values) / len(values)
    if max(values) - min(values) <= _STEADY * abs(mean):
        return "Steady within 5 %"
    steps = [b - a for a, b in pairwise(values)]
    if all(s >= 0 for s in steps):
        return "Rising"
    return "Falling" if all(s <= 0 for s in steps) else "Up and down"


def _change(old: float, new: float) -> str:
    """ "up 20.3 (22 %)"."""
    difference = new - old
    if difference == 0:
        return "unchanged"
    share = f" ({abs(difference / old):.0%})".replace("%", " %") if old > 0 else ""
    return f"{'up' if difference > 0 else 'down'} {figure(abs(difference))}{share}"


def figure(value: float) -> str:
    """Four significant digits, as a laboratory prints a value; the quote beside it holds what was recorded."""
    return f"{value:.4g}" if abs(value) < 10_000 else f"{value:.0f}"
