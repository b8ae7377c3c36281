"""What a user's document may take before it is refused."""

from __future__ import annotations

from pydantic import Field

from bedside.core.base import Frozen


class Limits(Frozen):
    """What a document may take; held before it is decoded.

    Attributes:
        file_bytes: a PDF, HTML, Word, Markdown or text file, also one that is downloaded.
        corpus_bytes: a file of many documents, which is streamed.
        unpacked_bytes: what a Word file's parts take together once unpacked.
        corpus_unpacked_bytes: what a compressed corpus takes once unpacked.
        ratio: how many times larger than its packed form a part of a Word file may be.
        record_bytes: one document of a corpus.
        pages: of a PDF.
        seconds: for reading the pages of one PDF.
        download_seconds: for downloading one document.
    """

    file_bytes: int = Field(default=50_000_000, gt=0)
    corpus_bytes: int = Field(default=2_000_000_000, gt=0)
    unpacked_bytes: int = Field(default=300_000_000, gt=0)
    corpus_unpacked_bytes: int = Field(default=8_000_000_000, gt=0)
    ratio: int = Field(default=200, gt=0)
    record_bytes: int = Field(default=10_000_000, gt=0)
    pages: int = Field(default=5_000, gt=0)
    seconds: float = Field(default=600.0, gt=0)
    download_seconds: float = Field(default=60.0, gt=0)
