"""A quote marked inside the whole text it comes from."""

from __future__ import annotations

from bedside.core.case import Span
from bedside.ui.panels.html import Html, el, join


def highlighted(whole: str, quote: str, span: Span | None = None) -> Html:
    """The whole text with the quote in ``<mark>``; a quote that is not in it is shown, and that it is not said so.

    Args:
        whole: passage or message.
        quote: what is to be marked, verbatim.
        span: where it stands; used where its slice of `whole` is the quote.
    """
    start = span.start if span is not None and whole[span.start : span.end] == quote else whole.find(quote)
    if not quote or start < 0:
        missing = el("p", "This quote could not be found in the text: “", el("mark", quote), "”", class_="fault")
        return join((el("span", whole, class_="lines"), missing if quote else None))
    end = start + len(quote)
    return el("span", whole[:start], el("mark", whole[start:end]), whole[end:], class_="lines")
