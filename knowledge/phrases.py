"""Finds many phrases in a text in one pass: a trie over words, so that cost grows with the text and not with the list.

Words are runs of letters or runs of digits ("SpO2" is two words), so "RR32" holds the phrase "RR" and hyphens, slashes
and line breaks between words do not matter. Spans are of the original text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

_WORD = re.compile(r"[^\W\d_]+|\d+")
_GAP = frozenset(" \t\r\n-–‐/'’&")
_GAP_LENGTH = 3
_SKIPPED = frozenset({"the", "his", "her", "their", "my", "a", "an", "left", "right", "mild", "severe", "some", "any"})
_SKIPS = 2


class Word(NamedTuple):
    """One word: lower-cased, with its span in the text."""

    lower: str
    start: int
    end: int


class Match(NamedTuple, Generic[T]):
    """A phrase found: its span, what it stands for, and the indexes of its first and last word (inclusive)."""

    start: int
    end: int
    payload: T
    first: int
    last: int


@dataclass(frozen=True)
class Phrase(Generic[T]):
    """A phrase to look for. With `exact`, letter case must be as given ("Na" is sodium, "na" is not applicable)."""

    text: str
    payload: T
    exact: bool = False


def words_of(text: str) -> list[Word]:
    """The words of a text in order."""
    return [Word(m.group().lower(), m.start(), m.end()) for m in _WORD.finditer(text)]


class _Node(Generic[T]):
    __slots__ = ("children", "ends")

    def __init__(self) -> None:
        self.children: dict[str, _Node[T]] = {}
        self.ends: list[Phrase[T]] = []


class PhraseMatcher(Generic[T]):
    """Finds the longest phrase at each word, left to right, without overlap.

    Inside a phrase up to two determiners or sides may stand ("weakness of *his left* arm"), and a plural s is free.
    Of two phrases with the same words, one given `exact` wins where the case agrees; then the first given.
    """

    def __init__(self, phrases: Iterable[Phrase[T]]) -> None:
        self._root: _Node[T] = _Node()
        for phrase in phrases:
            node = self._root
            for word in words_of(phrase.text):
                node = node.children.setdefault(word.lower, _Node())
            node.ends.append(phrase)
            node.ends.sort(key=lambda p: not p.exact)

    def find(self, text: str, words: Sequence[Word] | None = None) -> list[Match[T]]:
        """Every phrase in `text`; `words` may be given where they are known already."""
        found: list[Match[T]] = []
        words = words_of(text) if words is None else words
        i = 0
        while i < len(words):
            match = self._at(text, words, i)
            if match is None:
                i += 1
            else:
                found.append(match)
                i = match.last + 1
        return found

    def _at(self, text: str, words: Sequence[Word], first: int) -> Match[T] | None:
        word, begins = words[first].lower, self._root.children
        if word not in begins and (word[-1] != "s" or word[:-1] not in begins):
            return None
        best: Match[T] | None = None
        for phrase, last in self._from(text, words, first):
            if best is None or last > best.last:
                best = Match(words[first].start, words[last].end, phrase.payload, first, last)
        return best

    def every(self, text: str, words: Sequence[Word]) -> list[Match[T]]:
        """Every phrase at every word, also those inside a longer one: what one phrase means, another may mean too."""
        return [
            Match(word.start, words[last].end, phrase.payload, first, last)
            for first, word in enumerate(words)
            for phrase, last in self._from(text, words, first)
        ]

    def _from(self, text: str, words: Sequence[Word], first: int) -> Iterator[tuple[Phrase[T], int]]:
        """The phrases that begin at a word, each with its last word; those whose words lie nearest come first."""
        start = words[first].start
        paths = [(node, first, 0) for node in _children(self._root, words[first].lower)[::-1]]
        while paths:
            node, i, skips = paths.pop()
            for phrase in node.ends:
                if not phrase.exact or text[start : words[i].end] == phrase.text:
                    yield phrase, i
            if node.children:
                paths += self._steps(text, words, node, i, skips)

    @staticmethod
    def _steps(text: str, words: Sequence[Word], node: _Node[T], i: int, skips: int) -> list[tuple[_Node[T], int, int]]:
        """Where the next words lead, the nearest last: "left" may be a word of the phrase, or one to skip."""
        out: list[tuple[_Node[T], int, int]] = []
        while i + 1 < len(words) and _adjacent(text, words[i].end, words[i + 1].start):
            i += 1
            out += [(child, i, skips) for child in _children(node, words[i].lower)]
            if skips == _SKIPS or words[i].lower not in _SKIPPED:
                break
            skips += 1
        return out[::-1]


def _children(node: _Node[T], word: str) -> list[_Node[T]]:
    """Where a word leads, as it is and without its plural s: "bruises" begins "bruises easily" and means "bruise"."""
    exact = node.children.get(word)
    plural = node.children.get(word[:-1]) if len(word) > 3 and word[-1] == "s" else None
    return [child for child in (exact, plural) if child is not None]


def _adjacent(text: str, end: int, start: int) -> bool:
    return start - end <= _GAP_LENGTH and all(c in _GAP for c in text[end:start])
