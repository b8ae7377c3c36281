"""From a document to passages: sentences that stand together under one heading, short enough to be quoted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from bedside.knowledge.documents import Block, BlockKind, DocumentPassage, ParsedDocument
from bedside.knowledge.ingest.sentences import cut_long, sentence_spans

FEWEST = 60
MOST = 180
LONGEST_SENTENCE = 400
_ENOUGH = 120
_WHOLE = (BlockKind.LIST_ITEM, BlockKind.TABLE_ROW)


@dataclass(frozen=True)
class _Unit:
    """What is never divided: a sentence, a list item or a table row.

    Attributes:
        text: of the unit.
        words: how many.
        spans: its sentences in `text`.
        page: where it begins.
        first: whether it begins a block.
        lead: the sentence ending in ":" that a list item or table row continues, "" elsewhere.
    """

    text: str
    words: int
    spans: tuple[tuple[int, int], ...]
    page: int | None
    first: bool
    lead: str = ""


@dataclass
class _Section:
    """A heading path and the blocks under it."""

    path: tuple[str, ...]
    units: list[_Unit] = field(default_factory=list)


def split(parsed: ParsedDocument, document_id: str) -> Iterator[DocumentPassage]:
    """Cuts a document into passages.

    A passage has about 60 to 180 words and never crosses a heading; a list item or table row stays whole unless it
    alone is longer. Within a passage, blocks are parted by a line end. Nothing but white space is lost: a heading is
    kept in the `heading` of what stands under it, and is a passage of its own where nothing does. A passage that begins
    inside a list or table carries the sentence that introduced it ("Do not give if:") at the end of its `heading`.

    Args:
        parsed: the document.
        document_id: becomes the first part of each passage's id.

    Yields:
        The passages in order; ``text[start:end]`` is the sentence for each of `sentences`.
    """
    position = 0
    for section in _sections(parsed):
        for units in _groups(section.units):
            position += 1
            yield _passage(document_id, position, section.path, units)


def text_sha256(parsed: ParsedDocument) -> str:
    """The sha256 of a document's text (title and blocks; not its pages), in hex: the same text is the same document."""
    content = [parsed.title, *([block.kind.value, block.level, block.text] for block in parsed.blocks)]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def _sections(parsed: ParsedDocument) -> Iterator[_Section]:
    """The stretches between headings, each with the headings above it; the title itself is not repeated in the path."""
    above: list[Block] = []
    section = _Section(())
    childless = False
    for block in parsed.blocks:
        if block.kind is not BlockKind.HEADING:
            childless = childless and not block.text.strip()
            _extend(section, block)
            continue
        if section.units:
            yield section
        if childless and above[-1].level >= block.level:
            yield _alone(above)
        while above and above[-1].level >= block.level:
            above.pop()
        above.append(block)
        childless = True
        section = _Section(tuple(b.text for b in above if b.text != parsed.title))
    if section.units:
        yield section
    if childless:
        yield _alone(above)


def _alone(above: list[Block]) -> _Section:
    """A heading under which nothing stands, as a section of its own: it may say something."""
    section = _Section(tuple(block.text for block in above[:-1]))
    _extend(section, above[-1])
    return section


def _extend(section: _Section, block: Block) -> None:
    text = block.text
    words = len(text.split())
    if block.kind in _WHOLE and words <= MOST:
        spans = [(len(text) - len(text.lstrip()), len(text.rstrip()))] if words else []
    else:
        spans = [piece for span in sentence_spans(text) for piece in cut_long(text, span, LONGEST_SENTENCE)]
    lead = _lead(section.units) if block.kind in _WHOLE else ""
    for number, (start, end) in enumerate(spans):
        sentence = text[start:end]
        section.units.append(
            _Unit(sentence, len(sentence.split()), ((0, len(sentence)),), block.page, number == 0, lead)
        )


def _lead(units: list[_Unit]) -> str:
    if not units:
        return ""
    last = units[-1]
    return last.text if last.text.endswith(":") and not last.lead and last.words <= 40 else last.lead


def _groups(units: list[_Unit]) -> Iterator[list[_Unit]]:
    """The units of a section as passages: parted between blocks where that leaves enough on both sides."""
    groups: list[list[_Unit]] = []
    current: list[_Unit] = []
    words = 0
    for unit in units:
        full = words >= FEWEST and words + unit.words > MOST
        enough = words >= _ENOUGH and unit.first and not unit.lead
        if current and (full or enough) and not (current[-1].text.endswith(":") and words < 2 * MOST):
            groups.append(current)
            current, words = [], 0
        current.append(unit)
        words += unit.words
    if current:
        groups.append(current)
    _even_out_the_last(groups)
    yield from groups


def _even_out_the_last(groups: list[list[_Unit]]) -> None:
    """A short last passage joins the one before, or takes some sentences from it."""
    if len(groups) < 2 or _words(groups[-1]) >= FEWEST:
        return
    before, last = groups[-2], groups[-1]
    if _words(before) + _words(last) <= MOST + FEWEST:
        groups[-2:] = [before + last]
        return
    while _words(last) < FEWEST and len(before) > 1 and _words(before) - before[-1].words >= FEWEST:
        last.insert(0, before.pop())


def _words(units: list[_Unit]) -> int:
    return sum(unit.words for unit in units)


def _passage(document_id: str, position: int, path: tuple[str, ...], units: list[_Unit]) -> DocumentPassage:
    text = ""
    sentences: list[tuple[int, int]] = []
    for unit in units:
        if text:
            text += "\n" if unit.first else " "
        sentences.extend((len(text) + start, len(text) + end) for start, end in unit.spans)
        text += unit.text
    lead = (units[0].lead,) if units[0].lead else ()
    return DocumentPassage(
        id=f"{document_id}#{position}",
        document=document_id,
        position=position,
        heading=" > ".join((*path, *lead)),
        page=units[0].page,
        text=text,
        sentences=tuple(sentences),
    )
