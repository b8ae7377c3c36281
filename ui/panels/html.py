"""HTML that is escaped by construction: a plain string can only ever become text or an attribute's value."""

from __future__ import annotations

import html
from collections.abc import Iterable

_VOID = {"img", "br", "hr"}


class Html(str):
    """Markup that `el` made. Everything else is text and is escaped where it is put in."""

    __slots__ = ()


Child = str | None


def text(value: str) -> Html:
    """Text as markup: `<`, `>`, `&` and both quotation marks are escaped."""
    return value if isinstance(value, Html) else Html(html.escape(value, quote=True))


def join(parts: Iterable[Child]) -> Html:
    """The parts one after the other; None is left out."""
    return Html("".join(text(p) for p in parts if p is not None))


def el(tag: str, *children: Child, **attributes: str | bool | None) -> Html:
    """One element.

    Args:
        tag: its name, always a literal of our own.
        children: markup, or text that is escaped; None is left out.
        attributes: `class_` means `class`, `_` means `-`; True is an attribute without value, None and False are none.
    """
    words = [tag]
    for name, value in attributes.items():
        key = name.rstrip("_").replace("_", "-")
        if value is True:
            words.append(key)
        elif value is not None and value is not False:
            words.append(f'{key}="{html.escape(str(value), quote=True)}"')
    opening = f"<{' '.join(words)}>"
    return Html(opening) if tag in _VOID else Html(f"{opening}{join(children)}</{tag}>")


def lines(value: str) -> Html:
    """Text whose line breaks are kept."""
    return el("span", value, class_="lines")


def link(address: str, label: str) -> Html | None:
    """A link that opens apart and tells the other side nothing; None unless the address is https."""
    if not address.startswith("https://"):
        return None
    return el("a", label, href=address, target="_blank", rel="noopener noreferrer")


def rows(pairs: Iterable[tuple[str, Child]]) -> Html:
    """A definition list; pairs whose value is empty are left out."""
    return el("dl", *[join((el("dt", name), el("dd", value))) for name, value in pairs if value])
