"""Reads a PDF with docling (the extra ``bedside[docling]``): slower, with models, but it sees layout, tables and scans.

Docling fetches its models on first use, unless they are there already (``docling-tools models download``).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from bedside.core.errors import DocumentError
from bedside.knowledge.documents import Block, BlockKind, ParsedDocument
from bedside.knowledge.ingest.content import NOT_INSTALLED, FileContent
from bedside.knowledge.ingest.facts import folded, year_in
from bedside.knowledge.ingest.html_table import row_line

_KINDS = {
    "title": BlockKind.HEADING,
    "section_header": BlockKind.HEADING,
    "list_item": BlockKind.LIST_ITEM,
    "text": BlockKind.PARAGRAPH,
    "paragraph": BlockKind.PARAGRAPH,
    "caption": BlockKind.PARAGRAPH,
    "footnote": BlockKind.PARAGRAPH,
    "formula": BlockKind.PARAGRAPH,
    "code": BlockKind.PARAGRAPH,
    "checkbox_selected": BlockKind.LIST_ITEM,
    "checkbox_unselected": BlockKind.LIST_ITEM,
    "table": BlockKind.TABLE_ROW,
    "document_index": BlockKind.TABLE_ROW,
}


class LayoutDocument(Protocol):
    """What is used of a ``DoclingDocument``."""

    def iterate_items(self) -> Iterable[tuple[Any, int]]:
        """The items in reading order, each with its depth."""
        ...

    def num_pages(self) -> int:
        """How many pages there are."""
        ...


def read_with_docling(content: FileContent) -> ParsedDocument:
    """Turns a PDF, also a scanned one, into a document.

    Raises:
        DocumentError: docling is not installed (011), cannot convert the file (003), or finds no text in it (002).
    """
    try:
        from docling.datamodel.base_models import DocumentStream
        from docling.document_converter import DocumentConverter
    except ImportError as error:
        raise DocumentError(
            "Docling is not installed.",
            "Run: pip install 'bedside[docling]', or read the PDF without it.",
            code=NOT_INSTALLED,
        ) from error
    stream = DocumentStream(name=f"{content.path.stem or 'document'}.pdf", stream=io.BytesIO(content.data))
    limits = content.limits
    try:
        result = DocumentConverter().convert(stream, max_num_pages=limits.pages, max_file_size=limits.file_bytes)
    except Exception as error:
        raise content.damaged("docling cannot convert it") from error
    return parsed(result.document, content)


def parsed(document: LayoutDocument, content: FileContent) -> ParsedDocument:
    """Turns docling's document into ours.

    Raises:
        DocumentError: it holds no text (002).
    """
    blocks = list(_blocks(document))
    if not blocks:
        raise content.empty("docling finds no text in it")
    headings = [block for block in blocks if block.kind is BlockKind.HEADING]
    title = next((b.text for b in headings if b.level == 1), headings[0].text if headings else content.stem)
    beginning = " ".join(block.text for block in blocks[:12])[:1500]
    return ParsedDocument(
        title=title, blocks=tuple(blocks), year=year_in(title, beginning), pages=int(document.num_pages())
    )


def _blocks(document: LayoutDocument) -> Iterator[Block]:
    """Headers and footers of pages are not among the items that docling gives."""
    for item, _ in document.iterate_items():
        label = str(getattr(item.label, "value", item.label))
        kind = _KINDS.get(label)
        page = item.prov[0].page_no if getattr(item, "prov", None) else None
        if kind is None:
            continue
        lines = _rows(item) if kind is BlockKind.TABLE_ROW else [folded(item.text)]
        level = (1 if label == "title" else int(getattr(item, "level", 1)) + 1) if kind is BlockKind.HEADING else 0
        yield from (Block(kind=kind, text=line, page=page, level=level) for line in lines if line)


def _rows(table: Any) -> list[str]:
    """The rows of a table; those that docling marks as headers name the columns."""
    names: list[str] = []
    lines: list[str] = []
    for row in table.data.grid:
        cells = [folded(cell.text) for cell in row]
        if not lines and row and all(cell.column_header for cell in row):
            names = [
                f"{old} / {new}" if old and new != old else new
                for old, new in zip(names or [""] * len(cells), cells, strict=False)
            ]
        else:
            lines.append(row_line(names, cells))
    return lines
