"""Reads MedlinePlus health topics (public domain; credit the National Library of Medicine) from lines of JSON.

Each line is a piece of a topic: ``topic_id``, ``title``, ``url``, ``text``. Pieces of one topic that follow each other
are one document. The topics are published at https://medlineplus.gov/xml.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from pydantic import BaseModel, ValidationError

from bedside.core.limits import Limits
from bedside.knowledge.documents import Block, BlockKind, ParsedDocument
from bedside.knowledge.ingest.content import FileContent, cannot_open
from bedside.knowledge.ingest.encoding import repaired
from bedside.knowledge.ingest.facts import folded, web_link

PUBLISHER = "MedlinePlus (U.S. National Library of Medicine)"


class _Piece(BaseModel):
    topic_id: str
    title: str
    url: str = ""
    text: str


def read_topics(path: Path, limits: Limits) -> Iterator[ParsedDocument]:
    """One document a topic, streamed.

    Raises:
        DocumentError: a line is not JSON of that form (003), a line is too long (004), or no topic has text (002).
    """
    content = FileContent(path, b"", limits)
    found = False
    for topic, pieces in groupby(_pieces(content), key=lambda piece: piece.topic_id):
        held = list(pieces)
        blocks = tuple(block for piece in held for block in topic_blocks(piece.text))
        title = folded(held[0].title)
        if blocks and title:
            found = True
            link = web_link(held[0].url)
            yield ParsedDocument(title=title, blocks=blocks, key=topic, publisher=PUBLISHER, link=link)
    if not found:
        raise content.empty("none of its topics has text")


def topic_blocks(text: str) -> list[Block]:
    """A topic's blocks: a line that is a question is a heading, lines after one that ends in ":" are list items."""
    blocks: list[Block] = []
    listing = False
    for line in repaired(text).split("\n"):
        line_text = folded(line)
        if not line_text:
            continue
        if line_text.endswith("?") and len(line_text) <= 120 and not line.startswith("\t"):
            kind, listing = BlockKind.HEADING, False
        elif listing and (line.startswith("\t") or not line_text.endswith((".", ":"))):
            kind = BlockKind.LIST_ITEM
        else:
            kind, listing = BlockKind.PARAGRAPH, line_text.endswith(":")
        blocks.append(Block(kind=kind, text=line_text, level=2 if kind is BlockKind.HEADING else 0))
    return blocks


def _pieces(content: FileContent) -> Iterator[_Piece]:
    most = content.limits.record_bytes
    try:
        with content.path.open("rb") as file:
            number = 0
            while line := file.readline(most + 1):
                number += 1
                if len(line) > most:
                    raise content.too_large(f"line {number} has more than {most / 1e6:,.0f} MB", "record_bytes")
                if line.strip():
                    yield _piece(content, line, number)
    except OSError as error:
        raise cannot_open(content.path, error) from error


def _piece(content: FileContent, line: bytes, number: int) -> _Piece:
    try:
        return _Piece.model_validate(json.loads(line.decode("utf-8-sig")))
    except (ValueError, RecursionError, ValidationError) as error:
        raise content.damaged(f"line {number} is not a topic (topic_id, title, text) in JSON") from error
