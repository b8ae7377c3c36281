"""Writing to the corpus: whole documents in one transaction, and removals that leave no trace."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from bedside.core.errors import StorageError
from bedside.knowledge.documents import Document, DocumentPassage
from bedside.retrieval.corpus.database import Database, damaged, set_meta, whole
from bedside.retrieval.corpus.records import (
    free_id,
    insert_document,
    passage_values,
    renamed,
    to_blobs,
    vector_hash,
)
from bedside.retrieval.vectors import Floats


class Prepared(NamedTuple):
    """A document with the vectors of its passages, (N, D) float32."""

    document: Document
    passages: Sequence[DocumentPassage]
    vectors: Floats


def embedded_text(title: str, passage: DocumentPassage) -> str:
    """What is embedded of a passage: its words under its document and heading."""
    return f"{title} > {passage.heading}: {passage.text}" if passage.heading else f"{title}: {passage.text}"


def is_held(db: sqlite3.Connection, document: Document) -> bool:
    """Whether the collection holds a document of that text."""
    return _row(db, "collection = ? AND sha256 = ?", (document.collection, document.sha256)) is not None


def write_documents(database: Database, batch: Sequence[Prepared], embedder: str) -> list[str]:
    """Writes whole documents in one transaction.

    Returns:
        For each, "added", "replaced" or, where another process was quicker, "unchanged".

    Raises:
        StorageError: as `Database.writing`; another embedder or trust than what is held.
    """
    with database.writing() as db:
        agree(db, embedder, batch[0].vectors.shape[1])
        return [_write(database, db, prepared) for prepared in batch]


def delete_documents(database: Database, where: str, value: str) -> int:
    """Deletes documents; their traces go with `purge`. Gives how many there were."""
    with database.writing() as db:
        rows = [row for (row,) in db.execute(f"SELECT row FROM documents WHERE {where}", (value,))]  # noqa: S608
        for row in rows:
            _delete(database, db, row)
        return len(rows)


def purge(database: Database) -> bool:
    """Rewrites what indexes the deleted, and empties the log; False while another process reads."""
    with database.writing() as db:
        for statement in database.layout.tidied:
            db.execute(statement)
    with database.reading() as db:
        if database.layout.rewritten:
            db.execute("VACUUM")
        busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def purged(database: Database) -> None:
    """Notes that no file holds what was removed any more."""
    with database.writing() as db:
        db.execute("DELETE FROM meta WHERE key = 'unpurged'")


def agree(db: sqlite3.Connection, embedder: str, width: int) -> None:
    """The first vectors say whose they are; later ones must be of the same embedder.

    Raises:
        StorageError: they are of another.
    """
    held = dict(db.execute("SELECT key, value FROM meta WHERE key IN ('embedder', 'width')").fetchall())
    if not held:
        set_meta(db, "embedder", embedder)
        set_meta(db, "width", str(width))
    elif held != {"embedder": embedder, "width": str(width)}:
        raise other_embedder(str(held.get("embedder")), embedder)


def other_embedder(held: str, given: str) -> StorageError:
    """The sentence for vectors that cannot be compared."""
    return StorageError(
        f"The corpus was embedded by {held}, not by {given}.",
        "Use that embedder, or export the corpus and add the export to a new one.",
        code="BED-STORE-029",
    )


def not_held(name: str) -> StorageError:
    """The sentence for a document, passage or collection that is not there."""
    return StorageError(
        f"Nothing of the name {name[:80]!r} is held in the corpus.",
        "List the documents to see what is held; it may have been removed or replaced by a newer version.",
        code="BED-STORE-028",
    )


def _write(database: Database, db: sqlite3.Connection, prepared: Prepared) -> str:
    document, passages, vectors = prepared
    if is_held(db, document):
        return "unchanged"
    _same_trust(db, document)
    old = _row(db, "collection = ? AND source = ?", (document.collection, document.source))
    older = "" if old is None else str(old[1])
    if old is not None:
        _delete(database, db, int(old[0]))
        document = document.model_copy(update={"replaces": older})
    document, kept = renamed(document, passages, free_id(db, document.id, older))
    seq = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'passages'").fetchone()
    first = (int(seq[0]) if seq else 0) + 1
    row = insert_document(db, document.model_copy(update={"passages": len(kept)}), first)
    rows = range(first, first + len(kept))
    db.executemany(
        "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [passage_values(number, row, passage) for number, passage in zip(rows, kept, strict=True)],
    )
    blobs = to_blobs(vectors)
    db.executemany(
        "INSERT INTO vectors VALUES (?, ?, ?)",
        [(number, blob, vector_hash(blob)) for number, blob in zip(rows, blobs, strict=True)],
    )
    db.executemany(
        "INSERT INTO words(rowid, title, heading, text) VALUES (?, ?, ?, ?)",
        [(number, document.title, p.heading, p.text) for number, p in zip(rows, kept, strict=True)],
    )
    return "added" if old is None else "replaced"


def _delete(database: Database, db: sqlite3.Connection, row: int) -> None:
    found = db.execute("SELECT first, passages FROM documents WHERE row = ?", (row,)).fetchone()
    if found is None:
        raise damaged(database.path, f"document {row} is not there")
    span = (found[0], found[0] + found[1] - 1)
    db.execute(
        "INSERT INTO words(words, rowid, title, heading, text) "
        "SELECT 'delete', row, title, heading, text FROM filed WHERE row BETWEEN ? AND ?",
        span,
    )
    db.execute("DELETE FROM vectors WHERE row BETWEEN ? AND ?", span)
    db.execute("DELETE FROM passages WHERE row BETWEEN ? AND ?", span)
    db.execute("DELETE FROM documents WHERE row = ?", (row,))
    removals = whole(db.execute("SELECT value FROM meta WHERE key = 'removals'").fetchone()[0], database.path)
    set_meta(db, "removals", str(removals + 1))
    set_meta(db, "unpurged", "1")


def _same_trust(db: sqlite3.Connection, document: Document) -> None:
    held = db.execute("SELECT trust FROM documents WHERE collection = ? LIMIT 1", (document.collection,)).fetchone()
    if held and held[0] != document.trust.value:
        raise StorageError(
            f"The collection {document.collection!r} holds {held[0]!r} texts, not {document.trust.value!r}.",
            "Give another collection name, or the same kind.",
            code="BED-STORE-027",
        )


def _row(db: sqlite3.Connection, where: str, values: tuple[object, ...]) -> tuple[int, str] | None:
    found = db.execute(f"SELECT row, id FROM documents WHERE {where}", values).fetchone()  # noqa: S608  only columns
    return (int(found[0]), str(found[1])) if found else None
