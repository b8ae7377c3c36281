"""Findings told in everyday words that stand near each other in any order: "he hears voices", "voices that he hears".

A finding's `near` holds rows of word groups; a row is found where one sentence has a word of every group within
`WITHIN` words. A negation or a "but" between the words, which is none of them, breaks it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from bedside.knowledge.terms import findings
from bedside.tools.notes.document import Document

WITHIN = 11
_SHORTEST, _LONGEST = 3, 16
_MOST = 4  # places of one word that are tried: a sentence that repeats a word ten times is no note
_NOT = re.compile(r"(?<=\w)n\+t\b")
_BREAKS = frozenset({"negated_before", "end"})


class Nearby(NamedTuple):
    """A finding found so: its name and the words from the first to the last, [start, end)."""

    name: str
    start: int
    end: int


class _Group(NamedTuple):
    """One group of one row: its place."""

    row: int
    group: int


class _Table(NamedTuple):
    """All rows: by first word or beginning of a word, what it may open; and the name and size of each row.

    Values are (group, the further words of a sequence).
    """

    words: dict[str, list[tuple[_Group, tuple[str, ...]]]]
    beginnings: dict[str, list[tuple[_Group, tuple[str, ...]]]]
    rows: list[tuple[str, int]]


def find_nearby(doc: Document) -> list[Nearby]:
    """Every row found, the shortest place of each, in text order."""
    table = _table()
    out: list[Nearby] = []
    for first, stop in _sentences(doc):
        hits: dict[int, dict[int, list[tuple[int, int]]]] = {}
        for i in range(first, stop):
            for at, further in _opened(table, doc.words[i].lower):
                last = i + len(further)
                if last < stop and all(_is(doc.words[i + 1 + n].lower, w) for n, w in enumerate(further)):
                    hits.setdefault(at.row, {}).setdefault(at.group, []).append((i, last))
        for row, groups in hits.items():
            name, size = table.rows[row]
            place = _shortest(doc, [places[:_MOST] for places in groups.values()]) if len(groups) == size else None
            if place:
                out.append(Nearby(name, doc.words[place[0]].start, doc.words[place[1]].end))
    return sorted(out, key=lambda n: (n.start, n.end))


def _sentences(doc: Document) -> list[tuple[int, int]]:
    """The words of each sentence, [first, stop)."""
    out, first = [], 0
    for sentence in doc.sentences:
        stop = bisect_left(doc.words, sentence.end, lo=first, key=lambda w: w.start)
        out.append((first, stop))
        first = stop
    return out


def _opened(table: _Table, word: str) -> list[tuple[_Group, tuple[str, ...]]]:
    found = list(table.words.get(word, ()))
    for length in range(_SHORTEST, min(_LONGEST, len(word)) + 1):
        found += table.beginnings.get(word[:length], ())
    return found


def _is(word: str, wanted: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


def _shortest(doc: Document, groups: list[list[tuple[int, int]]]) -> tuple[int, int] | None:
    """First and last word of the shortest place that holds a word of each group, unbroken; None where none does."""
    best: tuple[int, int] | None = None
    for chosen in product(*groups):
        low, high = min(a for a, _ in chosen), max(b for _, b in chosen)
        used = {i for a, b in chosen for i in range(a, b + 1)}
        if len(used) != sum(b - a + 1 for a, b in chosen) or high - low >= WITHIN:
            continue
        if (best is None or high - low < best[1] - best[0]) and not _broken(doc, low, high, used):
            best = low, high
    return best


def _broken(doc: Document, low: int, high: int, used: set[int]) -> bool:
    cues = doc.between(doc.words[low].start, doc.words[high].end)
    return any(not _BREAKS.isdisjoint(m.payload.groups) and used.isdisjoint(range(m.first, m.last + 1)) for m in cues)


def _with_joined(options: list[str]) -> list[str]:
    """The options, and those with "n't" also as people write it in haste ("cant", "doesnt")."""
    return options + [joined for option in options if (joined := _NOT.sub("nt", option)) != option]


@lru_cache(maxsize=1)
def _table() -> _Table:
    out = _Table({}, {}, [])
    for finding in findings().values():
        for row in finding.near:
            groups = row.split()
            for number, group in enumerate(groups):
                for option in _with_joined(group.lower().split("|")):
                    first, *further = option.split("+")
                    place = (_Group(len(out.rows), number), tuple(further))
                    if first.endswith("*"):
                        out.beginnings.setdefault(first[:-1], []).append(place)
                    else:
                        out.words.setdefault(first, []).append(place)
            out.rows.append((finding.name, len(groups)))
    return out
