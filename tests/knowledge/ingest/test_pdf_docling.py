from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from support.document_files import pdf_bytes, written

from bedside.core.errors import DocumentError
from bedside.core.limits import Limits
from bedside.knowledge.ingest.content import FileContent
from bedside.knowledge.ingest.pdf_docling import parsed
from bedside.knowledge.ingest.read import read_documents

CONTENT = FileContent(Path("scan.pdf"), b"", Limits())


@dataclass
class Page:
    page_no: int


@dataclass
class Cell:
    text: str
    column_header: bool = False


@dataclass
class Grid:
    grid: list[list[Cell]]


@dataclass
class Item:
    """An item as docling gives it."""

    label: str
    text: str = ""
    page: int = 1
    level: int = 1
    data: Grid | None = None
    prov: list[Page] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.prov = [Page(self.page)]


@dataclass
class Converted:
    """A converted document as docling gives it."""

    items: list[Item]

    def iterate_items(self) -> Iterable[tuple[Any, int]]:
        return [(item, 1) for item in self.items]

    def num_pages(self) -> int:
        return 2


def test_what_docling_finds_becomes_blocks_with_their_pages() -> None:
    table = Grid([[Cell("Drug", True), Cell("Dose", True)], [Cell("Adrenaline"), Cell("0.5 mg")]])
    items = [
        Item("title", "Anaphylaxis 2021"),
        Item("section_header", "Dose", level=1),
        Item("text", "Give it\nat once."),
        Item("list_item", "Call for help.", page=2),
        Item("table", page=2, data=table),
        Item("picture", "a logo"),
    ]
    document = parsed(Converted(items), CONTENT)
    assert (document.title, document.year, document.pages) == ("Anaphylaxis 2021", 2021, 2)
    assert [(b.kind.value, b.text, b.page, b.level) for b in document.blocks] == [
        ("heading", "Anaphylaxis 2021", 1, 1),
        ("heading", "Dose", 1, 2),
        ("paragraph", "Give it at once.", 1, 0),
        ("list item", "Call for help.", 2, 0),
        ("table row", "Drug: Adrenaline; Dose: 0.5 mg", 2, 0),
    ]


def test_a_page_on_which_docling_finds_nothing_is_refused() -> None:
    with pytest.raises(DocumentError, match="BED-DOC-002"):
        parsed(Converted([]), CONTENT)


@pytest.mark.skipif(importlib.util.find_spec("docling") is not None, reason="docling is installed")
def test_without_docling_the_error_says_how_to_install_it(tmp_path: Path) -> None:
    path = written(tmp_path, "scan.pdf", pdf_bytes([["Text"]]))
    with pytest.raises(DocumentError, match=r"BED-DOC-011.*pip install 'bedside\[docling\]'"):
        list(read_documents(path, docling=True))
