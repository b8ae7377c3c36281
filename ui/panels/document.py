"""A passage of a user's own document: its label of trust first, the quote, and where it stands."""

from __future__ import annotations

from bedside.core.evidence import Evidence
from bedside.ui.panels.html import Html, el, join, link, rows


def document_panel(e: Evidence) -> Html:
    """The passage of one piece of evidence of kind document."""
    s = e.source
    return join(
        (
            el("p", el("span", s.label.capitalize(), class_="badge")),
            el("p", s.title, class_="statement"),
            el("blockquote", el("mark", e.quote)),
            rows(
                (
                    ("Page", str(s.page or "")),
                    ("Section", s.section),
                    ("Publisher", s.publisher),
                    ("Year", str(s.year or "")),
                    ("File", s.citation),
                    ("Link", link(s.link, s.link) if s.link else ""),
                )
            ),
            el("ul", *[el("li", limit) for limit in e.limits]),
        )
    )
