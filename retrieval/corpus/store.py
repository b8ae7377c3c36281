"""The store of a user's own documents: SQLite is the truth, the indexes follow it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from bedside.knowledge.documents import Document, DocumentPassage, Trust
from bedside.retrieval.corpus import erasing, writing
from bedside.retrieval.corpus.database import Database, damaged
from bedside.retrieval.corpus.exported import write_export
from bedside.retrieval.corpus.followed import FollowingIndex
from bedside.retrieval.corpus.nouns import Added, CollectionInfo, CorpusHit, Progress
from bedside.retrieval.corpus.records import (
    DOCUMENT_COLUMNS,
    PASSAGE_COLUMNS,
    check_passages,
    document_of,
    passage_of,
)
from bedside.retrieval.corpus.rows import Filter
from bedside.retrieval.corpus.search import CorpusSearch
from bedside.retrieval.corpus.synced import SyncedIndex
from bedside.retrieval.corpus.vectors import IndexKind
from bedside.retrieval.corpus.verify import problems
from bedside.retrieval.embed import Embedder
from bedside.retrieval.vectors import Floats

_BATCH = 256  # passages in a transaction; a longer document is still one
_ENCODED = 64

Text = tuple[Document, Sequence[DocumentPassage]]


class Corpus:
    """A user's documents in one folder, open in as many processes as like. Safe for threads.

    Args:
        folder: made if need be.
        embedder: the one that the corpus was made with.
        kind: which FAISS index; AUTO goes by size. HNSW only for collections from which nothing is ever removed.
        vectors: makes what follows SQLite with the vectors; None for FAISS beside it.

    Raises:
        StorageError: the folder cannot be used, the file is damaged, or the corpus was made with another embedder.
    """

    def __init__(
        self,
        folder: Path,
        embedder: Embedder,
        kind: IndexKind = IndexKind.AUTO,
        vectors: Callable[[Database], FollowingIndex] | None = None,
    ) -> None:
        self._database = Database(folder)
        self._embedder = embedder
        self._index: FollowingIndex = (
            vectors(self._database) if vectors else SyncedIndex(self._database, folder / "index", kind)
        )
        self._search = CorpusSearch(self._database, self._index, embedder)
        held = self._database.meta("embedder")
        if held and held != embedder.identity:
            self._database.close()
            raise writing.other_embedder(held, embedder.identity)
        if self._database.meta("unpurged"):
            erasing.erase_the_rest(self._database, self._index)

    def __enter__(self) -> Corpus:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add(self, documents: Iterable[Text], progress: Progress | None = None) -> Added:
        """Takes documents in; killed at any moment, it leaves whole documents, and called again it goes on.

        A document whose text the collection holds already costs nothing. One whose source is held with another text
        replaces that: its id then gets a number, so that no old citation points at new text.

        Args:
            documents: each with its passages, numbered from 1. Read one by one: a million need not fit into memory.
            progress: told after each batch.

        Raises:
            StorageError: the disk is full, the file is locked or damaged, or a document cannot be cited from. What
                was written before stays.
            StoreIndexError: a server that holds the vectors does not answer.
        """
        self._index.reach()
        counts: Counter[str] = Counter()
        waiting: list[Text] = []
        passages = 0
        for document, its_passages in documents:
            with self._database.reading() as db:
                held = writing.is_held(db, document)
            if held:
                counts["unchanged"] += 1
                continue
            check_passages(document, its_passages)
            waiting.append((document, its_passages))
            if sum(len(each) for _, each in waiting) >= _BATCH:
                passages += self._write(waiting, counts)
                waiting = []
                if progress:
                    progress(counts.total(), passages)
        passages += self._write(waiting, counts)
        if counts["replaced"]:
            erasing.erase(self._database, self._index)
        self._index.save()
        if progress:
            progress(counts.total(), passages)
        return Added(added=counts["added"], unchanged=counts["unchanged"], replaced=counts["replaced"])

    def remove(self, document_id: str) -> None:
        """Removes a document, and every trace of its text and vectors from every file.

        Raises:
            StorageError: it is not held; or it is removed, but another process that reads delays the erasing.
        """
        if not writing.delete_documents(self._database, "id = ?", document_id):
            raise writing.not_held(document_id)
        erasing.erase_or_say(self._database, self._index)

    def remove_collection(self, name: str) -> int:
        """Removes a collection, and every trace of it from every file; gives how many documents it had.

        Raises:
            StorageError: there is none of that name; or as `remove`.
        """
        removed = writing.delete_documents(self._database, "collection = ?", name)
        if not removed:
            raise writing.not_held(name)
        erasing.erase_or_say(self._database, self._index)
        return removed

    def documents(self, collection: str | None = None) -> tuple[Document, ...]:
        """The documents held, in the order of adding."""
        where, values = ("1", ()) if collection is None else ("d.collection = ?", (collection,))
        return tuple(self._documents(where, values))

    def document(self, document_id: str) -> Document:
        """A document by its id.

        Raises:
            StorageError: it is not held.
        """
        found = self._documents("d.id = ?", (document_id,))
        if not found:
            raise writing.not_held(document_id)
        return found[0]

    def passage(self, passage_id: str) -> DocumentPassage:
        """A passage by its id.

        Raises:
            StorageError: it is not held.
        """
        return self.neighbours(passage_id, 0)[0]

    def passages_of(self, document_id: str) -> tuple[DocumentPassage, ...]:
        """All passages of a document, in order.

        Raises:
            StorageError: it is not held.
        """
        found = self._passages(document_id, 1, 2**62)
        if not found:
            raise writing.not_held(document_id)
        return found

    def neighbours(self, passage_id: str, n: int = 1) -> tuple[DocumentPassage, ...]:
        """A passage with up to `n` before it and `n` after it, in order.

        Raises:
            StorageError: the passage is not held.
        """
        document, _, number = passage_id.rpartition("#")
        position = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
        found = self._passages(document, position - n, position + n)
        if all(passage.position != position for passage in found):
            raise writing.not_held(passage_id)
        return found

    def collections(self) -> tuple[CollectionInfo, ...]:
        """The collections, by name, with their trust and how much they hold."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT collection, min(trust), count(*), sum(passages) FROM documents GROUP BY collection ORDER BY 1"
            ).fetchall()
        return tuple(CollectionInfo(name=c, trust=Trust(t), documents=d, passages=p) for c, t, d, p in rows)

    def search(
        self,
        query_text: str,
        *,
        top_k: int = 8,
        collections: Sequence[str] | None = None,
        trust: Sequence[Trust] | None = None,
        year_from: int | None = None,
        sentences: bool = False,
    ) -> tuple[CorpusHit, ...]:
        """The passages that answer best to a query by word and by meaning, without copies, best first.

        Args:
            query_text: in words.
            top_k: how many at most.
            collections: only in these.
            trust: only in texts of these kinds.
            year_from: only in documents of that year or later.
            sentences: also give the query's cosine with each sentence of what is found. They are embedded then and
                there, which takes the embedder a second or more for eight passages.

        Raises:
            StorageError: the file is damaged or locked.
        """
        return self._search.search(query_text, top_k, Filter(collections, trust, year_from), sentences)

    def verify(self) -> list[str]:
        """Everything that is not as it was written, in words; empty for a sound corpus. Reads all of it.

        Raises:
            StoreIndexError: a server that holds the vectors does not answer.
        """
        return problems(self._database, self._index)

    def export(self, path: Path) -> int:
        """Writes every document with its passages as JSON lines; `exported.read_export` reads them back.

        Raises:
            StorageError: the file cannot be written, or the corpus is damaged.
        """
        ids = [document.id for document in self.documents()]
        return write_export(path, ((self.document(name), self.passages_of(name)) for name in ids))

    def close(self) -> None:
        """Closes the files."""
        self._search.close()
        self._index.close()
        self._database.close()

    def _write(self, waiting: Sequence[Text], counts: Counter[str]) -> int:
        if not waiting:
            return 0
        vectors = self._encoded([writing.embedded_text(d.title, p) for d, each in waiting for p in each])
        ends = np.cumsum([len(each) for _, each in waiting])[:-1]
        parts = np.split(vectors, ends)
        batch = [writing.Prepared(d, each, part) for (d, each), part in zip(waiting, parts, strict=True)]
        came = writing.write_documents(self._database, batch, self._embedder.identity)
        counts.update(came)
        return sum(len(each) for (_, each), what in zip(waiting, came, strict=True) if what != "unchanged")

    def _encoded(self, texts: Sequence[str]) -> Floats:
        parts = [self._embedder.encode(texts[i : i + _ENCODED]) for i in range(0, len(texts), _ENCODED)]
        return np.concatenate(parts)

    def _documents(self, where: str, values: tuple[object, ...]) -> list[Document]:
        statement = f"SELECT {DOCUMENT_COLUMNS}, d.hash FROM documents d WHERE {where} ORDER BY d.row"  # noqa: S608
        with self._database.reading() as db:
            return [document_of(row, self._database.path) for row in db.execute(statement, values)]

    def _passages(self, document_id: str, first: int, last: int) -> tuple[DocumentPassage, ...]:
        """The passages of those positions, all of them or an error: a damaged tree must not lose one unnoticed."""
        with self._database.reading() as db:
            held = db.execute("SELECT passages FROM documents WHERE id = ?", (document_id,)).fetchone()
            rows = db.execute(
                f"SELECT {PASSAGE_COLUMNS} FROM documents d JOIN passages p "  # noqa: S608
                "ON p.row BETWEEN d.first AND d.first + d.passages - 1 AND p.document = d.row "
                "WHERE d.id = ? AND p.position BETWEEN ? AND ? ORDER BY p.position",
                (document_id, first, last),
            ).fetchall()
        found = tuple(passage_of(row, self._database.path) for row in rows)
        expected = range(max(1, first), min(last, held[0]) + 1) if held else range(0)
        if [passage.position for passage in found] != list(expected):
            raise damaged(self._database.path, f"passages of {document_id[:80]!r} are missing")
        return found
