"""MedQuAD as published: question-answer pairs of NIH and CDC pages in one archive of XML files.

Ben Abacha and Demner-Fushman 2019, doi:10.1186/s12859-019-3119-4, CC BY 4.0, https://github.com/abachaa/MedQuAD.
"""

from __future__ import annotations

import re
import tarfile
import xml.etree.ElementTree as ElementTree  # the files are the publisher's own; expat bounds entity expansion
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bedside.core.errors import SettingsError

ARCHIVE = "medquad_open_collections_xml.tar.gz"
HOME = "https://github.com/abachaa/MedQuAD"
OPENING = 32  # words of an answer that are embedded: its first sentence or two, which say what it is about
_SPACE = re.compile(r"\s+")


class Pair(NamedTuple):
    """One question and its answer.

    Attributes:
        source: the collection, as "GHR".
        document: the document within its collection.
        focus: what the document is about: a disease, mostly.
        synonyms: other names of the focus.
        kind: the type of question, as "treatment".
        question: its words.
        answer: its words, white space made single.
    """

    source: str
    document: str
    focus: str
    synonyms: tuple[str, ...]
    kind: str
    question: str
    answer: str


def load_pairs(folder: Path) -> list[Pair]:
    """Every pair with an answer, in the archive's order of names; answers that the publisher removed are left out.

    Args:
        folder: where `ARCHIVE` lies.

    Raises:
        SettingsError: the archive is not there or cannot be read.
    """
    path = folder / ARCHIVE
    try:
        with tarfile.open(path) as archive:
            members = sorted((m for m in archive if m.isfile() and m.name.endswith(".xml")), key=lambda m: m.name)
            files = (archive.extractfile(member) for member in members)
            return [pair for file in files if file is not None for pair in _pairs_of(file.read())]
    except (OSError, tarfile.TarError, ElementTree.ParseError) as error:
        raise SettingsError(
            f"MedQuAD cannot be read from {path}: {error}",
            f"Get the open collections from {HOME} and put them in one archive {ARCHIVE}.",
            code="BED-EVAL-005",
        ) from error


def opening(answer: str) -> str:
    """The first `OPENING` words of an answer."""
    return " ".join(answer.split()[:OPENING])


def title(pair: Pair) -> str:
    """What a pair is about, for words in common: its question, its focus and the focus's other names."""
    return " ".join((pair.question, pair.focus, *pair.synonyms))


def plain(text: str | None) -> str:
    """`text` with every run of white space made one space."""
    return _SPACE.sub(" ", text or "").strip()


def _pairs_of(content: bytes) -> Iterator[Pair]:
    document = ElementTree.fromstring(content)  # noqa: S314
    synonyms = tuple(plain(s.text) for s in document.iter("Synonym") if plain(s.text))
    for pair in document.iter("QAPair"):
        question, answer = pair.find("Question"), plain(pair.findtext("Answer"))
        if question is None or not answer:
            continue
        yield Pair(
            source=document.get("source", ""),
            document=document.get("id", ""),
            focus=plain(document.findtext("Focus")),
            synonyms=synonyms,
            kind=question.get("qtype", ""),
            question=plain(question.text),
            answer=answer,
        )
