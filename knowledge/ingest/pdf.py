"""Reads a PDF's text page by page: running headers dropped, parted words joined, headings guessed by their form."""

from __future__ import annotations

import io
import logging
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bedside.core.errors import DocumentError
from bedside.knowledge.documents import Block, BlockKind, ParsedDocument
from bedside.knowledge.ingest.content import LOCKED, NO_TEXT_LAYER, FileContent
from bedside.knowledge.ingest.facts import folded, year_in
from bedside.knowledge.ingest.lines import Line, blocks_of, joined
from bedside.knowledge.ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from pypdf import PdfReader

_EDGE = 6
_LINEARIZED = re.compile(rb"/Linearized\s+[\d.]+.{0,200}?/L\s+(\d+)", re.DOTALL)
_FILE_NAME = re.compile(
    r"\.(?:docx?|pdf|indd|pptx?|rtf|qxd)$|^microsoft \w+ -|^untitled|^\d+$|^slide \d", re.IGNORECASE
)
_DOUBLED_LINE = re.compile(r"^(?=.*[A-Za-z]{3})(\S.{3,100}) \1$")
_DOUBLED = re.compile(r"(?<!\w)((?=[^\n]{0,60}[A-Za-z]{2}|\[\d{4}\])\S(?:[^\n]{0,90}?\S)?)\s?\1(?!\w)")
_DOUBLED_NUMBER = re.compile(r"^\s*(\d+(?:\.\d+)*)\s+\1\s+(?=\D)")
_CONTENTS = re.compile(r"(?:\.\s?){5,}\s*\d+\s*$")
_CIPHER = (
    "with a cipher (AES) that needs the package cryptography",
    "Run: pip install 'bedside[aes]', or print it to a new PDF.",
)
_ENDS = (".", "!", "?", ":", ";")


def read_pdf(content: FileContent) -> ParsedDocument:
    """Turns a PDF into a document.

    Raises:
        DocumentError: it is cut short or damaged (003), has too many pages (004), is locked (006), or is a scan without
            text that can be read (007).
    """
    reader = _opened(content)
    pages = _page_lines(reader, content)
    _require_text(content, pages)
    kept = once_printed(_without_running(pages))
    lines = [line for number, page in enumerate(kept, 1) for line in _numbered(page, number)]
    blocks = _over_page_ends(blocks_of(lines))
    if not blocks:
        raise content.empty()
    title = _title(reader, blocks, content)
    beginning = " ".join(line for page in pages[:2] for line in page)[:3000]
    return ParsedDocument(title=title, blocks=tuple(blocks), year=year_in(title, beginning), pages=len(pages))


def _opened(content: FileContent) -> PdfReader:
    """The PDF behind its first page: whole, not locked, not too long."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    _require_whole(content)
    # What pypdf repairs by itself is no news to the user.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(content.data))
        locked = reader.is_encrypted and not reader.decrypt("")
        pages = 0 if locked else len(reader.pages)
    except DependencyError as error:
        raise _locked(content, *_CIPHER) from error
    except (Exception, RecursionError) as error:
        raise content.damaged("its structure is broken") from error
    if locked:
        raise _locked(content, "with a password", "Save a copy of it without a password.")
    if pages == 0:
        raise content.damaged("it has no pages")
    if pages > content.limits.pages:
        raise content.too_large(f"it has {pages:,} pages; the limit is {content.limits.pages:,}", "pages")
    return reader


def _require_whole(content: FileContent) -> None:
    """A PDF that was cut off lacks its end mark, or is shorter than its first lines say."""
    data = content.data
    stated = _LINEARIZED.search(data[:2048])
    if b"%%EOF" not in data[-2048:] or (stated is not None and int(stated.group(1)) > len(data)):
        raise content.damaged("it breaks off before its end", "Download or copy it again: the file is not complete.")


def _locked(content: FileContent, how: str, do: str) -> DocumentError:
    return DocumentError(f"{content.name} is locked {how}.", do, code=LOCKED)


def _page_lines(reader: PdfReader, content: FileContent) -> list[list[str]]:
    """The lines of every page's text."""
    from pypdf.errors import DependencyError

    began = time.monotonic()
    pages: list[list[str]] = []
    for number, page in enumerate(reader.pages, 1):
        if time.monotonic() - began > content.limits.seconds:
            raise content.too_large(
                f"its first {number - 1} pages took {content.limits.seconds:.0f} seconds", "seconds"
            )
        try:
            text = page.extract_text()
        except DependencyError as error:
            raise _locked(content, *_CIPHER) from error
        except (Exception, RecursionError) as error:
            raise content.damaged(f"page {number} is broken") from error
        clean = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        pages.append([line.rstrip() for line in re.split(r"[\n\r\x0b\x0c\u2028]", _ligatures(clean))])
    return pages


