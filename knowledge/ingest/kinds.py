"""What a document is, told by its bytes; its name decides only between Markdown and plain text."""

from __future__ import annotations

import re
import zipfile
from enum import Enum
from pathlib import Path

from bedside.core.errors import DocumentError
from bedside.knowledge.ingest.content import DAMAGED, GET_AGAIN, LOCKED, UNKNOWN_FORMAT, printable
from bedside.knowledge.ingest.encoding import UndecodableError, head_text

HEAD = 65_536


class Kind(str, Enum):
    """The kinds of file that are read."""

    PDF = "a PDF"
    HTML = "a web page"
    DOCX = "a Word document"
    MARKDOWN = "Markdown"
    TEXT = "plain text"
    MEDQUAD = "MedQuAD XML"
    MEDQUAD_ARCHIVE = "a MedQuAD archive"
    MEDQUAD_ANSWERS = "MedQuAD's judged answers"
    MEDLINEPLUS = "MedlinePlus topics"


CORPORA = frozenset({Kind.MEDQUAD_ARCHIVE, Kind.MEDLINEPLUS})
_CLAIMS = {
    ".pdf": (Kind.PDF,),
    ".docx": (Kind.DOCX,),
    ".gz": (Kind.MEDQUAD_ARCHIVE,),
    ".tgz": (Kind.MEDQUAD_ARCHIVE,),
    ".xml": (Kind.MEDQUAD, Kind.HTML),
    ".jsonl": (Kind.MEDLINEPLUS,),
    ".json": (Kind.MEDLINEPLUS,),
    ".csv": (Kind.MEDQUAD_ANSWERS,),
    ".tsv": (),
}
_OTHERS = (
    (
        b"\xd0\xcf\x11\xe0",
        "an old Word or Office file (.doc), or one locked with a password",
        "Save it as .docx without a password.",
    ),
    (b"{\\rtf", "RTF", "Save it as .docx or PDF."),
    (b"\x89PNG", "a picture", "Run OCR on it and give the PDF or the text."),
    (b"\xff\xd8\xff", "a picture", "Run OCR on it and give the PDF or the text."),
    (b"II*\x00", "a picture", "Run OCR on it and give the PDF or the text."),
    (b"SQLite format 3", "a database", "Export it as text."),
)
_ZIPS = (
    ("xl/", "an Excel workbook"),
    ("ppt/", "a PowerPoint file"),
    ("META-INF/container.xml", "an e-book"),
    ("content.xml", "an OpenDocument file"),
)
_READ = "Give PDF, HTML, Word (.docx), Markdown or text."
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|title|meta|main|article)\b", re.IGNORECASE)
_HTML_PART = re.compile(r"<(?:p|div|h[1-6]|ul|ol|table|span|br|section)\b[^>]*>", re.IGNORECASE)
_ATX = re.compile(r"^#{1,6} \S", re.MULTILINE)
_TABLE_RULE = re.compile(r"^\|?(?:\s*:?-{3,}:?\s*\|)+(?:\s*:?-{3,}:?\s*)?$", re.MULTILINE)


def kind_of(head: bytes, path: Path) -> Kind:
    """What a file is.

    Args:
        head: its first `HEAD` bytes; of a zip file, all of them are read again from `path`.
        path: where it is.

    Raises:
        DocumentError: it is nothing that is read (005), it is not what its name claims (003), or it is locked (006).
    """
    kind = _kind(head, path)
    claimed = _CLAIMS.get(path.suffix.lower())
    if claimed is not None and kind not in claimed:
        if not claimed or path.suffix.lower() in (".xml", ".json", ".jsonl", ".csv"):
            raise unknown(path, f"a {path.suffix[1:].upper()} file of a form that it does not know")
        raise DocumentError(
            f"{printable(path.name)} cannot be read: its name says {claimed[0].value}, but it holds {kind.value}.",
            GET_AGAIN,
            code=DAMAGED,
        )
    return kind


def unknown(path: Path, what: str) -> DocumentError:
    """The error for a format that is not read."""
    return DocumentError(f"{printable(path.name)} is not read by Bedside: it is {what}.", _READ, code=UNKNOWN_FORMAT)


def _kind(head: bytes, path: Path) -> Kind:
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    if head.startswith(b"PK\x03\x04"):
        return _zip(path)
    if head.startswith(b"\x1f\x8b"):
        return Kind.MEDQUAD_ARCHIVE
    for start, what, do in _OTHERS:
        if head.startswith(start):
            locked = what.startswith("an old Word")
            raise DocumentError(
                f"{printable(path.name)} is not read by Bedside: it is {what}.",
                do,
                code=LOCKED if locked and path.suffix.lower() == ".docx" else UNKNOWN_FORMAT,
            )
    try:
        return _text_kind(head_text(head), path)
    except UndecodableError as error:
        claimed = _CLAIMS.get(path.suffix.lower())
        if claimed:
            raise DocumentError(
                f"{printable(path.name)} cannot be read: its name says {claimed[0].value}, but it holds other bytes.",
                GET_AGAIN,
                code=DAMAGED,
            ) from error
        raise unknown(path, f"no document ({error})") from error


def _text_kind(text: str, path: Path) -> Kind:
    start = text.lstrip("\ufeff \t\r\n")[:4096]
    if start.startswith("{") and all(f'"{name}"' in start for name in ("topic_id", "title", "text")):
        return Kind.MEDLINEPLUS
    if start.startswith("AnswerID,Answer"):
        return Kind.MEDQUAD_ANSWERS
    if _HTML.search(start[:2048]) or (_HTML_PART.search(start) and path.suffix.lower() in (".htm", ".html", ".xhtml")):
        return Kind.HTML
    if start.startswith("<?xml") or re.match(r"<(?:Document|doc|DiseaseFile)\b", start):
        if not re.search(r"<(?:Document|doc|DiseaseFile|!DOCTYPE)\b", start):
            raise unknown(path, "XML of a form that it does not know")
        return Kind.MEDQUAD
    if _HTML_PART.match(start):
        return Kind.HTML
    if path.suffix.lower() in (".md", ".markdown") or len(_ATX.findall(text)) >= 2 or _TABLE_RULE.search(text):
        return Kind.MARKDOWN
    return Kind.TEXT


def _zip(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise DocumentError(
            f"{printable(path.name)} cannot be read: it is a damaged or incomplete zip or Word file.",
            GET_AGAIN,
            code=DAMAGED,
        ) from error
    if "word/document.xml" in names:
        return Kind.DOCX
    what = next((what for part, what in _ZIPS if any(name.startswith(part) for name in names)), "a zip archive")
    raise unknown(path, what)
