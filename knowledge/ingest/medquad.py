"""Reads MedQuAD (NIH and CDC questions and answers, CC BY 4.0): its archive, one of its XML files, its judged answers.

Each answer is a document. Its key is the id that the LiveQA judgements use: ``SOURCE_DOCUMENT_SecN.txt``, where N
counts the answers of a file from 1 (it is not the ``pid``). Source: Ben Abacha and Demner-Fushman 2019,
https://doi.org/10.1186/s12859-019-3119-4; the data are at https://github.com/abachaa/MedQuAD.
"""

from __future__ import annotations

import csv
import io
import re
import tarfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast
from xml.parsers import expat

from bedside.core.errors import DocumentError
from bedside.core.limits import Limits
from bedside.knowledge.documents import Block, BlockKind, ParsedDocument
from bedside.knowledge.ingest.content import FileContent, cannot_open
from bedside.knowledge.ingest.facts import folded, web_link
from bedside.knowledge.ingest.kinds import unknown
from bedside.knowledge.ingest.text import text_of

PUBLISHERS = {
    "CancerGov": "National Cancer Institute (cancer.gov)",
    "CDC": "Centers for Disease Control and Prevention",
    "GARD": "Genetic and Rare Diseases Information Center",
    "GHR": "Genetics Home Reference (NLM)",
    "MPlusHealthTopics": "MedlinePlus Health Topics (NLM)",
    "NHLBI": "National Heart, Lung, and Blood Institute",
    "NIDDK": "National Institute of Diabetes and Digestive and Kidney Diseases",
    "NIHSeniorHealth": "NIH SeniorHealth",
    "NINDS": "National Institute of Neurological Disorders and Stroke",
}
ROOTS = ("Document", "doc", "DiseaseFile")
_BULLET = re.compile(r"(?:^|\s{2,}|\n\s*)[-•*]\s+(?=\S)")
_PARAGRAPHS = re.compile(r"\n\s*|(?<=[.!?:])\s{2,}|\s{5,}")
_RUN = re.compile(r"\s{8,}")
_JUDGED = re.compile(r"Question:\s*(.*?)\s*(?:\(Also called:.*?\))?\s*\nURL:\s*(\S*)\s*\nAnswer:\s*(.*)", re.DOTALL)


class _DoctypeError(ValueError):
    """The XML declares a document type, and with it perhaps entities that expand without end."""


@dataclass
class _Pair:
    question: str = ""
    answer: str = ""


@dataclass
class _Collector:
    """What expat reports, kept: the document's attributes and its pairs."""

    attributes: dict[str, str] = field(default_factory=dict)
    pairs: list[_Pair] = field(default_factory=list)
    root: str = ""
    _open: str = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.root:
            self.root, self.attributes = name, attributes
        elif name.lower() in ("qapair", "pair"):
            self.pairs.append(_Pair())
        self._open = name if name.lower() in ("question", "answer") else self._open

    def end(self, name: str) -> None:
        self._open = "" if name == self._open else self._open

    def characters(self, text: str) -> None:
        if self.pairs and self._open.lower() == "question":
            self.pairs[-1].question += text
        elif self.pairs and self._open.lower() == "answer":
            self.pairs[-1].answer += text

    def doctype(self, *_: object) -> None:
        raise _DoctypeError


def read_xml(content: FileContent) -> Iterator[ParsedDocument]:
    """The answers of one XML file; empty answers are skipped, and counted in the numbering.

    Raises:
        DocumentError: it is not MedQuAD's XML (005), is damaged (003), or declares a document type (010).
    """
    collector = _parsed(content)
    if collector.root not in ROOTS:
        raise unknown(content.path, f"XML of a form that it does not know (<{collector.root[:40]}>)")
    source = collector.attributes.get("source") or collector.attributes.get("corpus", "")
    number = collector.attributes.get("id") or collector.attributes.get("docid") or collector.attributes.get("fid", "")
    link = web_link(collector.attributes.get("url", ""))
    for position, pair in enumerate(collector.pairs, start=1):
        blocks = answer_blocks(pair.answer)
        title = folded(pair.question)
        if blocks and title:
            yield ParsedDocument(
                title=title,
                blocks=blocks,
                key=f"{source}_{number}_Sec{position}.txt",
                publisher=PUBLISHERS.get(source, source),
                link=link,
            )


