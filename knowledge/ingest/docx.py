"""Reads a Word document (.docx): headings by style or outline level, paragraphs, lists, tables.

Text that tracked changes deleted and hidden text are left out, text that they inserted is read. Pages are not kept in
such a file, so passages carry none. Headers, footers, footnotes and comments are not read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bedside.knowledge.documents import Block, BlockKind, ParsedDocument
from bedside.knowledge.ingest import zip_guard
from bedside.knowledge.ingest.content import FileContent
from bedside.knowledge.ingest.facts import folded, raised, underlined, year_in
from bedside.knowledge.ingest.html_table import names_columns, row_line

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = frozenset(
    [f"{_W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "tbl", "instrText", "delText")]
    + ["{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"]
)
_SPACES = frozenset(f"{_W}{name}" for name in ("tab", "br", "cr", "ptab"))
_TEXTS = frozenset([f"{_W}t", "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"])
# Letters of the font "Symbol" that stand in doses and thresholds.
_SYMBOLS = {
    "A3": "≤", "B3": "≥", "B1": "±", "B0": "°", "6D": "µ", "AE": "→", "AC": "←", "AD": "↑", "AF": "↓", "B4": "×",
    "61": "α", "62": "β", "67": "γ", "44": "Δ", "B7": "•", "2D": "−", "BB": "≈", "B9": "≠",
}  # fmt: skip
_HEADING_STYLE = re.compile(r"^heading ([1-9])$", re.IGNORECASE)
_DEEPEST = 60


def read_docx(content: FileContent) -> ParsedDocument:
    """Turns a Word document into a document.

    Raises:
        DocumentError: it is damaged (003), a bomb (010), or holds no text (002).
    """
    zip_guard.check(content)
    document = _opened(content)
    styles = _Styles(document)
    blocks = list(_blocks(document.element.body, styles, 0))
    if not blocks:
        raise content.empty()
    stated = folded(document.core_properties.title or "")
    headings = [block for block in blocks if block.kind is BlockKind.HEADING]
    titled = next((block.text for block in headings if block.level == 1), "")
    title = titled or stated or (headings[0].text if headings else content.stem)
    beginning = " ".join(block.text for block in blocks[:12])[:1500]
    return ParsedDocument(title=title, blocks=tuple(blocks), year=year_in(title, beginning))


def _opened(content: FileContent) -> Document:
    import docx

    try:
        return docx.Document(io.BytesIO(content.data))
    except Exception as error:
        raise content.damaged("it is not a whole Word document") from error


class _Styles:
    """What the document's paragraph styles mean, by their id."""

    def __init__(self, document: Document) -> None:
        self.levels: dict[str, int] = {}
        self.lists: set[str] = set()
        for style in document.styles.element.iter(f"{_W}style"):
            key = style.get(f"{_W}styleId") or ""
            name_node = style.find(f"{_W}name")
            name = (name_node.get(f"{_W}val") or "").lower() if name_node is not None else ""
            numbered = _HEADING_STYLE.match(name)
            outline = style.find(f"{_W}pPr/{_W}outlineLvl")
            if name == "title":
                self.levels[key] = 1
            elif numbered:
                self.levels[key] = int(numbered.group(1)) + 1
            elif outline is not None and (outline.get(f"{_W}val") or "9") in "012345678":
                self.levels[key] = int(outline.get(f"{_W}val") or "0") + 2
            if name.startswith("list") or style.find(f"{_W}pPr/{_W}numPr") is not None:
                self.lists.add(key)


def _blocks(parent: _Element, styles: _Styles, depth: int) -> Iterator[Block]:
    """The blocks in a part of the body, in order; controls and changes that wrap paragraphs are looked into."""
    if depth > _DEEPEST:
        return
    for child in parent:
        if child.tag == f"{_W}p":
            block = _paragraph(child, styles)
            if block is not None:
                yield block
            # A text box lies inside a paragraph and holds paragraphs of its own.
            for box in child.iter(f"{_W}txbxContent"):
                if not any(up.tag in _SKIPPED for up in box.iterancestors()):
                    yield from _blocks(box, styles, depth + 1)
        elif child.tag == f"{_W}tbl":
            yield from _table(child)
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}moveTo", f"{_W}customXml"):
            yield from _blocks(child, styles, depth + 1)


