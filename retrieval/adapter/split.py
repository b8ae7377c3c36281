"""What is trained on and what is held out: by subject, so that no disease of the one is asked about in the other."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import NamedTuple

from bedside.retrieval.adapter.medquad import Pair
from bedside.retrieval.adapter.phrases import Phrases

_SHARE = 10  # one subject in ten is held out
_LONG = 6  # shorter names are often abbreviations of several things


class Asked(NamedTuple):
    """A question made from a pair, and the pair's row."""

    text: str
    row: int


def subjects(pairs: Sequence[Pair]) -> list[str]:
    """The subject of each pair: documents that share a focus, or a name of six letters or more, are of one subject."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for pair in pairs:
        own = _own(pair)
        for name in (pair.focus, *pair.synonyms):
            if len(name) >= _LONG or name == pair.focus:
                first, second = sorted((root(own), root(name.lower())))
                parent[second] = first
    return [root(_own(pair)) for pair in pairs]


def held_out(subject: str) -> bool:
    """Whether a subject is kept from training; by its hash, so that it stays so when the data grows."""
    return hashlib.sha256(subject.encode()).digest()[0] * _SHARE < 256


def asked(pairs: Sequence[Pair], rows: Sequence[int], phrases: Phrases, seed: int) -> list[Asked]:
    """One question a row in other words, about the focus or, half of the time, another name of it."""
    chance = random.Random(seed)  # noqa: S311
    out = []
    for row in rows:
        pair = pairs[row]
        if pair.kind not in phrases or not pair.focus:
            continue
        others = [name for name in pair.synonyms if len(name) >= _LONG]
        name = chance.choice(others) if others and chance.random() < 0.5 else pair.focus
        out.append(Asked(chance.choice(phrases[pair.kind]).format(name), row))
    return out


def spread(pairs: Sequence[Pair], rows: Sequence[int], size: int, seed: int) -> list[int]:
    """`size` of the rows, drawn so that every collection has its turn: two of nine would fill them otherwise."""
    chance = random.Random(seed)  # noqa: S311
    by_source: dict[str, list[int]] = {}
    for row in rows:
        by_source.setdefault(pairs[row].source, []).append(row)
    for of_source in by_source.values():
        chance.shuffle(of_source)
    out: list[int] = []
    while len(out) < size and any(by_source.values()):
        out += [of_source.pop() for _, of_source in sorted(by_source.items()) if of_source]
    return sorted(out[:size])


def _own(pair: Pair) -> str:
    return pair.focus.lower() or f"{pair.source}/{pair.document}"
