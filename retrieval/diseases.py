"""The words of ICD-10-CM, so that a disease which the library does not know is told from words that merely differ.

``knowledge/terminology/disease_words.txt`` is made by ``scripts/disease_words.py``.
"""

from __future__ import annotations

from functools import lru_cache

from bedside.knowledge.terms import TERMINOLOGY
from bedside.retrieval.words import stem


@lru_cache(maxsize=1)
def _stems() -> frozenset[str]:
    return frozenset(stem(word) for word in (TERMINOLOGY / "disease_words.txt").read_text(encoding="utf-8").split())


def is_disease_word(word: str) -> bool:
    """Whether ICD-10-CM names a disease with that word, in either spelling ("croup", "anaemia")."""
    return stem(word.lower()) in _stems()
