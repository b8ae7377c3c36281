"""A tool's card: what it accepts, what it was trained on, how good it is, where it fails."""

from __future__ import annotations

from bedside.core.card import Performance, ToolCard
from bedside.ui.panels.html import Html, el, join, rows


def card_panel(card: ToolCard) -> Html:
    """The card, folded; its known failures stand first because they matter most."""
    failures = join((el("h4", "Known failures"), el("ul", *[el("li", limit) for limit in card.limits])))
    facts = rows(
        (
            ("Answers", card.purpose),
            ("Accepts", _accepts(card)),
            ("Population", card.accepts.population),
            ("Trained on", card.training_data),
            ("Performance", _performance(card.performance)),
            ("Licence", card.licence),
            ("Citation", card.citation),
        )
    )
    title = f"Tool card: {card.title} {card.version}"
    return el("details", el("summary", title), failures if card.limits else None, facts, class_="fold card", open=True)


def _accepts(card: ToolCard) -> str:
    a = card.accepts
    parts = [
        ", ".join(m.value for m in a.modalities),
        ", ".join(a.kinds),
        ", ".join((*a.body_parts, *a.views)),
        ", ".join(name.replace("_", " ") for name in a.facts),
    ]
    return " · ".join(p for p in parts if p)


def _performance(figures: tuple[Performance, ...]) -> Html | None:
    if not figures:
        return None
    return el("ul", *[el("li", f.line) for f in figures])
