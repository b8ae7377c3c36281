"""From files to the corpus: read, split, named, and written document by document, so that a stop loses nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path

from bedside.core.base import Frozen
from bedside.core.errors import DocumentError
from bedside.core.limits import Limits
from bedside.knowledge.documents import Document, DocumentPassage, ParsedDocument, Trust
from bedside.knowledge.ingest.files import FileList
from bedside.knowledge.ingest.read import read_documents
from bedside.knowledge.ingest.split import split, text_sha256
from bedside.retrieval.corpus.nouns import Added, Progress
from bedside.retrieval.corpus.store import Corpus

_SLUG = 60


class Failed(Frozen):
    """A file that could not be read, and the error's own sentence."""

    path: str
    why: str


class AddReport(Frozen):
    """What came of adding: counts of documents, and the files that were refused."""

    counts: Added
    failed: tuple[Failed, ...] = ()


class Filing(Frozen):
    """Under what name and label documents are added, and how their files are read.

    Attributes:
        collection: its name.
        trust: what sort of text it holds.
        origin: the address that the file was fetched from; "" for the user's own files.
        docling: read PDFs with docling.
        limits: what a file may take.
    """

    collection: str
    trust: Trust
    origin: str = ""
    docling: bool = False
    limits: Limits = Limits()


def add_files(
    corpus: Corpus, files: FileList, filing: Filing, progress: Progress | None = None,
    on_file: Callable[[Path], None] | None = None,
) -> AddReport:  # fmt: skip
    """Adds every document of the files; a file that cannot be read is reported and the others are added.

    Called again after a stop, it takes in what is still lacking: a document whose text is held costs nothing.

    Args:
        corpus: where they go.
        files: from `files_in`.
        filing: collection, label, origin.
        progress: told after each batch how many documents were seen and passages written.
        on_file: told each file before it is read.

    Raises:
        StorageError: the disk is full, or the corpus is locked or damaged. What was written before stays.
    """
    failed: list[Failed] = []

    def texts() -> Iterator[tuple[Document, tuple[DocumentPassage, ...]]]:
        for path in files.files:
            if on_file:
                on_file(path)
            try:
                for parsed in read_documents(path, limits=filing.limits, docling=filing.docling):
                    yield _named(parsed, path, filing)
            except DocumentError as error:
                failed.append(Failed(path=str(path), why=str(error)))

    counts = corpus.add(texts(), progress)
    return AddReport(counts=counts, failed=tuple(failed))


def _named(parsed: ParsedDocument, path: Path, filing: Filing) -> tuple[Document, tuple[DocumentPassage, ...]]:
    sha256 = text_sha256(parsed)
    origin = filing.origin or str(path.resolve())
    name = _slug(parsed.title)  # the store adds a number where it is taken
    passages = tuple(split(parsed, name))
    document = Document(
        id=name,
        collection=filing.collection,
        trust=filing.trust,
        title=parsed.title,
        source=f"{origin}#{parsed.key}" if parsed.key else origin,
        sha256=sha256,
        added=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        publisher=parsed.publisher,
        year=parsed.year,
        link=parsed.link or filing.origin,
        pages=parsed.pages,
        passages=len(passages),
    )
    return document, passages


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:_SLUG].strip("-") or "document"
