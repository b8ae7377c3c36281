"""The cost curve of a corpus as SVG, written by hand: no drawing library needed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any

_WIDTH, _HEIGHT = 750, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 180, 44, 52
# Okabe and Ito's colours, told apart by readers with any colour vision; each line also has a dash of its own.
_LINES = (
    ("whole", "all but embedding", "#000000", ""),
    ("lexical", "by word", "#D55E00", "7 4"),
    ("dense", "by meaning", "#0072B2", "2 4"),
    ("embed", "embedding", "#009E73", "10 3 2 3"),
)


def cost_curve(rows: Sequence[dict[str, Any]], source: str) -> str:
    """p95 milliseconds of a query by the passages held, on a logarithmic axis."""
    sizes = [int(row["size"]) for row in rows]
    low, high = math.log10(min(sizes)), math.log10(max(sizes))
    top = 20 * math.ceil(max(float(row[name][1]) for row in rows for name, *_ in _LINES) / 20)

    def x(size: int) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * ((math.log10(size) - low) / (high - low) if high > low else 0.5)

    def y(milliseconds: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * milliseconds / top

    parts = [_text(_LEFT, 22, f"Query time (p95) by size; passages from {source}, two cores", "start", 14)]
    for step in range(5):
        value = top * step / 4
        parts.append(f'<path d="M{_LEFT} {y(value):.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>')
        parts.append(_text(_LEFT - 8, y(value) + 4, f"{value:.0f} ms", "end"))
    parts.extend(_text(x(size), _HEIGHT - _BOTTOM + 20, f"{size:,}", "middle") for size in sizes)
    parts.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 10, "passages", "middle"))
    last = sorted(_LINES, key=lambda item: -float(rows[-1][item[0]][1]))
    above = -math.inf
    for name, label, colour, dash in last:
        points = " ".join(f"{x(size):.1f},{y(row[name][1]):.1f}" for size, row in zip(sizes, rows, strict=True))
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
        )
        above = max(above + 15, y(rows[-1][name][1]) + 4)  # labels never stand on each other
        parts.append(_text(_WIDTH - _RIGHT + 8, above, f"{label} {rows[-1][name][1]:.0f} ms", "start", 12, colour))
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif">\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _text(x: float, y: float, text: str, anchor: str, size: int = 12, colour: str = "#333") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{escape(text)}</text>'
    )