def read_archive(path: Path, limits: Limits) -> Iterator[ParsedDocument]:
    """The answers of every XML file of a tar.gz, streamed; where two files have one id, the later keys end in "-2".

    Raises:
        DocumentError: it is no such archive (005), is damaged (003), or unpacks to more than the limits (004, 010).
    """
    seen: Counter[str] = Counter()
    for member in _members(path, limits):
        for document in read_xml(member):
            seen[document.key] += 1
            if seen[document.key] > 1:
                document = document.model_copy(update={"key": f"{document.key}-{seen[document.key]}"})
            yield document
    if not seen:
        raise unknown(path, "an archive without MedQuAD's XML files")


def read_judged_answers(content: FileContent) -> Iterator[ParsedDocument]:
    """The answers of ``liveqa_judged_answers.csv``, once each; some of them MedQuAD's open collections lack.

    Raises:
        DocumentError: it is not that table (003) or is garbled (009).
    """
    csv.field_size_limit(content.limits.record_bytes)
    seen: set[str] = set()
    try:
        for row in csv.DictReader(io.StringIO(text_of(content), newline="")):
            key, match = row.get("AnswerID") or "", _JUDGED.match(row.get("Answer") or "")
            blocks = answer_blocks(match.group(3)) if match else ()
            if match is None or not blocks or not match.group(1) or key in seen:
                continue
            seen.add(key)
            source = key.partition("_")[0]
            publisher = PUBLISHERS.get(source, source)
            title, link = folded(match.group(1)), web_link(match.group(2))
            yield ParsedDocument(title=title, blocks=blocks, key=key, publisher=publisher, link=link)
    except csv.Error as error:
        raise content.damaged(f"it is not a table ({error})") from error
    if not seen:
        raise content.empty("it holds no answer of the form Question, URL, Answer")


def answer_blocks(answer: str) -> tuple[Block, ...]:
    """An answer's paragraphs and list items, which its white space tells apart: a line end, or a run of spaces."""
    blocks: list[Block] = []
    # Shorter runs mean the same, and keep the patterns quick on an answer made of nothing but spaces.
    spaced = _RUN.sub(lambda run: ("\n" if "\n" in run.group() else "") + " " * 6, answer)
    for number, piece in enumerate(_BULLET.split(spaced)):
        parts = [folded(part) for part in _PARAGRAPHS.split(piece) if part.strip()]
        for place, part in enumerate(parts):
            item = number > 0 and place == 0
            blocks.append(Block(kind=BlockKind.LIST_ITEM if item else BlockKind.PARAGRAPH, text=part))
    return tuple(blocks)


def _parsed(content: FileContent) -> _Collector:
    collector = _Collector()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = collector.start
    parser.EndElementHandler = collector.end
    parser.CharacterDataHandler = collector.characters
    parser.StartDoctypeDeclHandler = collector.doctype
    try:
        parser.Parse(content.data, True)
    except _DoctypeError as error:
        raise content.unsafe("its XML declares entities or a document type, which could expand without end") from error
    except expat.ExpatError as error:
        raise content.damaged(f"its XML breaks off or is not well formed (line {error.lineno})") from error
    return collector


class _Counted:
    """A stream that stops with an error once more than `most` bytes came out of it: what a bomb unpacks to."""

    def __init__(self, source: IO[bytes], most: int, error: DocumentError) -> None:
        self._source, self._left, self._error = source, most, error

    def read(self, size: int = -1, /) -> bytes:
        data = self._source.read(min(size, self._left + 1) if size >= 0 else self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise self._error
        return data


def _members(path: Path, limits: Limits) -> Iterator[FileContent]:
    """The XML files of a tar.gz, one after another; nothing is written to the disk, no name is used as a path."""
    import gzip

    whole = FileContent(path, b"", limits)
    try:
        with path.open("rb") as packed, gzip.GzipFile(fileobj=packed) as unpacked:
            most = limits.corpus_unpacked_bytes
            bomb = whole.unsafe(f"it unpacks to more than {most / 1e6:,.0f} MB")
            counted = cast("IO[bytes]", _Counted(cast("IO[bytes]", unpacked), most, bomb))
            with tarfile.open(fileobj=counted, mode="r|") as archive:
                for member in archive:
                    if not member.isfile() or not member.name.lower().endswith(".xml"):
                        continue
                    if member.size > limits.record_bytes:
                        raise whole.too_large(f"one of its files has {member.size / 1e6:,.1f} MB", "record_bytes")
                    file = archive.extractfile(member)
                    data = file.read() if file is not None else b""
                    yield FileContent(Path(f"{path.name}:{Path(member.name).name}"), data, limits)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise whole.damaged("the archive breaks off, is damaged, or is not a tar.gz") from error
    except OSError as error:
        raise cannot_open(path, error) from error
