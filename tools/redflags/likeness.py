"""How much a text reads like an emergency, where no rule sees one: a second net, and weaker than a rule.

A logistic regression over MiniLM's vector of the text and the words and pairs of words in it, fitted to made-up texts
(``python -m bedside.evals.fit_likeness``; its figures are in docs/evaluations.md). It does not say which emergency: the
nearest fitted texts told it for 12 of 30 unseen ones, and a wrong one leads astray.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from bedside.core.carded import read_carded, write_carded
from bedside.core.errors import WeightError
from bedside.retrieval.embed import Embedder
from bedside.retrieval.vectors import Floats

FOLDER = Path(__file__).resolve().parent
WEIGHT, CARD = "likeness.safetensors", "likeness.json"
WORD_SHARE = 1.5  # length of the words' part of a row; the vector has length 1 (chosen by cross-validation)
# Words of a text that is read: it was fitted to texts of one sentence to a few, and the embedder reads 256 tokens. A
# shorter message ("The urea is 9.1", "61M on warfarin") tells too little to be like anything.
SHORTEST, LONGEST = 9, 150
_VECTOR = 384  # numbers in the embedder's vector
_LIMIT = 3_000_000  # bytes; a file that is larger is not ours
_ASKED_AT_MOST, _TOLD_AT_LEAST = 14, 5  # words of a question that is left off, and of what must remain
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Reading:
    """How much one text reads like an emergency.

    Attributes:
        share: of texts with this score that told of an emergency, where half of all did: 0 to 1.
        alarming: whether the score is above the threshold.
    """

    share: float
    alarming: bool


@dataclass(frozen=True)
class Likeness:
    """The fitted weights.

    Attributes:
        weights: (D + V,) float32: of the vector, then of the words.
        idf: (V,) float32: rarity of each word or pair.
        words: place of each word or pair.
        bias: added to the weighted sum.
        calibration: slope and intercept from score to log odds, at even odds before.
        threshold: score above which a text is alarming.
        identity: changes whenever a reading could change.
    """

    weights: Floats
    idf: Floats
    words: Mapping[str, int]
    bias: float
    calibration: tuple[float, float]
    threshold: float
    identity: str

    def scores(self, texts: Sequence[str], vectors: Floats) -> Floats:
        """Log odds before calibration: (N,). `vectors` are of `told(text)`: (N, D)."""
        out: Floats = rows(texts, vectors, self.words, self.idf) @ self.weights + np.float32(self.bias)
        return out

    def read(self, text: str, embedder: Embedder) -> Reading | None:
        """The reading of one text; None where it tells less, or is longer, than what this was fitted to.

        Raises:
            WeightError: the embedder cannot be had.
        """
        if not SHORTEST <= len(told(text).split()) <= LONGEST:
            return None
        score = float(self.scores([text], embedder.encode([told(text)]))[0])
        slope, intercept = self.calibration
        share = float(1 / (1 + np.exp(-(slope * score + intercept))))
        return Reading(share, score > self.threshold)

    def save(self, folder: Path, recipe: Mapping[str, object]) -> None:
        """Writes the weights, and a card with their sha256 and how they were made."""
        from safetensors.numpy import save

        content = save({"weights": self.weights, "idf": self.idf})
        facts = {
            "bias": self.bias,
            "calibration": self.calibration,
            "threshold": self.threshold,
            "recipe": dict(recipe),
            "words": "|".join(self.words),
        }
        write_carded(folder / WEIGHT, content, folder / CARD, facts)


@lru_cache(maxsize=2)
def load_likeness(folder: Path = FOLDER) -> Likeness:
    """Reads what `save` wrote, by default what comes with Bedside.

    Raises:
        WeightError: it is not there, its sha256 is not that of its card, or it holds something else.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    content, card, found = read_carded(folder / WEIGHT, folder / CARD, _LIMIT, _unusable)
    try:
        held = load(content)
        slope, intercept = (float(x) for x in card["calibration"])
        words = {word: i for i, word in enumerate(str(card["words"]).split("|"))}
        made = Likeness(
            weights=held["weights"],
            idf=held["idf"],
            words=words,
            bias=float(card["bias"]),
            calibration=(slope, intercept),
            threshold=float(card["threshold"]),
            identity=found[:16],
        )
    except (ValueError, KeyError, TypeError, SafetensorError) as error:
        raise _unusable(repr(error)) from error
    if made.weights.shape != (_VECTOR + len(words),) or made.idf.shape != (len(words),):
        raise _unusable("its parts do not fit together")
    return made


def told(text: str) -> str:
    """The text without short questions at its end: an emergency is one whatever is asked about it.

    Without this, "What should I do?" behind an emergency made it read like a question about guidelines.
    """
    sentences = _SENTENCE.split(text.strip())
    while sentences[-1].endswith("?") and len(sentences[-1].split()) <= _ASKED_AT_MOST:
        if sum(len(s.split()) for s in sentences[:-1]) < _TOLD_AT_LEAST:
            break
        sentences.pop()
    return " ".join(sentences)


def phrases(text: str) -> frozenset[str]:
    """The words of a text and its pairs of neighbours, in lower case; every number is ``#``."""
    words = ["#" if word[0].isdigit() else word for word in _WORD.findall(told(text).lower())]
    return frozenset(words) | {f"{one} {other}" for one, other in pairwise(words)}


def rows(texts: Sequence[str], vectors: Floats, words: Mapping[str, int], idf: Floats) -> Floats:
    """What is weighted, (N, D + V) float32: the vector, then the words with their rarity, at length `WORD_SHARE`."""
    out = np.zeros((len(texts), len(words)), dtype=np.float32)
    for row, text in enumerate(texts):
        places = [words[p] for p in phrases(text) if p in words]
        out[row, places] = idf[places]
    lengths = np.linalg.norm(out, axis=1, keepdims=True)
    return np.hstack([vectors, WORD_SHARE * out / np.where(lengths > 0, lengths, 1)]).astype(np.float32)


def _unusable(why: str) -> WeightError:
    return WeightError(
        f"The likeness to an emergency cannot be used: {why}.", "Install Bedside again.", code="BED-WEIGHT-031"
    )
