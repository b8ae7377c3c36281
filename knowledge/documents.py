"""Documents that a user adds beside the guidelines: what a reader makes of a file, and what is kept of it.

A reader turns a file into `ParsedDocument`s: text in order, each block with its page and kind. Splitting makes passages
of them. The guideline summaries of ``knowledge/guidelines`` are not documents: they have a schema of their own.
"""

from __future__ import annotations

from enum import Enum

from pydantic import Field

from bedside.core.base import Frozen


class Trust(str, Enum):
    """What sort of text a collection holds; shown beside every citation."""

    PROTOCOL = "institutional protocol"
    GUIDELINE = "guideline"
    SUMMARY = "third-party summary"
    PAPER = "paper"
    PATIENT_INFORMATION = "patient information"


class BlockKind(str, Enum):
    """The structure that is kept."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list item"
    TABLE_ROW = "table row"


class Block(Frozen):
    """One piece of a document's text.

    Attributes:
        kind: what it is.
        text: one line of text, white space folded; a table row is its cells as "column: cell; column: cell".
        page: from 1, where the file has pages.
        level: of a heading, from 1 (the document's title) down.
    """

    kind: BlockKind
    text: str = Field(min_length=1)
    page: int | None = None
    level: int = 0


class ParsedDocument(Frozen):
    """A document as a reader found it.

    Attributes:
        title: from the file, or its name.
        blocks: in reading order.
        key: tells one document of a file from the others ("" for a file that is one document): an answer's id, a row's.
        publisher: who says so, where the file tells.
        year: of the document, where the file tells.
        link: of the original, where the file tells.
        pages: how many; 0 where the file has none.
    """

    title: str = Field(min_length=1)
    blocks: tuple[Block, ...] = Field(min_length=1)
    key: str = ""
    publisher: str = ""
    year: int | None = None
    link: str = ""
    pages: int = 0


class Document(Frozen):
    """A document as it is kept.

    Attributes:
        id: kebab-case, unique: from the title, with a number where two would be the same.
        collection: the name under which it was added.
        trust: of its collection.
        source: the path or address it came from, with the key after "#" where the file holds several.
        sha256: of its text (title and blocks), so that the same document is found again under another name.
        added: ISO 8601, UTC.
        replaces: the id of an older version of the same source that it took the place of; "" where none.
    """

    id: str
    collection: str
    trust: Trust
    title: str
    source: str
    sha256: str
    added: str
    publisher: str = ""
    year: int | None = None
    link: str = ""
    pages: int = 0
    passages: int = 0
    replaces: str = ""


class DocumentPassage(Frozen):
    """Some sentences of a document that stand together, short enough to be quoted.

    Attributes:
        id: ``document-id#n``, n from 1.
        document: the document's id.
        position: n.
        heading: the headings above it, outermost first, joined by " > ".
        page: of its first word, where the file has pages.
        text: the sentences; quotes are verbatim pieces of it.
        sentences: for each sentence, the characters (start inclusive, end exclusive) of `text` it fills.
    """

    id: str
    document: str
    position: int
    heading: str = ""
    page: int | None = None
    text: str = Field(min_length=1)
    sentences: tuple[tuple[int, int], ...] = Field(min_length=1)
