"""Nearest vectors by row id: one protocol, and the three FAISS indexes behind it, used directly and never pickled."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import Enum
from typing import Any, Protocol

import numpy as np

from bedside.core.errors import StoreIndexError
from bedside.retrieval.corpus.records import Ints
from bedside.retrieval.vectors import Floats

_LISTS_A_ROOT = 2  # inverted lists: twice the root of the rows
_MOST_LISTS = 4096
_SAMPLE_A_LIST = 64
_PROBES = 64  # lists read for a query, at least
_PROBED = 6  # and one list in six: one in sixteen found .892 of the nearest ten of 276,380, one in six .949
_CODE_FLOATS = 6  # floats that share one byte of a code, where the width allows
_CANDIDATES = 512  # whose exact cosines are read before the best are given
_HNSW_LINKS = 32
_HNSW_EFFORT = 128


class IndexKind(str, Enum):
    """Which index holds the vectors; AUTO chooses FLAT or IVF by size."""

    AUTO = "auto"
    FLAT = "flat"
    IVF = "ivf"
    HNSW = "hnsw"


class VectorIndex(Protocol):
    """Unit vectors under the row ids of the corpus.

    `removes` is whether single rows can be taken out; where they cannot, the index is built again without them.
    """

    removes: bool

    def __len__(self) -> int:
        """How many vectors are held."""
        ...

    def add(self, rows: Ints, vectors: Floats) -> None:
        """Takes in (N, D) float32 unit vectors under the (N,) row ids, none of which is held."""
        ...

    def remove(self, rows: Ints) -> None:
        """Takes rows out; rows that are not held are passed over.

        Raises:
            StoreIndexError: the kind of index cannot.
        """
        ...

    def rows(self) -> Ints:
        """The row ids held, ascending."""
        ...

    def search(self, query: Floats, count: int, allowed: Ints | None = None) -> tuple[Ints, Floats]:
        """The nearest rows and their cosines, best first.

        Args:
            query: (D,) float32 unit vector.
            count: how many at most.
            allowed: only among these row ids, ascending; None for all.
        """
        ...


class FlatIndex:
    """Every cosine computed: exact, quick to some 50,000 rows."""

    removes = True
    kind = IndexKind.FLAT

    def __init__(self, width: int) -> None:
        faiss = _faiss()
        self.faiss: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(width))
        self._gpu: Any = None

    def __len__(self) -> int:
        return int(self.faiss.ntotal)

    def add(self, rows: Ints, vectors: Floats) -> None:
        """Takes in vectors under their row ids."""
        self._gpu = None
        self.faiss.add_with_ids(np.ascontiguousarray(vectors), rows)

    def remove(self, rows: Ints) -> None:
        """Takes rows out."""
        faiss = _faiss()
        self._gpu = None
        self.faiss.remove_ids(faiss.IDSelectorBatch(rows))

    def rows(self) -> Ints:
        """The row ids held, ascending."""
        faiss = _faiss()
        out: Ints = np.sort(faiss.vector_to_array(self.faiss.id_map).astype(np.int64))
        return out

    def search(self, query: Floats, count: int, allowed: Ints | None = None) -> tuple[Ints, Floats]:
        """The nearest rows and their cosines, exactly."""
        faiss = _faiss()
        count = min(count, len(self))
        if not count:
            return _nothing()
        if allowed is None:
            self._gpu = self._gpu or on_gpu(self.faiss)
            return found(*(self._gpu or self.faiss).search(query[None, :], count))
        parameters = faiss.SearchParameters(sel=selector(allowed))
        return found(*self.faiss.search(query[None, :], count, params=parameters))


class IvfIndex:
    """Inverted lists of one-byte codes; the best candidates are ranked again by their exact vectors.

    A million rows of 384 floats take about 80 MB here. `train` comes before the first `add`.

    Args:
        width: D.
        exact: (N,) row ids to their (N, D) vectors, in order.
    """

    removes = True
    kind = IndexKind.IVF

    def __init__(self, width: int, exact: Callable[[Ints], Floats]) -> None:
        self.width = width
        self.faiss: Any = None
        self._exact = exact
        self._gpu: Any = None

    @staticmethod
    def sample_for(rows: int) -> int:
        """How many vectors `train` wants for an index of so many rows."""
        return min(rows, _SAMPLE_A_LIST * lists_for(rows))

    def train(self, sample: Floats, rows: int) -> None:
        """Learns lists and codes from (N, D) vectors, for an index of about so many rows."""
        faiss = _faiss()
        lists = max(1, min(lists_for(rows), len(sample) // 39))
        share = next(size for size in range(_CODE_FLOATS, self.width + 1) if self.width % size == 0)
        quantizer = faiss.IndexFlatIP(self.width)
        bits = 8 if len(sample) >= 39 * 256 else max(1, int(math.log2(max(2, len(sample) // 39))))
        self.faiss = faiss.IndexIVFPQ(
            quantizer, self.width, lists, self.width // share, bits, faiss.METRIC_INNER_PRODUCT
        )
        self.faiss.cp.niter = 8
        self.faiss.cp.seed = 1234
        self.faiss.cp.max_points_per_centroid = _SAMPLE_A_LIST
        self.faiss.train(np.ascontiguousarray(sample))
        self.faiss.nprobe = min(lists, max(_PROBES, lists // _PROBED))

    def __len__(self) -> int:
        return int(self.faiss.ntotal) if self.faiss is not None else 0

    def add(self, rows: Ints, vectors: Floats) -> None:
        """Takes in vectors under their row ids; an untrained index learns from them first."""
        if self.faiss is None:
            self.train(vectors, len(vectors))
        self._gpu = None
        self.faiss.add_with_ids(np.ascontiguousarray(vectors), rows)

    def remove(self, rows: Ints) -> None:
        """Takes rows out."""
        faiss = _faiss()
        self._gpu = None
        if self.faiss is not None:
            self.faiss.remove_ids(faiss.IDSelectorBatch(rows))

    def rows(self) -> Ints:
        """The row ids held, ascending."""
        faiss = _faiss()
        if not len(self):
            return _nothing()[0]
        lists = self.faiss.invlists
        sizes = [(i, int(lists.list_size(i))) for i in range(self.faiss.nlist)]
        parts = [faiss.rev_swig_ptr(lists.get_ids(i), size).copy() for i, size in sizes if size]
        out: Ints = np.sort(np.concatenate(parts).astype(np.int64))
        return out

    def search(self, query: Floats, count: int, allowed: Ints | None = None) -> tuple[Ints, Floats]:
        """The nearest rows by code, ranked by their exact cosines; few allowed rows are all compared exactly."""
        faiss = _faiss()
        if allowed is not None and len(allowed) <= 8 * _CANDIDATES:
            return self._ranked(query, allowed, count)
        if not len(self):
            return _nothing()
        wanted = min(max(_CANDIDATES, 2 * count), len(self))
        self.faiss.parallel_mode = 1  # the lists of one query are shared out among the cores; no file keeps this
        if allowed is None:
            self._gpu = self._gpu or on_gpu(self.faiss)
            rows, _ = found(*(self._gpu or self.faiss).search(query[None, :], wanted))
        else:
            # A thin filter leaves few rows in each list, so that more lists are read.
            probes = min(self.faiss.nlist, int(self.faiss.nprobe * min(8.0, len(self) / len(allowed))))
            parameters = faiss.SearchParametersIVF(sel=selector(allowed), nprobe=probes)
            rows, _ = found(*self.faiss.search(query[None, :], wanted, params=parameters))
        return self._ranked(query, rows, count)

    def _ranked(self, query: Floats, rows: Ints, count: int) -> tuple[Ints, Floats]:
        if not len(rows):
            return _nothing()
        cosines = self._exact(rows) @ query
        best = np.argsort(-cosines, kind="stable")[:count]
        return rows[best], cosines[best]


class HnswIndex(FlatIndex):
    """A graph of neighbours: quick at any size and without training, but rows cannot be taken out.

    For collections that only grow (guidelines); never for what a patient may ask to have erased.
    """

    removes = False
    kind = IndexKind.HNSW

    def __init__(self, width: int) -> None:
        faiss = _faiss()
        super().__init__(width)
        graph = faiss.IndexHNSWFlat(width, _HNSW_LINKS, faiss.METRIC_INNER_PRODUCT)
        graph.hnsw.efSearch = _HNSW_EFFORT
        self.faiss = faiss.IndexIDMap2(graph)

    def remove(self, rows: Ints) -> None:
        """Refuses: the graph has no way to forget.

        Raises:
            StoreIndexError: always.
        """
        raise StoreIndexError(
            "An HNSW index cannot take rows out.", "It is built again without them.", code="BED-INDEX-003"
        )

    def search(self, query: Floats, count: int, allowed: Ints | None = None) -> tuple[Ints, Floats]:
        """The nearest rows and their cosines."""
        faiss = _faiss()
        count = min(count, len(self))
        if not count:
            return _nothing()
        effort = max(_HNSW_EFFORT, 2 * count)
        chosen = None if allowed is None else selector(allowed)
        parameters = faiss.SearchParametersHNSW(sel=chosen, efSearch=effort)
        return found(*self.faiss.search(query[None, :], count, params=parameters))


def lists_for(rows: int) -> int:
    """How many inverted lists suit so many rows."""
    return max(1, min(_MOST_LISTS, int(_LISTS_A_ROOT * math.sqrt(rows))))


def selector(allowed: Ints) -> Any:
    """A FAISS selector of row ids: one bit a row."""
    faiss = _faiss()
    bits = np.zeros((int(allowed[-1]) // 8 + 1) * 8 if len(allowed) else 8, dtype=bool)
    bits[allowed] = True
    return faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))


def on_gpu(index: Any) -> Any:
    """A copy of the index on the first GPU, where faiss-gpu finds one; None where not."""
    faiss = _faiss()
    if not hasattr(faiss, "StandardGpuResources") or faiss.get_num_gpus() < 1:
        return None
    options = faiss.GpuClonerOptions()
    options.useFloat16 = True  # the tables of 64-byte codes fit into shared memory only so
    return faiss.index_cpu_to_gpu(faiss.StandardGpuResources(), 0, index, options)


def found(cosines: Floats, rows: Ints) -> tuple[Ints, Floats]:
    """What FAISS answers for one query, without its padding."""
    kept = rows[0] >= 0
    return rows[0][kept], cosines[0][kept]


def _nothing() -> tuple[Ints, Floats]:
    return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)


def _faiss() -> Any:
    """The library, untyped: its stubs do not know the keyword arguments that its Python wrappers take."""
    import faiss

    return faiss