def _paragraph(node: _Element, styles: _Styles) -> Block | None:
    text = folded(_text(node))
    if not any(c.isalnum() for c in text):
        return None
    properties = node.find(f"{_W}pPr")
    style = outline = numbering = None
    if properties is not None:
        style, outline = properties.find(f"{_W}pStyle"), properties.find(f"{_W}outlineLvl")
        numbering = properties.find(f"{_W}numPr")
    key = (style.get(f"{_W}val") or "") if style is not None else ""
    level = styles.levels.get(key, 0)
    if outline is not None and (outline.get(f"{_W}val") or "") in ("0", "1", "2", "3", "4", "5", "6", "7", "8"):
        level = level or int(outline.get(f"{_W}val") or "0") + 2
    if level and len(text) <= 250:
        return Block(kind=BlockKind.HEADING, text=text, level=level)
    listed = numbering is not None or key in styles.lists
    return Block(kind=BlockKind.LIST_ITEM if listed else BlockKind.PARAGRAPH, text=text)


def _table(node: _Element) -> Iterator[Block]:
    grid: list[list[str]] = []
    headed = False
    for row in node.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl"), None) is not node:
            continue
        cells: list[str] = []
        for cell in row.iter(f"{_W}tc"):
            if next(cell.iterancestors(f"{_W}tr"), None) is row:
                cells += _cell(cell, grid, len(cells))
        if any(cells):
            headed = headed or (not grid and row.find(f"{_W}trPr/{_W}tblHeader") is not None)
            grid.append(cells)
    headed = headed or names_columns(grid, bold=bool(grid) and len(grid[0]) > 2)
    for line in (row_line(grid[0] if headed else [], cells) for cells in grid[1 if headed and len(grid) > 1 else 0 :]):
        if line:
            yield Block(kind=BlockKind.TABLE_ROW, text=line)


def _cell(cell: _Element, grid: list[list[str]], column: int) -> list[str]:
    """A cell's text, once for each column it spans; a cell that continues the one above has its text."""
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    wide = (span.get(f"{_W}val") or "1") if span is not None else "1"
    merge = cell.find(f"{_W}tcPr/{_W}vMerge")
    if merge is not None and merge.get(f"{_W}val") != "restart" and grid and column < len(grid[-1]):
        text = grid[-1][column]
    else:
        text = folded(" ".join(_text(paragraph) for paragraph in cell.iter(f"{_W}p")))
    return [text] * (min(int(wide), 60) if wide.isdigit() and len(wide) < 4 else 1)


def _text(node: _Element) -> str:
    """The visible text below a node."""
    parts: list[str] = []
    for child in node:
        if child.tag in _SKIPPED or child.tag == f"{_W}txbxContent":
            continue
        if child.tag == f"{_W}r":
            parts.append(_run(child, "".join(parts[-3:])))
        elif child.tag in _TEXTS:
            parts.append(child.text or "")
        else:
            parts.append(_text(child))
    return "".join(parts)


def _run(run: _Element, before: str) -> str:
    properties = run.find(f"{_W}rPr")
    if properties is not None and _on(properties.find(f"{_W}vanish")):
        return ""
    parts: list[str] = []
    for child in run:
        if child.tag in _TEXTS:
            parts.append(child.text or "")
        elif child.tag in _SPACES:
            parts.append(" ")
        elif child.tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif child.tag == f"{_W}sym":
            parts.append(_SYMBOLS.get((child.get(f"{_W}char") or "")[-2:].upper(), "[symbol]"))
    text = "".join(parts)
    if properties is None or not text:
        return text
    align = properties.find(f"{_W}vertAlign")
    if align is not None and align.get(f"{_W}val") == "superscript":
        return raised(text, before)
    return underlined(text) if _on(properties.find(f"{_W}u")) else text


def _on(node: _Element | None) -> bool:
    return node is not None and (node.get(f"{_W}val") or "true") not in ("0", "false", "none", "off")
