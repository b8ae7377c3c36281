"""Nearest vectors by inner product, exactly: FAISS IndexFlatIP, used directly."""

from __future__ import annotations

from typing import Any

import numpy as np

from bedside.core.errors import StoreIndexError
from bedside.retrieval.vectors import Floats

# A flat index of a hundred thousand 384-d rows; a file that claims more is not ours.
_BYTE_LIMIT = 160_000_000


class DenseIndex:
    """Unit vectors in row order; similarity is their cosine."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Floats) -> DenseIndex:
        """An index of (N, D) float32 unit vectors."""
        import faiss

        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def from_bytes(cls, content: bytes) -> DenseIndex:
        """Reads what `to_bytes` wrote. Only for bytes whose hash was checked: FAISS trusts its input.

        Raises:
            StoreIndexError: FAISS cannot read them, or they hold another kind of index.
        """
        import faiss

        if hasattr(faiss, "set_deserialization_vector_byte_limit"):
            faiss.set_deserialization_vector_byte_limit(_BYTE_LIMIT)
        try:
            index = faiss.deserialize_index(np.frombuffer(content, dtype=np.uint8))
        except RuntimeError as error:
            raise StoreIndexError("The vector index cannot be read.", "It will be built again.") from error
        if not isinstance(faiss.downcast_index(index), faiss.IndexFlatIP):
            raise StoreIndexError("The vector index is of another kind.", "It will be built again.")
        return cls(index)

    def to_bytes(self) -> bytes:
        """The index as FAISS writes it."""
        import faiss

        return bytes(faiss.serialize_index(self._index).tobytes())

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def similarities(self, vector: Floats) -> Floats:
        """The cosine of `vector` (D,) with every row, in row order: (N,) float32."""
        scores, rows = self._index.search(vector[None, :], len(self))
        out: Floats = np.empty(len(self), dtype=np.float32)
        out[rows[0]] = scores[0]
        return out
