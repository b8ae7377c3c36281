"""What Bedside is doing, step by step while it runs, and as a trace with seconds afterwards."""

from __future__ import annotations

from bedside.core.answer import Step
from bedside.core.evidence import Evidence
from bedside.ui.panels.chip import chip
from bedside.ui.panels.html import Html, el, join

_EVIDENCE_SHOWN = 8
_LINE = 170


def running(steps: list[Step], current: str, found: list[Evidence], seconds: float) -> Html:
    """The turn so far.

    Args:
        steps: those that ended.
        current: the title of the one that runs; "" between two.
        found: evidence in the order in which it was found; the latest few are shown.
        seconds: since the question was sent.
    """
    done = [el("li", el("span", "✓", class_="tick", aria_hidden="true"), _step(s), class_="done") for s in steps]
    spinner = el("span", class_="spinner", aria_hidden="true")
    now = el("li", spinner, f"{current or 'Working'} …", el("span", f"{seconds:.0f} s", class_="time"), class_="now")
    return join((el("ol", *done, now, class_="steps", data_status=current), _found(found)))


def trace(steps: tuple[Step, ...], seconds: float) -> Html | None:
    """The steps of a finished turn, folded."""
    if not steps:
        return None
    title = f"How this was worked out: {len(steps)} steps, {seconds:.1f} s"
    return el(
        "details", el("summary", title), el("ol", *[el("li", _step(s)) for s in steps], class_="steps"), class_="fold"
    )


def _step(step: Step) -> Html:
    detail = el("span", f" {step.detail}", class_="quiet") if step.detail else None
    return join((el("span", step.title, detail, class_="what"), el("span", f"{step.seconds:.2f} s", class_="time")))


def _found(found: list[Evidence]) -> Html | None:
    if not found:
        return None
    shown = found[-_EVIDENCE_SHOWN:]
    lines = [el("li", chip(e.id, e), el("span", _line(e), class_="what")) for e in shown]
    count = f"{len(found)} piece{'s' * (len(found) != 1)} of evidence so far"
    return el("div", el("p", count, class_="quiet"), el("ul", *lines), class_="found")


def _line(e: Evidence) -> str:
    words = e.quote or e.statement
    return words if len(words) <= _LINE else words[: _LINE - 1].rstrip() + "…"
