"""Reads plain text: paragraphs, lists, and headings by their number, their underline or their form."""

from __future__ import annotations

import re

from bedside.core.errors import DocumentError
from bedside.knowledge.documents import Block, BlockKind, ParsedDocument
from bedside.knowledge.ingest.content import GARBLED, FileContent
from bedside.knowledge.ingest.encoding import UndecodableError, decode
from bedside.knowledge.ingest.facts import year_in
from bedside.knowledge.ingest.lines import Line, blocks_of

_UNDERLINE = re.compile(r"^\s*([=\-~*_])\1{2,}\s*$")
_LONG_LINE = 200


def text_of(content: FileContent, declared: str = "") -> str:
    """The text of a file.

    Raises:
        DocumentError: its encoding cannot be told or its letters are garbled (009).
    """
    try:
        return decode(content.data, declared)
    except UndecodableError as error:
        raise DocumentError(
            f"{content.name} cannot be read: {error}.", "Save it again as UTF-8 from its source.", code=GARBLED
        ) from error


def read_text(content: FileContent) -> ParsedDocument:
    """Turns a text file into a document.

    Raises:
        DocumentError: it holds no text (002) or is garbled (009).
    """
    text = text_of(content)
    lines = [Line(line.rstrip()) for line in re.sub("[\x0b\x0c\u2028\u2029]", "\n", text).split("\n")]
    blocks: list[Block] = []
    start = 0
    for number, line in enumerate(lines):
        if _UNDERLINE.match(line.text) and number > start and any(c.isalnum() for c in lines[number - 1].text):
            level = 2 if "=" in line.text else 3
            blocks += _plain(lines[start : number - 1])
            blocks.append(Block(kind=BlockKind.HEADING, text=" ".join(lines[number - 1].text.split()), level=level))
            start = number + 1
    blocks += _plain(lines[start:])
    if not blocks:
        raise content.empty()
    first = blocks[0]
    title = first.text if first.kind is BlockKind.HEADING else content.stem
    return ParsedDocument(title=title, blocks=tuple(blocks), year=year_in(title, text[:1500]))


def _plain(lines: list[Line]) -> list[Block]:
    kept = [Line("") if _UNDERLINE.match(line.text) else line for line in lines]
    full = [len(line.text) for line in kept if line.text.strip()]
    # A file whose paragraphs are one long line each is not wrapped: there a line's end is a paragraph's end.
    wrapped = not any(length > _LONG_LINE for length in full)
    return blocks_of(kept, wrapped=wrapped)
