"""The other side's spelling of a word: a query in British English finds American text, and the reverse."""

from __future__ import annotations

import re
from functools import lru_cache

_PAIRS = (
    (re.compile(r"(?<=[a-z]{3})our(?=s?$)"), "or"),
    (re.compile(r"(?<=[a-z]{3})or(?=s?$)"), "our"),
    (re.compile(r"(?<=[a-z]{3})is(?=(?:e|es|ed|ing|ation|ations)$)"), "iz"),
    (re.compile(r"(?<=[a-z]{3})iz(?=(?:e|es|ed|ing|ation|ations)$)"), "is"),
    (re.compile(r"(?<=[a-z]{2})tre(?=s?$)"), "ter"),
    (re.compile(r"(?<=[a-z]{2})ter(?=s?$)"), "tre"),
    (re.compile(r"lys(?=(?:e|es|ed|ing)$)"), "lyz"),
    (re.compile(r"lyz(?=(?:e|es|ed|ing)$)"), "lys"),
    (re.compile(r"sulph"), "sulf"),
    (re.compile(r"sulf"), "sulph"),
)
_DIGRAPH = re.compile(r"[ao]e")
_LETTER = re.compile(r"(?<![ao])e")


@lru_cache(maxsize=8192)
def spellings(word: str) -> tuple[str, ...]:
    """The word, and what it may be across the Atlantic; most of them are no words, and no index holds them."""
    out = [word]
    for pattern, other in _PAIRS:
        out.append(pattern.sub(other, word, count=1))
    plain = _DIGRAPH.sub("e", word)
    out.append(plain)
    for match in _LETTER.finditer(plain):
        out.extend(f"{plain[: match.start()]}{first}{plain[match.start() :]}" for first in "ao")
    return tuple(dict.fromkeys(out))
