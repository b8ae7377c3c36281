"""The one safe door: whatever file a user adds becomes documents here, or one clear DocumentError.

What a file is, is decided by its bytes and not by its name. What it says is text to quote, never an instruction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from bedside.core.errors import DocumentError
from bedside.core.limits import Limits
from bedside.knowledge.documents import ParsedDocument
from bedside.knowledge.ingest import docx, html, markdown, medlineplus, medquad, open_medicine, pdf, pdf_docling, text
from bedside.knowledge.ingest.content import FileContent, cannot_open, load, regular_file
from bedside.knowledge.ingest.files import files_in
from bedside.knowledge.ingest.kinds import CORPORA, HEAD, Kind, kind_of

_ONE: dict[Kind, Callable[[FileContent], ParsedDocument]] = {
    Kind.PDF: pdf.read_pdf,
    Kind.HTML: html.read_html,
    Kind.DOCX: docx.read_docx,
    Kind.MARKDOWN: markdown.read_markdown,
    Kind.TEXT: text.read_text,
}
_MANY: dict[Kind, Callable[[FileContent], Iterator[ParsedDocument]]] = {
    Kind.MEDQUAD: medquad.read_xml,
    Kind.MEDQUAD_ANSWERS: medquad.read_judged_answers,
}
_STREAMED: dict[Kind, Callable[[Path, Limits], Iterator[ParsedDocument]]] = {
    Kind.MEDQUAD_ARCHIVE: medquad.read_archive,
    Kind.MEDLINEPLUS: medlineplus.read_topics,
}


def read_documents(path: Path, *, limits: Limits | None = None, docling: bool = False) -> Iterator[ParsedDocument]:
    """Reads a file, or every file of a folder in the order of `files_in`.

    To know which document came from which file, or to go on after a file that is refused, ask `files_in` for the files
    and read them one by one.

    Args:
        path: PDF, HTML, Word (.docx), Markdown, text, MedQuAD (archive, XML or judged answers), MedlinePlus topics
            (lines of JSON), the guidelines folder of open-medicine, or a folder of such files.
        limits: None for the usual ones.
        docling: read PDFs with docling, which also reads scans and tables.

    Yields:
        The documents; of a corpus one after another, as they are read.

    Raises:
        DocumentError: the only exception; its code says why, see docs/errors.md.
    """
    held = limits or Limits()
    try:
        yield from _read(path, held, docling)
    except DocumentError:
        raise
    except OSError as error:
        raise cannot_open(path, error) from error
    except Exception as error:
        raise FileContent(path, b"", held).damaged("its content breaks its own format") from error


def _read(path: Path, limits: Limits, docling: bool) -> Iterator[ParsedDocument]:
    if path.is_dir():
        if (path / "registry.json").is_file() and (path / "content").is_dir():
            yield from open_medicine.read_guidelines(path, limits=limits)
            return
        found = files_in(path)
        if not found.files:
            raise FileContent(path, b"", limits).empty("no file in it is of a kind that Bedside reads")
        for file in found.files:
            yield from _read_file(file, limits, docling)
        return
    yield from _read_file(path, limits, docling)


def _read_file(path: Path, limits: Limits, docling: bool) -> Iterator[ParsedDocument]:
    regular_file(path, limits, "file_bytes" if limits.file_bytes > limits.corpus_bytes else "corpus_bytes")
    with path.open("rb") as file:
        head = file.read(HEAD)
    regular_file(path, limits, "corpus_bytes" if _may_stream(head) else "file_bytes")
    kind = kind_of(head, path)
    if kind in CORPORA:
        yield from _STREAMED[kind](path, limits)
        return
    content = load(path, limits)
    if kind in _MANY:
        yield from _MANY[kind](content)
    elif kind is Kind.PDF and docling:
        yield pdf_docling.read_with_docling(content)
    else:
        yield _ONE[kind](content)


def _may_stream(head: bytes) -> bool:
    return head.startswith(b"\x1f\x8b") or head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")


__all__ = ["files_in", "read_documents"]
