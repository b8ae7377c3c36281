"""The pane beside the chat: an index of the case's evidence, and every piece in full, one shown at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bedside.core.card import ToolCard
from bedside.core.case import Message
from bedside.core.evidence import QUOTED, Evidence, EvidenceKind
from bedside.core.units import unit_words
from bedside.knowledge.library import Passage
from bedside.tools.differential import TYPE as DIFFERENTIAL
from bedside.tools.rare import TYPE as RARE
from bedside.ui.panels.card import card_panel
from bedside.ui.panels.chip import chip, kind_words
from bedside.ui.panels.document import document_panel
from bedside.ui.panels.html import Html, el, join, link, rows
from bedside.ui.panels.passage import passage_panel
from bedside.ui.panels.score import inputs_table
from bedside.ui.panels.span import highlighted

_GROUPS = (
    ("Red flags", lambda e: e.source.type == "red flag"),
    ("Drug safety", lambda e: e.kind is EvidenceKind.DRUG_WARNING),
    ("What this could be", lambda e: e.source.type == DIFFERENTIAL),
    ("Rare diseases by annotation", lambda e: e.source.type == RARE),
    ("Scores", lambda e: e.kind is EvidenceKind.SCORE),
    ("Images and signals", lambda e: e.kind in {EvidenceKind.FINDING, EvidenceKind.MASK, EvidenceKind.BOX}),
    ("Guideline passages", lambda e: e.kind is EvidenceKind.PASSAGE),
    ("Your documents", lambda e: e.kind is EvidenceKind.DOCUMENT),
    ("Similar cases, not proof", lambda e: e.kind is EvidenceKind.SIMILAR_CASE),
    ("Model opinions", lambda e: e.kind is EvidenceKind.MODEL_OPINION),
    ("What you told me", lambda e: e.kind is EvidenceKind.FACT),
)


class EvidenceView:
    """What the pane looks up: passages, messages, tool cards, addresses of files, ids cited, guideline names."""

    def __init__(
        self,
        passage: Callable[[str], Passage | None],
        messages: dict[str, Message],
        cards: dict[str, ToolCard],
        files: dict[str, str],
        cited: set[str],
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.passage = passage
        self.messages = messages
        self.cards = cards
        self.files = files
        self.cited = cited
        self.names = names


def evidence_panel(held: dict[str, Evidence], view: EvidenceView) -> Html:
    """The pane: the index, then every piece of evidence, hidden until its chip is used."""
    if not held:
        return el("p", "Evidence appears here as it is found.", class_="quiet empty")
    return join((_index(held, view.cited), *[_detail(e, view) for e in held.values()]))


def _index(held: dict[str, Evidence], cited: set[str]) -> Html:
    """What the answer cites, by kind; what was found and not cited is folded. Before an answer, all of it."""
    used = {i: e for i, e in held.items() if i in cited} or held
    rest = [e for i, e in held.items() if i not in used]
    more = None
    if rest:
        entries = el("ul", *[_entry(e) for e in rest])
        more = el("details", el("summary", f"{len(rest)} more found, not cited"), entries, class_="fold")
    return el("nav", *_groups(used), more, class_="index", aria_label="All evidence of this case")


def _groups(held: dict[str, Evidence]) -> list[Html]:
    left = dict(held)
    groups = []
    for title, belongs in _GROUPS:
        members = [left.pop(i) for i, e in list(left.items()) if belongs(e)]
        if members:
            groups.append(join((el("h3", title), el("ul", *[_entry(e) for e in members]))))
    return groups


def _entry(e: Evidence) -> Html:
    words = e.quote if e.kind in QUOTED else e.statement
    where = f" {e.source.short}" if e.kind in QUOTED else None
    old = el("strong", f" {e.source.status.upper()}", class_="old") if e.source.superseded else None
    return el("li", chip(e.id, e, short=True), el("span", words, el("span", where, class_="quiet"), old, class_="what"))


def _detail(e: Evidence, view: EvidenceView) -> Html:
    name = f"ev-{e.id}"
    head = el(
        "header",
        el("span", e.id, class_=f"chip chip-{e.kind.value}", aria_hidden="true"),
        el("h3", kind_words(e).capitalize(), id=f"{name}-title"),
        el("button", "Back to the statement", type="button", class_="plain", data_back=True),
        el("button", "All evidence", type="button", class_="plain", data_index=True),
    )
    body = _body(e, view)
    return el(
        "article", head, body, class_="detail", id=name, tabindex="-1", hidden=True, aria_labelledby=f"{name}-title"
    )


def _body(e: Evidence, view: EvidenceView) -> Html:
    if e.kind is EvidenceKind.PASSAGE:
        return passage_panel(e, view.passage(e.source.id), view.names)
    if e.kind is EvidenceKind.DOCUMENT:
        return document_panel(e)
    if e.kind is EvidenceKind.FACT:
        return _fact(e, view)
    card = view.cards.get(e.source.id)
    return join(
        (
            el("p", e.statement, class_="statement"),
            _value(e),
            inputs_table(e),
            _report(e),
            _picture(e, view),
            _limits(e, card),
            _provenance(e),
            card_panel(card) if card is not None else None,
        )
    )


def _fact(e: Evidence, view: EvidenceView) -> Html:
    """The fact, and the message it was read from with its words marked."""
    message = view.messages.get(e.span.source) if e.span is not None else None
    where = "Read from your message" if e.span is not None and e.span.source.startswith("m") else "Read from the record"
    marked = highlighted(message.text, e.quote, e.span) if message is not None else el("mark", e.quote)
    return join((el("p", e.statement, class_="statement"), el("h4", where), el("blockquote", marked)))


def _value(e: Evidence) -> Html | None:
    if e.value is None and e.low is None:
        return None
    number = f"{e.value:g}" if e.value is not None else f"{e.low:g} to {e.high:g}"
    unit = unit_words(e.unit)
    return el("p", el("span", number, class_="number"), f" {unit}" if unit else None, class_="value")


def _report(e: Evidence) -> Html | None:
    """What was reported of a similar case, as it was given."""
    if e.kind is not EvidenceKind.SIMILAR_CASE or not e.quote:
        return None
    return join((el("h4", "Report of that case, as you gave it"), el("blockquote", e.quote)))


def _picture(e: Evidence, view: EvidenceView) -> Html | None:
    """The overlay of a mask or finding, and the mask itself as a file; only what may be fetched is shown."""
    if e.region is None:
        return None
    overlay = view.files.get(e.region.overlay_path)
    mask = view.files.get(e.region.mask_path)
    slice_ = f"{e.region.axis} slice {e.region.slice}" if e.region.slice is not None else ""
    drawn = "In the row of pictures." if e.kind is EvidenceKind.SIMILAR_CASE else "Drawn on the image."
    image = el("img", src=overlay, alt=f"{e.statement} {drawn}") if overlay else None
    where = " · ".join(p for p in (f"File {e.region.study}", slice_) if p)
    return el(
        "figure",
        el("a", image, href=overlay, target="_blank", rel="noopener", title="Open in full size") if image else None,
        el("figcaption", where, " ", el("a", "Download the mask", href=mask, download=True) if mask else None),
    )


def _limits(e: Evidence, card: ToolCard | None) -> Html | None:
    """What its card does not say already."""
    known = card.limits if card is not None else ()
    items = [el("li", limit) for limit in e.limits if limit not in known]
    if e.confidence is not None:
        note = "" if e.calibrated else " (not calibrated: do not read it as a probability)"
        items.append(el("li", f"Confidence {e.confidence:.2f}{note}."))
    return join((el("h4", "Limits"), el("ul", *items))) if items else None


def _provenance(e: Evidence) -> Html:
    s = e.source
    body = " ".join(p for p in (s.publisher, str(s.year or ""), s.section) if p)
    return rows(
        (
            ("Source", s.title or s.short),
            ("From", body),
            ("Version", s.version),
            ("Status", f"{s.status.upper()}: see {s.superseded_by}" if e.source.superseded else s.status),
            ("Citation", s.citation),
            ("Link", link(s.link, s.link)),
        )
    )
