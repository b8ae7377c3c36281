"""A guideline passage: the quote inside the whole, who says so, how strongly, whether it holds, how it was checked."""

from __future__ import annotations

from collections.abc import Mapping

from bedside.core.evidence import Evidence
from bedside.knowledge.library import Passage
from bedside.ui.panels.html import Html, el, join, link, rows
from bedside.ui.panels.span import highlighted

_CHECKED = {
    "source": "compared with the published text",
    "secondary": "compared with a page that reports it, not with the published text itself",
    "recall": "written from knowledge; the published text could not be read here",
}


def passage_panel(e: Evidence, passage: Passage | None, names: Mapping[str, str] | None = None) -> Html:
    """The passage of one piece of evidence.

    Args:
        e: the evidence.
        passage: None where the library no longer holds it.
        names: short names of guidelines by id, for the one that supersedes this one.
    """
    s = e.source
    quote = highlighted(passage.text, e.quote) if passage is not None else el("mark", e.quote)
    gone = el("p", "The library no longer holds the whole passage.", class_="fault")
    return join(
        (
            _status(e, names or {}),
            el("p", s.title or s.short, class_="statement"),
            el("blockquote", quote),
            gone if passage is None else None,
            el("p", "A summary in our own words, not the publisher's text. ", link(s.link, "Read the source")),
            rows(
                (
                    ("Publisher", s.publisher),
                    ("Year", str(s.year or "")),
                    ("Section", s.section),
                    ("Grade", _grade(e, passage)),
                    ("Applies to", s.population or (passage.recommendation.population if passage else "")),
                    ("Not for", ", ".join(passage.recommendation.exclusions) if passage else ""),
                    ("Drugs and doses", _drugs(passage)),
                    ("Checked", _checked(passage)),
                    ("Link", link(s.link, s.link)),
                )
            ),
        )
    )


def _status(e: Evidence, names: Mapping[str, str]) -> Html:
    s = e.source
    if not e.source.superseded:
        return el("p", el("span", s.status.capitalize() or "Status not stated", class_="badge"))
    label = el("strong", s.status.upper())
    return el(
        "p",
        label,
        f" by {names.get(s.superseded_by, s.superseded_by)}" if s.superseded_by else None,
        class_="superseded",
        role="note",
    )


def _grade(e: Evidence, passage: Passage | None) -> str:
    if passage is None:
        return e.source.grade
    r = passage.recommendation
    if r.strength == r.certainty == "ungraded":
        return "not graded by the body"
    return f"{r.strength}; certainty of evidence {r.certainty}"


def _drugs(passage: Passage | None) -> Html | None:
    if passage is None or not passage.recommendation.drugs:
        return None
    given = [
        " ".join(p for p in (d.name, d.dose, d.route, d.frequency, d.duration) if p)
        for d in passage.recommendation.drugs
    ]
    return el("ul", *[el("li", g) for g in given])


def _checked(passage: Passage | None) -> Html | None:
    if passage is None:
        return None
    checked = passage.guideline.checked
    note = el("details", el("summary", "what was compared"), el("p", checked.note)) if checked.note else None
    return join((f"{checked.on.isoformat()}: {_CHECKED[checked.how]}.", note))
