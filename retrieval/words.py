"""Words as the lexical index sees them: lower case, one spelling for UK and US, stemmed, without stop words."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
_WORD = re.compile(r"[A-Za-z0-9]+(?:\.[0-9]+)?")


def _listed(name: str) -> frozenset[str]:
    return frozenset((_HERE / name).read_text(encoding="utf-8").split())


STOP_WORDS = _listed("stop_words.txt")

# Words that frame a clinical question or belong to any passage: they say nothing of what the question is about.
FRAME_WORDS = _listed("frame_words.txt")

# One spelling for both sides of the Atlantic, and the singular of -osis. Applied to questions and passages alike, so a
# word wrongly changed ("toe") is changed the same way in both and still meets itself.
_SPELLINGS = (
    (re.compile(r"ae|oe"), "e"),
    (re.compile(r"sulph"), "sulf"),
    (re.compile(r"([a-z]{3})our(s?)$"), r"\1or\2"),
    (re.compile(r"([a-z]{3})is(e|es|ed|ing|ation|ations)$"), r"\1iz\2"),
    (re.compile(r"([a-z]{2})tre(s?)$"), r"\1ter\2"),
    (re.compile(r"lys(e|es|ed|ing)$"), r"lyz\1"),
    (re.compile(r"([a-z]{4})oses$"), r"\1osis"),
)


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of one lower-case word, in the common spelling (Porter 2, snowballstem.org)."""
    for pattern, spelling in _SPELLINGS:
        word = pattern.sub(spelling, word)
    return str(_stemmer().stemWord(word))


def words(text: str) -> list[str]:
    """The words of `text` in order, lower case, hyphens and slashes taken as spaces; decimals stay whole."""
    return [word.lower() for word in _WORD.findall(text)]


def cased_words(text: str) -> list[str]:
    """The same words as they are written: as many as `words` gives."""
    return _WORD.findall(text)


def stems(text: str) -> list[str]:
    """The stems of `text` without stop words, in order, repeats kept."""
    return [stem(word) for word in words(text) if word not in STOP_WORDS]


def informative(text: str) -> list[str]:
    """The words of `text` that say what it is about: no stop word, no frame word, no bare number; repeats removed."""
    kept = [
        w for w in words(text) if w not in STOP_WORDS and w not in FRAME_WORDS and not w[0].isdigit() and len(w) > 1
    ]
    return list(dict.fromkeys(kept))


def mentions(text: str, name: str) -> bool:
    """Whether `text` names `name`: every stem of the name in a row, whatever the spelling, number or hyphen."""
    return has_run(tuple(stem(w) for w in words(text)), tuple(stem(w) for w in words(name)))


def has_run(row: tuple[str, ...], run: tuple[str, ...]) -> bool:
    """Whether `run` stands in `row`, unbroken and in order; an empty run stands nowhere."""
    if not run:
        return False
    return any(row[i : i + len(run)] == run for i in range(len(row) - len(run) + 1))
