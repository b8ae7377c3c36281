"""A small chart of one measurement over time, as PNG: points at their dates, the reference range behind them."""

from __future__ import annotations

from pathlib import Path

from bedside.core.units import unit_words
from bedside.tools.record.trend import Series, figure

INK, QUIET, LINE, RANGE = (30, 30, 40), (120, 120, 130), (0, 90, 160), (226, 240, 228)
WIDTH, HEIGHT = 560, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 24, 40, 40
_LABELLED = 8


def save_chart(series: Series, path: Path) -> Path:
    """Writes the chart of at least two values.

    Across is time, in proportion; upward the value in the series' unit, over its own range with a margin and not from
    zero. The reference range is that of the latest value, where it came with one. Up to eight points have their values
    beside them; of more, the first, the last, the highest and the lowest.

    Args:
        series: in time order.
        path: where to write; its folder is made.
    """
    from PIL import Image, ImageDraw, ImageFont

    values = [v for v, _ in series.points]
    times = [r.at.timestamp() if r.at is not None else 0.0 for _, r in series.points]
    last = series.points[-1][1]
    bounds = [b for b in (last.low, last.high) if b is not None] if last.unit == series.unit else []
    low, high = min(*values, *bounds), max(*values, *bounds)
    margin = (high - low) * 0.15 or max(abs(high) * 0.1, 1.0)
    low, high = low - margin, high + margin
    span = (times[-1] - times[0]) or 1.0

    def place(moment: float, value: float) -> tuple[float, float]:
        x = _LEFT + (moment - times[0]) / span * (WIDTH - _LEFT - _RIGHT)
        return x, HEIGHT - _BOTTOM - (value - low) / (high - low) * (HEIGHT - _TOP - _BOTTOM)

    sheet = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    floor, ceiling = HEIGHT - _BOTTOM, _TOP
    if bounds:
        top = place(0, last.high)[1] if last.high is not None else ceiling
        bottom = place(0, last.low)[1] if last.low is not None else floor
        draw.rectangle([(_LEFT, top), (WIDTH - _RIGHT, bottom)], fill=RANGE)
    draw.line([(_LEFT, ceiling), (_LEFT, floor), (WIDTH - _RIGHT, floor)], fill=QUIET)
    for value in (low + margin, high - margin):
        y = place(0, value)[1]
        draw.text((_LEFT - 6, y), figure(value), fill=QUIET, font=font, anchor="rm")
    points = [place(t, v) for t, v in zip(times, values, strict=True)]
    draw.line(points, fill=LINE, width=2)
    shown = _labelled(values)
    for n, ((x, y), value) in enumerate(zip(points, values, strict=True)):
        draw.ellipse([(x - 4, y - 4), (x + 4, y + 4)], fill=LINE)
        if n in shown:
            edge = "l" if n == 0 else ("r" if n == len(points) - 1 else "m")
            # A trough has its value below it, where no line runs.
            below = 0 < n < len(points) - 1 and value <= min(values[n - 1], values[n + 1])
            draw.text(
                (x, y + 8 if below else y - 8),
                figure(value),
                fill=INK,
                font=font,
                anchor=f"{edge}{'t' if below else 'b'}",
            )
    draw.text((_LEFT, floor + 10), series.points[0][1].day, fill=QUIET, font=font, anchor="la")
    draw.text((WIDTH - _RIGHT, floor + 10), last.day, fill=QUIET, font=font, anchor="ra")
    unit = unit_words(series.unit).replace("²", "2").replace("⁹", "9")
    draw.text((12, 10), f"{series.label}{f' ({unit})' if unit else ''}", fill=INK, font=ImageFont.load_default(15))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, format="PNG")
    return path


def _labelled(values: list[float]) -> set[int]:
    """Which points have their value beside them."""
    if len(values) <= _LABELLED:
        return set(range(len(values)))
    return {0, len(values) - 1, values.index(max(values)), values.index(min(values))}
