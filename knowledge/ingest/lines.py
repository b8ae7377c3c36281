"""From the lines of a page or a plain text to blocks: paragraphs, list items and headings guessed by their form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bedside.knowledge.documents import Block, BlockKind

_BULLET = re.compile(r"^(?:/C\d{1,3}\s+|[•▪▫●○◦‣⁃·►➢✓－\uf0b7\uf0a7]\s*|[-–—*]\s+)")
_ITEM = re.compile(r"^(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|\((?:\d{1,2}|[a-z])\))\s+\S")
_NUMBERED = re.compile(r"^((?:\d{1,2}\.)+\d{1,3}|\d{1,2}|[A-Z]\.\d{1,2})\.?\s+(?=[A-Z])")
_RECOMMENDATION = re.compile(r"^\d{1,2}(?:\.\d{1,3}){1,4}\.?\s+[A-Z]")
_HYPHEN = re.compile(r"([A-Za-z]+)[-\u2010\u00ad]$")
_SENTENCE = re.compile(
    r"[.!?,;:]\s|\]$|^(?:Do not|Do|Offer|Consider|Give|Use|Ask|Advise|Refer|Measure|Be aware|Ensure)\s"
)
_OPEN_WORD = re.compile(r"(?:^|\s)(?:a|an|and|as|at|but|by|for|from|if|in|is|of|on|or|the|to|with|not|are|be)$", re.I)
# Compounds that keep their hyphen when it falls on a line's end.
_KEEPS_HYPHEN = re.compile(
    r"(?:alpha|beta|gamma|non|low|high|long|short|self|well|first|second|third|fourth|half|evidence|follow|dose|weight|"
    r"age|risk|patient|post|pre|x|anti|broad|narrow|life|blood|on|off|two|three|four|six|once|twice)",
    re.IGNORECASE,
)
_TERMINAL = (".", "!", "?", ":", ";", ".”", '."', ".)", ")")


class Line(NamedTuple):
    """One line of text; an empty `text` is a gap between paragraphs."""

    text: str
    page: int | None = None


def blocks_of(lines: Sequence[Line], *, wrapped: bool = True) -> list[Block]:
    """Makes blocks of lines.

    Args:
        lines: in reading order.
        wrapped: whether a paragraph goes on over several lines; else each line is a paragraph.

    Returns:
        The blocks; a heading's level is 2 for an unnumbered one or "3 Title", 3 for "3.1 Title" and so on.
    """
    width = _usual_width(lines)
    words = _hyphenated(lines)
    blocks: list[Block] = []
    pending: list[Line] = []
    after_heading = False
    for number, line in enumerate(lines):
        text = line.text.strip()
        if not text:
            _flush(pending, words, blocks)
            continue
        level = heading_level(lines, number, after_heading=after_heading)
        after_heading = level > 0
        if level:
            _flush(pending, words, blocks)
            blocks.append(Block(kind=BlockKind.HEADING, text=" ".join(text.split()), page=line.page, level=level))
            continue
        if pending and (_begins_item(text) or not wrapped or _paragraph_over(pending[-1].text, text, width)):
            _flush(pending, words, blocks)
        pending.append(Line(text, line.page))
    _flush(pending, words, blocks)
    return blocks


def heading_level(lines: Sequence[Line], number: int, *, after_heading: bool = False) -> int:
    """The level of a line that looks like a heading, else 0.

    "1.2 Title" is one; so is a short line in title form, without digits and without an end mark, that begins a
    paragraph and is followed by running text. A dose on a line of its own is not.
    """
    text = lines[number].text.strip()
    if not text or len(text) > 90 or text.endswith((".", ";", ":", ",", "?", "!")) or _OPEN_WORD.search(text):
        return 0
    following = _next_text(lines, number)
    if following is None:
        return 0
    numbered = _NUMBERED.match(text)
    if numbered:
        depth = numbered.group(1).rstrip(".").count(".") + 1
        short = len(text.split()) <= (9 if depth > 1 else 8)
        ordinary_item = depth == 1 and (_ITEM.match(following) or _neighbour_counts_on(lines, number))
        # "1.1.2 When diagnosing, take into account" goes on in the next line: a recommendation, not a title.
        sentence = following[0].islower() or bool(_SENTENCE.search(text[numbered.end() :]))
        return 0 if not short or ordinary_item or sentence else depth + 1
    if _BULLET.match(text) or any(c.isdigit() for c in text) or not text[0].isupper():
        return 0
    if len(text.split()) > 8 or len(text) > 60 or not any(c.isalpha() for c in text[1:]):
        return 0
    previous = lines[number - 1].text.strip() if number else ""
    begins = not previous or previous.endswith(_TERMINAL) or after_heading
    runs_on = len(following) > len(text) + 10 and (following[0].isupper() or bool(_BULLET.match(following)))
    return 2 if begins and runs_on else 0


def joined(lines: Sequence[str], hyphenated: frozenset[str] = frozenset()) -> str:
    """Lines of one paragraph as one line; a word parted at a line's end is put together again."""
    parts: list[str] = []
    for line in lines:
        last = parts[-1] if parts else ""
        part = _HYPHEN.search(last[-80:])
        if part and line[:1].islower():
            whole = f"{part.group(1)}-{re.split(r'[^A-Za-z]', line, maxsplit=1)[0]}".lower()
            keeps = bool(_KEEPS_HYPHEN.fullmatch(part.group(1))) or whole in hyphenated
            if not keeps or last.endswith("\u00ad"):
                parts[-1] = last[:-1]
            parts.append(line)
        else:
            parts += [" ", line] if parts else [line]
    return " ".join("".join(parts).replace("\u00ad", "").split())


