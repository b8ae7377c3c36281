"""Finds many phrases in a text in one pass: a trie over words, so that cost grows with the text and not with the list.

Words are runs of letters or runs of digits ("SpO2" is two words), so "RR32" holds the phrase "RR" and hyphens, slashes
and line breaks between words do not matter. Spans are of the original text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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
        node = _child(self._root, words[first].lower)
        best: Match[T] | None = None
        start, i, skips = words[first].start, first, 0
        while node is not None:
            for phrase in node.ends:
                end = words[i].end
                if not phrase.exact or text[start:end] == phrase.text:
                    best = Match(start, end, phrase.payload, first, i)
                    break
            node, i, skips = self._step(text, words, node, i, skips)
        return best

    @staticmethod
    def _step(text: str, words: Sequence[Word], node: _Node[T], i: int, skips: int) -> tuple[_Node[T] | None, int, int]:
        while node.children and i + 1 < len(words) and _adjacent(text, words[i].end, words[i + 1].start):
            i += 1
            child = _child(node, words[i].lower)
            if child is not None:
                return child, i, skips
            if skips == _SKIPS or words[i].lower not in _SKIPPED:
                break
            skips += 1
        return None, i, skips


def _child(node: _Node[T], word: str) -> _Node[T] | None:
    child = node.children.get(word)
    if child is None and len(word) > 3 and word[-1] == "s":
        child = node.children.get(word[:-1])
    return child


def _adjacent(text: str, end: int, start: int) -> bool:
    return start - end <= _GAP_LENGTH and all(c in _GAP for c in text[end:start])
