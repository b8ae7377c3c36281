"""The adapter as it is used: two linear maps over MiniLM's vectors, one for questions and one for passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bedside.core.carded import read_carded, write_carded
from bedside.core.errors import WeightError
from bedside.retrieval.embed import Embedder
from bedside.retrieval.vectors import Floats

FOLDER = Path(__file__).resolve().parent
WEIGHT, CARD = "adapter.safetensors", "adapter.json"
_LIMIT = 3_000_000  # bytes; a file that is larger is not ours


@dataclass(frozen=True)
class Adapter:
    """Two maps of vectors: x becomes x + x W, at unit length.

    Attributes:
        question: W for questions, (D, D) float32.
        passage: W for passages, (D, D) float32.
        base: the identity of the embedder whose vectors it maps.
        identity: changes whenever the mapped vectors could change.
    """

    question: Floats
    passage: Floats
    base: str
    identity: str

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Adapter:
        """Reads what `save` wrote, by default the adapter that comes with Bedside.

        Raises:
            WeightError: it is not there, its sha256 is not that of its card, or it holds something else.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load

        content, card, found = read_carded(folder / WEIGHT, folder / CARD, _LIMIT, _unusable)
        try:
            base, maps = str(card["base"]), load(content)
            question, passage = maps["question"], maps["passage"]
        except (ValueError, KeyError, TypeError, SafetensorError) as error:
            raise _unusable(repr(error)) from error
        square = (len(question), len(question))
        if question.shape != square or passage.shape != square or {question.dtype, passage.dtype} != {np.dtype("f4")}:
            raise _unusable("it does not hold two square maps of 32-bit numbers")
        return cls(question, passage, base, f"{base}+adapter/{found[:16]}")

    def save(self, folder: Path, recipe: Mapping[str, object]) -> Path:
        """Writes the maps, and a card with their sha256 and how they were made, into `folder`."""
        from safetensors.numpy import save

        maps = {"question": np.ascontiguousarray(self.question), "passage": np.ascontiguousarray(self.passage)}
        facts = {"base": self.base, "recipe": dict(recipe)}
        return write_carded(folder / WEIGHT, save(maps), folder / CARD, facts)

    def questions(self, vectors: Floats) -> Floats:
        """Vectors of questions, (N, D) float32, mapped to unit length."""
        return mapped(vectors, self.question)

    def passages(self, vectors: Floats) -> Floats:
        """Vectors of passages, (N, D) float32, mapped to unit length."""
        return mapped(vectors, self.passage)


class AdaptedEmbedder:
    """An embedder whose vectors go through an adapter: `encode` for passages, `encode_query` for questions.

    Raises WeightError where the adapter was trained over another embedder.
    """

    def __init__(self, base: Embedder, adapter: Adapter) -> None:
        if base.identity != adapter.base:
            raise _unusable(f"it maps vectors of {adapter.base}, not of {base.identity}")
        self._base, self._adapter = base, adapter
        self.identity = adapter.identity

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of passages, one row a text: (N, D) float32."""
        return self._adapter.passages(self._base.encode(texts))

    def encode_query(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of questions, one row a text: (N, D) float32."""
        return self._adapter.questions(self._base.encode(texts))


def mapped(vectors: Floats, weight: Floats) -> Floats:
    """x + x W for each row x, at unit length: (N, D) float32."""
    moved = vectors + vectors @ weight
    out: Floats = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)
    return out


def _unusable(why: str) -> WeightError:
    return WeightError(f"The retrieval adapter cannot be used: {why}.", "Install Bedside again.", code="BED-WEIGHT-007")
