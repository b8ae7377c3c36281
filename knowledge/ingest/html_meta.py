"""What a web page says about itself: title, publisher, year and link, from its meta tags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bedside.knowledge.documents import Block, BlockKind
from bedside.knowledge.ingest.facts import folded, web_link, year_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_TITLES = ("citation_title", "dc.title", "dcterms.title", "og:title", "twitter:title")
_PUBLISHERS = (
    "citation_publisher",
    "dc.publisher",
    "dcterms.publisher",
    "og:site_name",
    "citation_journal_title",
    "application-name",
)
# A date on which a page was made or looked over again is not one of publication.
_YEARS = (
    "citation_publication_date",
    "citation_date",
    "citation_year",
    "dc.date.issued",
    "dcterms.issued",
    "article:published_time",
    "cdc:first_published",
    "date",
    "year",
)
_ISSUE = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\s+((?:19|20)\d\d)\b"
)
_SITE = re.compile(r"\s+(?:\||[-–—]|::|»)\s+")
_TAG = re.compile(r"</?[a-z][^>]{0,80}>", re.IGNORECASE)


def of(tree: LexborHTMLParser) -> dict[str, str]:
    """The meta tags by lower-case name or property; the first of a name counts."""
    found: dict[str, str] = {}
    for node in tree.css("meta"):
        name = (node.attributes.get("name") or node.attributes.get("property") or "").strip().lower()
        value = folded(_TAG.sub("", node.attributes.get("content") or ""))
        if name and value:
            found.setdefault(name, value[:500])
    return found


def title(meta: dict[str, str], tree: LexborHTMLParser, blocks: Sequence[Block]) -> str:
    """The page's title without the site's name; where a heading says the same, as that heading writes it."""
    element = tree.css_first("head title")
    named = folded(element.text())[:500] if element is not None else ""
    candidates = [*(meta[name] for name in _TITLES if name in meta), named]
    stated = next((text for text in candidates if text and not text.endswith(("...", "…"))), "")
    headings = [block for block in blocks if block.kind is BlockKind.HEADING][:12]
    for block in headings:
        if len(block.text) > 8 and _plain(stated).startswith(_plain(block.text)):
            return block.text
    first = [block.text for block in headings if block.level == 1]
    if len(first) == 1 and not any(name in meta for name in _TITLES[:3]):
        return first[0]
    return _SITE.split(stated)[0] if stated else (headings[0].text if headings else "")


def publisher(meta: dict[str, str]) -> str:
    """Who publishes the page, "" where it does not tell."""
    return next((meta[name] for name in _PUBLISHERS if name in meta), "")


def year(meta: dict[str, str], tree: LexborHTMLParser, title: str) -> int | None:
    """The year of publication, None where the page does not tell.

    Without a meta tag, "October 2005" in the page's name counts, unless it belongs to the title itself: there it is
    what the page is about.
    """
    years = (year_of(meta[name]) for name in _YEARS if name in meta)
    found = next((found for found in years if found is not None), None)
    if found is not None:
        return found
    element = tree.css_first("head title")
    named = folded(element.text())[:500] if element is not None else ""
    issue = _ISSUE.search(named.replace(title, " "))
    return year_of(issue.group(1)) if issue else None


def link(meta: dict[str, str], tree: LexborHTMLParser) -> str:
    """The page's own lasting address: its DOI, else the one it calls canonical."""
    doi = web_link(meta.get("citation_doi", ""))
    canonical = tree.css_first("link[rel=canonical]")
    named = canonical.attributes.get("href") or "" if canonical is not None else ""
    return doi or web_link(named) or web_link(meta.get("og:url", ""))


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()
