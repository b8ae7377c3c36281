"""Reads Markdown: headings, paragraphs, lists, tables; HTML inside it as a web page's parts, front matter as facts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bedside.knowledge.documents import Block, BlockKind, ParsedDocument
from bedside.knowledge.ingest import html
from bedside.knowledge.ingest.content import FileContent
from bedside.knowledge.ingest.facts import folded, web_link, year_in, year_of
from bedside.knowledge.ingest.html_table import row_line
from bedside.knowledge.ingest.text import text_of

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"\A---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)
_FACT = re.compile(
    r"^(title|publisher|organi[sz]ation|author|year|date|link|url|doi|source):[ \t]*(.+?)[ \t]*$", re.M | re.I
)


def read_markdown(content: FileContent) -> ParsedDocument:
    """Turns a Markdown file into a document.

    Raises:
        DocumentError: it holds no text (002) or is garbled (009).
    """
    text = text_of(content)
    front = _FRONT.match(text)
    facts = {name.lower(): value.strip("\"'") for name, value in _FACT.findall(front.group(1))} if front else {}
    blocks = blocks_of(text[front.end() :] if front else text)
    if not blocks:
        raise content.empty()
    heading = next((block.text for block in blocks if block.kind is BlockKind.HEADING), "")
    title = folded(facts.get("title", "")) or heading or content.stem
    publishers = (facts.get(name, "") for name in ("publisher", "organisation", "organization", "author"))
    links = (web_link(facts.get(name, "")) for name in ("doi", "link", "url", "source"))
    return ParsedDocument(
        title=title,
        blocks=tuple(blocks),
        publisher=folded(next((found for found in publishers if found), "")),
        year=year_of(facts.get("year", facts.get("date", ""))) or year_in(title, text[:1500]),
        link=next((found for found in links if found), ""),
    )


def blocks_of(text: str) -> list[Block]:
    """The blocks of a Markdown text."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    blocks: list[Block] = []
    number = 0
    while number < len(tokens):
        token = tokens[number]
        if token.type == "table_open":
            end = next(i for i in range(number, len(tokens)) if tokens[i].type == "table_close")
            blocks += _rows(tokens[number:end])
            number = end
        elif token.type == "heading_open":
            _add(blocks, BlockKind.HEADING, _plain(tokens[number + 1]), int(token.tag[1:]))
            number += 1
        elif token.type == "inline":
            item = number > 1 and tokens[number - 2].type == "list_item_open"
            _add(blocks, BlockKind.LIST_ITEM if item else BlockKind.PARAGRAPH, _plain(token))
        elif token.type in ("fence", "code_block"):
            for line in token.content.split("\n"):
                _add(blocks, BlockKind.PARAGRAPH, line)
        elif token.type == "html_block":
            blocks += html.blocks_of(token.content)
        number += 1
    return blocks


def _add(blocks: list[Block], kind: BlockKind, text: str, level: int = 0) -> None:
    line = folded(text)
    if any(c.isalnum() for c in line):
        blocks.append(Block(kind=kind, text=line, level=level))


def _rows(tokens: Sequence[Token]) -> list[Block]:
    names: list[str] = []
    row: list[str] = []
    blocks: list[Block] = []
    for place, token in enumerate(tokens):
        if token.type == "tr_open":
            row = []
        elif token.type == "inline":
            text = folded(_plain(token))
            (names if tokens[place - 1].type == "th_open" else row).append(text)
        elif token.type == "tr_close" and row:
            _add(blocks, BlockKind.TABLE_ROW, row_line(names, row))
    return blocks or [Block(kind=BlockKind.TABLE_ROW, text="; ".join(filter(None, names)))] * any(names)


def _plain(token: Token) -> str:
    """What is read of inline marks: their text; of a picture, its description."""
    parts: list[str] = []
    for child in token.children or ():
        line_end = child.type == "html_inline" and re.match(r"<br\b", child.content, re.IGNORECASE) is not None
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif line_end or child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "image":
            parts.append(_plain(child))
    return "".join(parts)