def _flush(pending: list[Line], words: frozenset[str], blocks: list[Block]) -> None:
    if not pending:
        return
    text = joined([line.text for line in pending], words)
    bullet = _BULLET.match(text)
    kind = BlockKind.LIST_ITEM if bullet or _ITEM.match(text) else BlockKind.PARAGRAPH
    text = text[bullet.end() :].strip() if bullet else text
    if text:
        blocks.append(Block(kind=kind, text=text, page=pending[0].page))
    pending.clear()


def _begins_item(text: str) -> bool:
    return bool(_BULLET.match(text) or _ITEM.match(text) or _RECOMMENDATION.match(text))


def _paragraph_over(previous: str, text: str, width: int) -> bool:
    """Whether a line's end is a paragraph's end: it stops well short of the usual width, after an end mark."""
    return previous.endswith(_TERMINAL[:5]) and len(previous) < 0.8 * width and text[:1].isupper()


def _usual_width(lines: Sequence[Line]) -> int:
    lengths = sorted(len(line.text.strip()) for line in lines if line.text.strip())
    return lengths[int(0.8 * (len(lengths) - 1))] if lengths else 0


def _hyphenated(lines: Sequence[Line]) -> frozenset[str]:
    """Words that the text itself writes with a hyphen inside a line."""
    found = (word for line in lines for word in re.findall(r"\b[A-Za-z]+-[A-Za-z]+\b", line.text))
    return frozenset(word.lower() for word in found)


def _next_text(lines: Sequence[Line], number: int) -> str | None:
    return next((line.text.strip() for line in lines[number + 1 : number + 4] if line.text.strip()), None)


def _neighbour_counts_on(lines: Sequence[Line], number: int) -> bool:
    """Whether "1. Give oxygen" has a "2." below or "0." above within a line or two: then it is an item of a list."""
    own = re.match(r"\d+", lines[number].text.strip())
    if own is None:
        return False
    near = [*lines[max(0, number - 2) : number], *lines[number + 1 : number + 3]]
    found = {m.group() for line in near if (m := re.match(r"\d+(?=[.)]?\s+[A-Z])", line.text.strip()))}
    return bool(found & {str(int(own.group()) + 1), str(int(own.group()) - 1)})
