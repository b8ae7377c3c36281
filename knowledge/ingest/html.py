"""Reads a web page: headings, paragraphs, lists and data tables; scripts, menus and hidden text are left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bedside.core.errors import DocumentError
from bedside.knowledge.documents import Block, BlockKind, ParsedDocument
from bedside.knowledge.ingest import html_meta, html_table
from bedside.knowledge.ingest.content import ONLY_SCRIPTS, FileContent
from bedside.knowledge.ingest.facts import folded, raised, underlined
from bedside.knowledge.ingest.text import text_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_DROPPED = frozenset(
    word
    for words in (
        "script style noscript template nav footer head form button select input textarea svg math iframe object embed",
        "applet canvas audio video map dialog menu link meta",
    )
    for word in words.split()
)
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_PARTS = frozenset(
    word
    for words in (
        "p div section article main aside header body html center blockquote pre address figure figcaption fieldset",
        "details summary ul ol dl dt dd table tbody thead tfoot tr td th caption hr hgroup legend dir",
    )
    for word in words.split()
)
_ROLES = frozenset(["navigation", "banner", "contentinfo", "search", "menu", "menubar", "alert", "dialog"])
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|screen-?reader(?:-text)?|hidden-xs-up|d-none|hidden)(?:\s|$)", re.I
)
_SHOWN_CLASS = re.compile(
    r"(?:^|\s)(?:d-\w+-(?:block|flex|inline|table|grid)\S*|sr-only-focusable-shown)(?:\s|$)", re.I
)
_CHARSET = re.compile(
    rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]{2,40})|<\?xml[^>]{0,100}encoding=[\"']([A-Za-z0-9_\-]{2,40})", re.I
)
_LONGEST_HEADING = 250
_DEEPEST = 400


@dataclass
class _Walk:
    """The state of one walk over a page.

    Attributes:
        blocks: so far; beside each, whether all its text is links.
        text: of the block being read.
        linked: characters of `text` that lie in links, all of which are counted by `length`.
        to_here: whether a link of `text` leads into the same page.
    """

    blocks: list[tuple[Block, bool]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    linked: int = 0
    length: int = 0
    to_here: bool = False

    def add(self, text: str, link: str | None) -> None:
        self.text.append(text)
        size = len("".join(text.split()))
        self.length += size
        if link is not None and size:
            self.linked += size
            self.to_here = self.to_here or link.startswith("#")

    def flush(self, kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0) -> None:
        text = folded("".join(self.text))
        only_links = self.length > 0 and self.linked >= 0.95 * self.length
        here = self.to_here or text.lower() in ("top", "return to top", "back to top")
        jump = only_links and here and kind is not BlockKind.HEADING and len(text) < 60
        if any(c.isalnum() for c in text) and not jump:
            if kind is BlockKind.HEADING and len(text) > _LONGEST_HEADING:
                kind, level = BlockKind.PARAGRAPH, 0
            self.blocks.append((Block(kind=kind, text=text, level=level), only_links))
        self.text, self.linked, self.length, self.to_here = [], 0, 0, False


def read_html(content: FileContent) -> ParsedDocument:
    """Turns a web page into a document.

    Raises:
        DocumentError: its text appears only once its scripts have run (008), it holds no text (002), its letters are
            garbled (009), or its parts lie too deep in each other (010).
    """
    from selectolax.lexbor import LexborHTMLParser

    found = _CHARSET.search(content.data[:8192])
    declared = (found.group(1) or found.group(2)).decode("ascii") if found else ""
    tree = LexborHTMLParser(text_of(content, declared))
    try:
        blocks = _blocks(tree)
    except RecursionError as error:
        raise content.unsafe("its parts lie thousands deep in each other") from error
    if not blocks:
        if tree.css_first("script, noscript, iframe, frameset") is not None:
            raise DocumentError(
                f"{content.name} is a page of scripts: its text appears only in a browser.",
                "Save the page from the browser once it is shown, or print it to PDF.",
                code=ONLY_SCRIPTS,
            )
        raise content.empty()
    meta = html_meta.of(tree)
    title = html_meta.title(meta, tree, blocks) or content.stem
    return ParsedDocument(
        title=title,
        blocks=tuple(blocks),
        publisher=html_meta.publisher(meta),
        year=html_meta.year(meta, tree, title),
        link=html_meta.link(meta, tree),
    )


def blocks_of(markup: str) -> list[Block]:
    """The blocks of a piece of HTML, as it stands inside Markdown."""
    from selectolax.lexbor import LexborHTMLParser

    return _blocks(LexborHTMLParser(markup))


def _blocks(tree: LexborHTMLParser) -> list[Block]:
    walk = _Walk()
    main = _main(tree)
    if main is not None:
        _read(main, walk, 0, None)
    walk.flush()
    return _without_menus(walk.blocks)


def _main(tree: LexborHTMLParser) -> LexborNode | None:
    """The part that the page itself calls its main part, if it holds most of the text; else the whole body."""
    body = tree.body
    if body is None:
        return None
    marked = tree.css("main, [role=main]")
    return marked[0] if len(marked) == 1 and len(marked[0].text()) > 400 else body


def _read(node: LexborNode, walk: _Walk, depth: int, link: str | None) -> None:
    if depth > _DEEPEST:
        raise RecursionError
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag == "-text":
            walk.add(child.text_content or "", link)
        elif tag == "br":
            walk.add("\n", None)
        elif tag in _DROPPED or tag.startswith(("-", "!")) or _hidden(child):
            walk.add(" ", None)
        elif tag in _HEADINGS:
            _read_heading(child, walk, depth, link)
        elif tag == "table":
            _read_table(child, walk, depth)
        elif tag == "li":
            _read_part(child, walk, depth, BlockKind.LIST_ITEM)
        elif tag in _PARTS:
            _read_part(child, walk, depth, BlockKind.PARAGRAPH)
        elif tag in ("sup", "u"):
            text = child.text()
            walk.add(raised(text, "".join(walk.text[-3:])) if tag == "sup" else underlined(text), link)
        else:
            target = (child.attributes.get("href") or None) if tag == "a" else link
            _read(child, walk, depth + 1, target)


def _read_part(node: LexborNode, walk: _Walk, depth: int, kind: BlockKind) -> None:
    """A block of its own; of a list item, the text before a nested list or paragraph is the item."""
    walk.flush()
    before = len(walk.blocks)
    _read(node, walk, depth + 1, None)
    walk.flush(kind if len(walk.blocks) == before else BlockKind.PARAGRAPH)
    if kind is BlockKind.LIST_ITEM and len(walk.blocks) > before:
        first, only_links = walk.blocks[before]
        if first.kind is BlockKind.PARAGRAPH:
            walk.blocks[before] = (first.model_copy(update={"kind": kind}), only_links)


def _read_heading(node: LexborNode, walk: _Walk, depth: int, link: str | None) -> None:
    """A heading; one that was never closed and holds the rest of the page is only a part of it."""
    walk.flush()
    if node.css_first("table, p, ul, ol, div > div, h1, h2, h3, h4") not in (None, node):
        _read(node, walk, depth + 1, link)
        walk.flush()
        return
    inner = _Walk()
    _read(node, inner, depth + 1, link)
    walk.text = [block.text + " " for block, _ in inner.blocks] + inner.text
    walk.length = 1
    walk.flush(BlockKind.HEADING, _HEADINGS[node.tag or "h1"])


def _read_table(table: LexborNode, walk: _Walk, depth: int) -> None:
    walk.flush()
    if not html_table.is_data(table):
        _read(table, walk, depth + 1, None)
        walk.flush()
        return
    caption = table.css_first("caption")
    if caption is not None:
        _read_part(caption, walk, depth, BlockKind.PARAGRAPH)
    for line in html_table.row_texts(table, lambda cell: _cell_text(cell, depth)):
        walk.blocks.append((Block(kind=BlockKind.TABLE_ROW, text=line), False))


def _cell_text(cell: LexborNode, depth: int) -> str:
    inner = _Walk()
    _read(cell, inner, depth + 1, None)
    inner.flush()
    return folded(" ".join(block.text for block, _ in inner.blocks))


def _hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true" or attributes.get("role") in _ROLES:
        return True
    if _HIDING.search(attributes.get("style") or ""):
        return True
    classes = attributes.get("class") or ""
    return bool(_HIDDEN_CLASS.search(classes)) and not _SHOWN_CLASS.search(classes)


def _without_menus(found: list[tuple[Block, bool]]) -> list[Block]:
    """Leaves out runs of three or more short blocks that are nothing but links: menus, tables of contents."""
    kept: list[Block] = []
    run: list[Block] = []
    for block, only_links in [*found, (None, False)]:
        if block is not None and only_links and block.kind is not BlockKind.HEADING and len(block.text) <= 80:
            run.append(block)
            continue
        kept += run if len(run) < 3 else []
        run = []
        if block is not None:
            kept.append(block)
    return kept
