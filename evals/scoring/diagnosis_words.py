"""The words of a stated diagnosis, ready to be compared: spelling, order, abbreviations and numbers aside."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from bedside.core.base import Frozen
from bedside.evals.diagnosis_match import variants
from bedside.knowledge.diseases import plain_name
from bedside.knowledge.terms import TERMINOLOGY, load_yaml

_TABLE = Path(__file__).with_name("diagnosis_words.yaml")
_SPELLINGS = (("ae", "e"), ("oe", "e"), ("our", "or"), ("isation", "ization"), ("itre", "iter"))
_ROMAN = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}
# Behind these a single letter or Roman number is a number and no word.
_NUMBERED = frozenset({"type", "bipolar", "factor", "stage", "grade", "class", "neoplasia", "stanford", "nyha"})
# A single "a" behind these is a kind and no article.
_LETTERED = frozenset({"hepatitis", "hemophilia", "influenza", "group", "vitamin", "type", "stanford"})


class Table(Frozen):
    """The rows of diagnosis_words.yaml."""

    articles: frozenset[str]
    cuts: frozenset[str]
    breakers: frozenset[str]
    axes: tuple[frozenset[str], ...]
    soft: frozenset[str]
    illness: frozenset[str]
    organs: frozenset[str]
    words: dict[str, str]
    same: tuple[tuple[str, ...], ...]


class Wording(NamedTuple):
    """One way of writing a diagnosis.

    Attributes:
        parts: its words in order, cut at "with", "due to" and the like.
    """

    parts: tuple[tuple[str, ...], ...]

    @property
    def key(self) -> frozenset[str]:
        """All of its words but the soft ones; where no other is left, all."""
        return core_of(frozenset(word for part in self.parts for word in part))


@lru_cache(maxsize=1)
def table() -> Table:
    """The words as they are kept."""
    return Table.model_validate(load_yaml(_TABLE))


@lru_cache(maxsize=32768)
def wordings(name: str) -> tuple[Wording, ...]:
    """The wordings of a name: as it is, without what stands in brackets, what stands in them alone."""
    return tuple(dict.fromkeys(Wording(parts) for parts in _parts_of_all(name)))


@lru_cache(maxsize=65536)
def core_of(words: frozenset[str]) -> frozenset[str]:
    """Without soft words, and without words for illness where more than an organ is left."""
    firm = words - table().soft
    core = firm - table().illness
    return core if core - table().organs else firm or words


def conflict(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sets of words have different words of one axis: acute and chronic."""
    return any(one & axis and other & axis and not one & other & axis for axis in table().axes)


def words_in(name: str) -> frozenset[str]:
    """Every word of every wording."""
    return frozenset(word for wording in wordings(name) for part in wording.parts for word in part)


def plain_words(name: str) -> frozenset[str]:
    """The words of a name as it is written, those that a name is cut at left out."""
    return frozenset(_tokens(_folded(name))) - table().cuts


def initials_of(words: tuple[str, ...]) -> str:
    """Their first letters, capitals."""
    return "".join(word[0] for word in words).upper()


def _parts_of_all(name: str) -> list[tuple[tuple[str, ...], ...]]:
    folded = _folded(name)
    out = []
    for variant in variants(folded):
        for written in _long_forms(variant):
            parts = tuple(tuple(part) for part in _cut(_tokens(written)) if part)
            if parts:
                out.append(parts)
    return out


def _folded(name: str) -> str:
    """Without accents; a hyphen or a slash is a space, and so is what is not a letter or a digit."""
    plain = unicodedata.normalize("NFKD", name.replace("’", "'").replace("ß", "ss"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def _long_forms(variant: str) -> list[str]:
    """The name as it is written, and with its abbreviations written out."""
    words = re.findall(r"[A-Za-z0-9']+|[^A-Za-z0-9']+", variant)
    long = [_abbreviations().get(word.lower(), word) if not word.islower() else word for word in words]
    return list(dict.fromkeys([variant, "".join(long)]))


@lru_cache(maxsize=1)
def _abbreviations() -> dict[str, str]:
    rows = load_yaml(TERMINOLOGY / "abbreviations.yaml")
    pairs = [(str(short).lower(), str(long[0])) for part in ("short", "upper") for short, long in rows[part].items()]
    return {short: long for short, long in pairs if _abbreviates(short, long.lower())}


def _abbreviates(short: str, long: str) -> bool:
    """Whether its letters stand in the long form in this order, the first at its beginning; the table is wider."""
    places = iter(long)
    return short[:1] == long[:1] and all(letter in places for letter in short if letter.isalpha())


def _tokens(name: str) -> list[str]:
    raw = plain_name(name).split()
    out: list[str] = []
    for n, word in enumerate(raw):
        before = out[-1] if out else ""
        if word in table().articles and not (word == "a" and (before in _LETTERED or n == len(raw) - 1)):
            continue
        out.append(_ROMAN.get(word, word) if before in _NUMBERED else _spelled(word))
    return out


def _spelled(word: str) -> str:
    """American spelling, singular, and the usual one of two words."""
    words = table().words
    if word in words:
        return words[word]
    for british, american in _SPELLINGS:
        word = word.replace(british, american)
    if len(word) > 3 and word[-1] == "s" and word[-2] not in "sui":
        word = word[:-1]
    return words.get(word, word)


def _cut(tokens: list[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for word in tokens:
        if word in table().cuts:
            parts.append([])
        else:
            parts[-1].append(word)
    return parts
