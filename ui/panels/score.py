"""The inputs of a score: value and unit as used, and the words they were read from."""

from __future__ import annotations

from bedside.core.evidence import Evidence, ScoreInput
from bedside.core.units import unit_words
from bedside.ui.panels.html import Html, el, join


def inputs_table(e: Evidence) -> Html | None:
    """One row an input; None where the evidence has none."""
    if not e.inputs:
        return None
    head = el("tr", *[el("th", name, scope="col") for name in ("Input", "Value used", "Words read")])
    body = [el("tr", el("th", i.label, scope="row"), el("td", _value(i)), el("td", _words(i))) for i in e.inputs]
    table = el("table", el("thead", head), el("tbody", *body))
    return join(
        (el("h4", "Inputs"), el("div", table, class_="scroll", tabindex="0", role="region", aria_label="Inputs"))
    )


def _value(i: ScoreInput) -> Html:
    if i.value is None:
        return el("span", "present" if i.span is not None else "not known", class_="quiet")
    number = f"{i.value:g}" if isinstance(i.value, float | int) else i.value
    unit = unit_words(i.unit)
    return el("span", f"{number} {unit}".strip())


def _words(i: ScoreInput) -> Html:
    read = el("q", i.span.text) if i.span is not None else el("span", i.as_written or "—", class_="quiet")
    where = el("span", f" message {i.span.source[1:]}", class_="quiet") if i.span and i.span.source[:1] == "m" else None
    note = el("div", i.note, class_="why") if i.note else None
    return join((read, where, note))
