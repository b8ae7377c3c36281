"""Words that are no names of drugs: those of the texts held here and of ICD-10-CM, with endings and slips allowed for.

``knowledge/terminology/plain_words.txt`` is made by ``scripts/plain_words.py``.
"""

from __future__ import annotations

import string
from functools import lru_cache

from bedside.knowledge.terms import TERMINOLOGY

_ENDINGS = ("s", "es", "ed", "d", "ing", "ly", "er", "ers", "ness", "ish", "like", "al", "y")
_SLIPS_FROM = 7
_SHORTEST = 5


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    return frozenset((TERMINOLOGY / "plain_words.txt").read_text(encoding="utf-8").split())


@lru_cache(maxsize=4096)
def is_plain_word(word: str) -> bool:
    """Whether a word is known as one: as it is, with an ending ("jogging"), or, from seven letters on, with a slip."""
    lower = word.lower()
    if "-" in lower:
        return all(len(part) < _SHORTEST or is_plain_word(part) for part in lower.split("-"))
    if any(part in _words() for part in _without_ending(lower)):
        return True
    return len(lower) >= _SLIPS_FROM and any(one in _words() for one in _one_slip(lower))


def _without_ending(word: str) -> set[str]:
    parts = {word, word + "s"}
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 2:
            part = word[: -len(ending)]
            parts |= {part, part + "e", part + "y", part[:-1]} if ending != "s" else {part}
    return parts


def _one_slip(word: str) -> set[str]:
    """Every word that is one letter away, or has two neighbours the other way round; the first letter stays."""
    cuts = [(word[:i], word[i:]) for i in range(1, len(word) + 1)]
    out = {a + b[1:] for a, b in cuts if b} | {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    for letter in string.ascii_lowercase:
        out |= {a + letter + b for a, b in cuts} | {a + letter + b[1:] for a, b in cuts if b}
    return out
