"""Curves as inline SVG, made by hand: no drawing library in the page, and no drawing library needed."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

_WIDTH, _HEIGHT = 360, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 10, 12, 46
# Lines are told apart by dash as well as by colour.
_DASHES = ("", "7 4", "2 4", "10 3 2 3", "1 3", "12 5")


class Line(NamedTuple):
    """One line: its name and its points, x in the unit of the axis and y from 0 to 1."""

    name: str
    points: tuple[tuple[float, float], ...]


def curve(lines: Sequence[Line], title: str, across: str, ticks: Sequence[tuple[float, str]]) -> str:
    """Lines over a share from 0 to 100 %.

    Args:
        lines: at most as many as there are colours (six).
        title: what is drawn, for readers who hear the page.
        across: what the x axis says.
        ticks: places on the x axis with what is written there; the first and the last are its ends.
    """
    low, high = ticks[0][0], max(ticks[-1][0], ticks[0][0] + 1e-9)

    def x(value: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (value - low) / (high - low)

    def y(share: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * share

    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(f'<path class="grid" d="M{_LEFT} {y(share):.1f}H{_WIDTH - _RIGHT}"/>')
        parts.append(_text(_LEFT - 6, y(share) + 4, f"{100 * share:.0f} %", "end"))
    for at, words in ticks:
        parts.append(_text(x(at), _HEIGHT - _BOTTOM + 18, words, "end" if at == ticks[-1][0] else "middle"))
    parts.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 8, across, "middle"))
    for i, line in enumerate(lines):
        points = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in line.points)
        dash = _DASHES[i % len(_DASHES)]
        parts.append(f'<polyline class="line s{i % 6}" points="{points}" stroke-dasharray="{dash}"/>')
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'


def swatch(i: int) -> str:
    """A short piece of the i-th line, for the key."""
    return (
        f'<svg class="swatch" viewBox="0 0 34 8" aria-hidden="true"><polyline class="line s{i % 6}" points="0,4 34,4" '
        f'stroke-dasharray="{_DASHES[i % len(_DASHES)]}"/></svg>'
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
