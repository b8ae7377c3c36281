"""Names that belong together: abbreviations, other names of one thing, the library's conditions, drugs.

A name is matched as a run of stems, so that "deep-vein thromboses" meets "deep vein thrombosis".
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from bedside.knowledge.library import Library
from bedside.knowledge.terms import TERMINOLOGY, load_yaml
from bedside.retrieval.words import cased_words, stem, words

Run = tuple[str, ...]

# A stem of at most so many letters is too short to be trusted: "or" and "ORS" share theirs, "fit" and "fits" too.
_SHORT = 3
_ALSO_WORDS = frozenset({"ad", "aid", "als", "ams", "crab", "fit", "hit", "mart", "mash", "ms", "news", "pea", "ten"})


class Found(NamedTuple):
    """A name met in a text: the words it fills (start inclusive, end exclusive) and every form it may take."""

    start: int
    end: int
    forms: tuple[str, ...]


class Names:
    """A set of names, each with its forms; finds them in text, longest first, without overlap."""

    def __init__(self, groups: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        self._forms: dict[Run, tuple[str, ...]] = {}
        self._short: dict[str, tuple[str, ...]] = {}
        for name, forms in groups:
            key = run(name)
            if len(key) == 1 and len(key[0]) <= _SHORT:
                for spelling in _spellings(name):
                    self._short[spelling] = tuple(dict.fromkeys((*self._short.get(spelling, ()), *forms)))
            elif key:
                self._forms[key] = tuple(dict.fromkeys((*self._forms.get(key, ()), *forms)))
        self._longest = max(map(len, self._forms), default=1)

    def find(self, text: str) -> tuple[Found, ...]:
        """Every name in `text`, in order."""
        row, written = run(text), cased_words(text)
        found, at = [], 0
        while at < len(row):
            for size in range(min(self._longest, len(row) - at), 0, -1):
                forms = self._forms.get(row[at : at + size]) or (self._spelt(written[at]) if size == 1 else ())
                if forms:
                    found.append(Found(at, at + size, forms))
                    at += size
                    break
            else:
                at += 1
        return tuple(found)

    def _spelt(self, word: str) -> tuple[str, ...]:
        """The forms of a short name that stands there as it is spelt: in capitals, or in lower case."""
        return self._short.get(word) or self._short.get(word.lower(), ())


def _spellings(name: str) -> tuple[str, str]:
    """How a short name may stand in a text; an abbreviation that is also a word ("FIT", "TEN") only in capitals."""
    one = name.strip()
    one = one if one.lower() in _ALSO_WORDS and one.isupper() else one.lower()
    return one, f"{one}s"


def run(text: str) -> Run:
    """The stems of `text`, stop words kept: what a name is compared by."""
    return tuple(stem(word) for word in words(text))


@lru_cache(maxsize=1)
def _tables() -> dict[str, object]:
    loaded: dict[str, object] = load_yaml(TERMINOLOGY / "abbreviations.yaml")
    return loaded


@lru_cache(maxsize=1)
def other_names() -> Names:
    """Abbreviations and other names from ``knowledge/terminology/abbreviations.yaml``."""
    tables = _tables()
    groups: list[tuple[str, tuple[str, ...]]] = []
    same: list[list[str]] = tables["same"]  # type: ignore[assignment]
    for names in same:
        groups += [(name, tuple(names)) for name in names]
    known = Names(groups)
    short: dict[str, list[str]] = tables["short"]  # type: ignore[assignment]
    for name, forms in short.items():
        further = [form for long in forms for found in known.find(long) for form in found.forms]
        groups.append((name, (name, *forms, *further)))
    return Names(groups)


@lru_cache(maxsize=1)
def capital_names() -> dict[str, tuple[str, ...]]:
    """Abbreviations that count only in capitals, because the lower-case word means something else."""
    upper: dict[str, list[str]] = _tables()["upper"]  # type: ignore[assignment]
    return {name: (name, *forms) for name, forms in upper.items()}


def conditions_of(library: Library) -> Names:
    """Every condition a guideline is filed under, each its own only form."""
    return Names((name, (name,)) for guideline in library.guidelines for name in guideline.conditions)