def _ligatures(text: str) -> str:
    pairs = (("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff"), ("ﬃ", "ffi"), ("ﬄ", "ffl"), ("\x00", ""), ("\u00a0", " "))
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def _require_text(content: FileContent, pages: Sequence[Sequence[str]]) -> None:
    """Refuses a scan: pages without letters, or a text layer whose letters have no meaning."""
    sizes = [sum(c.isalnum() for line in page for c in line) for page in pages]
    marks = sum(not c.isspace() for page in pages for line in page for c in line)
    with_text = sum(size >= 15 for size in sizes)
    scanned = sum(sizes) == 0 or (len(pages) > 3 and with_text < 0.2 * len(pages))
    unreadable = marks > 0 and sum(sizes) < 0.4 * marks
    if scanned or unreadable:
        why = "its letters carry no meaning" if unreadable else "its pages are pictures (a scan)"
        raise DocumentError(
            f"{content.name} has no text that can be read: {why}.",
            "Run OCR on it (such as ocrmypdf) and give the result, or install bedside[docling] and ask for docling.",
            code=NO_TEXT_LAYER,
        )


def _without_running(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """The pages without the headers and footers that stand on most of them, whatever their page number."""
    filled = [[line for line in page if line.strip()] for page in pages]
    seen: Counter[str] = Counter()
    for page in filled:
        seen.update({_pattern(line) for line in (*page[:_EDGE], *page[-_EDGE:])})
    running = {pattern for pattern, times in seen.items() if times >= 3 and times > 0.5 * len(pages)}
    return [_cut_edges(page, running) for page in pages]


def _cut_edges(page: Sequence[str], running: set[str]) -> list[str]:
    """A page without the running lines at its very top and bottom: the first line of its own ends the search."""
    places = [place for place, line in enumerate(page) if line.strip()]
    dropped: set[int] = set()
    for edge in (places[:_EDGE], places[::-1][:_EDGE]):
        for place in edge:
            if _pattern(page[place]) not in running:
                break
            dropped.add(place)
    return [line for place, line in enumerate(page) if place not in dropped]


def _pattern(line: str) -> str:
    """A line without the page's number, which stands first, last or after "page"; other numbers tell lines apart."""
    text = folded(line).lower()
    return re.sub(r"\bpage \d+(?: (?:of|/) \d+)?|^\d+(?=\s|$)|(?<=\s)\d+(?:\s?/\s?\d+)?$", "#", text)


def once_printed(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Pages whose bold text was made by printing it twice ("Dose Dose"), with each text once.

    Only where many whole lines are doubled is anything changed: a word may well stand twice in a sentence.
    """
    doubled = sum(_DOUBLED_LINE.match(folded(line)) is not None for page in pages for line in page)
    if doubled < 5:
        return [list(page) for page in pages]
    return [[_DOUBLED.sub(r"\1", _DOUBLED_NUMBER.sub(r"\1 ", line)) for line in page] for page in pages]


def _numbered(page: Sequence[str], number: int) -> Iterator[Line]:
    """Lines with their page; those of a table of contents, with dots up to a page number, are left out."""
    yield from (Line(line, number) for line in page if not _CONTENTS.search(line))
    yield Line("", number)


def _over_page_ends(blocks: Sequence[Block]) -> list[Block]:
    """Joins a sentence that goes on over a page's end; what follows it there keeps its own page."""
    done: list[Block] = []
    for block in blocks:
        before = done[-1] if done else None
        runs_on = (
            before is not None
            and before.kind is not BlockKind.HEADING
            and block.kind is BlockKind.PARAGRAPH
            and before.page != block.page
            and not before.text.endswith(_ENDS)
            and block.text[:1].islower()
        )
        if not runs_on or before is None:
            done.append(block)
            continue
        first_end = sentence_spans(block.text)[0][1]
        done[-1] = before.model_copy(update={"text": joined([before.text, block.text[:first_end]])})
        rest = block.text[first_end:].strip()
        if rest:
            done.append(block.model_copy(update={"text": rest}))
    return done


def _title(reader: PdfReader, blocks: Sequence[Block], content: FileContent) -> str:
    """The title that the file states, unless it is a file's name; else its first heading or short first line."""
    try:
        stated = folded((reader.metadata.title if reader.metadata else "") or "")
    except Exception:  # noqa: BLE001 - a broken title is no reason to refuse a document whose text was read
        stated = ""
    if len(stated) > 3 and not _FILE_NAME.search(stated) and any(c.isalpha() for c in stated):
        return stated[:300]
    first = next((block for block in blocks if block.kind is BlockKind.HEADING), None)
    if blocks[0].kind is BlockKind.PARAGRAPH and len(blocks[0].text) <= 150 and not blocks[0].text.endswith("."):
        return blocks[0].text
    return first.text if first is not None and blocks.index(first) < 5 else content.stem
