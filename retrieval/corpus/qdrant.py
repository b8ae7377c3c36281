"""The same vectors on a Qdrant server, for corpora beyond one machine; needs the extra ``bedside[qdrant]``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from bedside.core.errors import StoreIndexError
from bedside.retrieval.corpus.records import Ints
from bedside.retrieval.vectors import Floats

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

_BATCH = 512
_PAGE = 10_000
_SAID = 200


class QdrantIndex:
    """A `VectorIndex` in one Qdrant collection, made if need be. Only row ids and vectors go there, never text.

    Args:
        client: of a server, or local (``QdrantClient(path=...)``).
        name: of the collection.
        width: D.

    Raises:
        StoreIndexError: the server does not answer, or its collection is of another width.
    """

    removes = True

    def __init__(self, client: QdrantClient, name: str, width: int) -> None:
        self._client = client
        self._name = name
        with answering():
            if not client.collection_exists(name):
                self._make(width)
            held: Any = client.get_collection(name).config.params.vectors
        if getattr(held, "size", None) != width:
            raise StoreIndexError(
                f"The Qdrant collection {name!r} holds other vectors.", "Name another one.", code="BED-INDEX-004"
            )

    def __len__(self) -> int:
        with answering():
            return int(self._client.count(self._name, exact=True).count)

    def add(self, rows: Ints, vectors: Floats) -> None:
        """Takes in vectors under their row ids; one that is held already is written again."""
        from qdrant_client import models

        for start in range(0, len(rows), _BATCH):
            ids = rows[start : start + _BATCH].tolist()
            batch = models.Batch(ids=ids, vectors=vectors[start : start + _BATCH].tolist())
            with answering():
                self._client.upsert(self._name, points=batch, wait=True)

    def remove(self, rows: Ints) -> None:
        """Takes rows out: they are found no more at once; the server rewrites its files in its own time."""
        from qdrant_client import models

        for start in range(0, len(rows), _PAGE):
            chosen = models.PointIdsList(points=rows[start : start + _PAGE].tolist())
            with answering():
                self._client.delete(self._name, points_selector=chosen, wait=True)

    def rows(self) -> Ints:
        """The row ids held, ascending."""
        out: list[int] = []
        offset: Any = None
        while True:
            with answering():
                page, offset = self._client.scroll(
                    self._name, limit=_PAGE, offset=offset, with_payload=False, with_vectors=False
                )
            out.extend(int(point.id) for point in page)
            if offset is None:
                return np.array(sorted(out), dtype=np.int64)

    def search(self, query: Floats, count: int, allowed: Ints | None = None) -> tuple[Ints, Floats]:
        """The nearest rows and their cosines; a filter is sent as the list of its row ids."""
        from qdrant_client import models

        chosen = None
        if allowed is not None:
            chosen = models.Filter(must=[models.HasIdCondition(has_id=allowed.tolist())])
        with answering():
            points = self._client.query_points(
                self._name, query=query.tolist(), limit=count, query_filter=chosen, with_payload=False
            ).points
        rows = np.array([int(point.id) for point in points], dtype=np.int64)
        return rows, np.array([point.score for point in points], dtype=np.float32)

    def _make(self, width: int) -> None:
        from qdrant_client import models

        shape = models.VectorParams(size=width, distance=models.Distance.COSINE)
        try:
            self._client.create_collection(self._name, vectors_config=shape)
        except Exception:
            if not self._client.collection_exists(self._name):  # another process was not quicker
                raise


@contextmanager
def answering() -> Iterator[None]:
    """Turns what the client raises into a sentence.

    Raises:
        StoreIndexError: the server does not answer, or refuses.
    """
    from qdrant_client.common.client_exceptions import QdrantException
    from qdrant_client.http.exceptions import ApiException

    try:
        yield
    except (ApiException, QdrantException, ValueError, OSError, RuntimeError) as error:
        why = " ".join(str(error).split())[:_SAID] or type(error).__name__
        raise StoreIndexError(
            f"Qdrant did not do what it was asked ({why}).",
            "Start the server, or check BEDSIDE_CORPUS__QDRANT_URL and its key. Nothing held here is lost: "
            "the server is brought up to date when it answers.",
            code="BED-INDEX-005",
        ) from error
