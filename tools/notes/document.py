"""A text made ready for reading: its words, sentences, and the phrases of the lexicon found in it, once."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from bedside.core.case import Span
from bedside.knowledge.phrases import Match, Word, words_of
from bedside.tools.notes.lexicon import Term, lexicon
from bedside.tools.notes.sections import Section, sections_of

_STOP = re.compile(r"[.!?;\n]")
# A "sentence" longer than this is a table or a list; cutting it keeps the cost of a text linear in its length.
_LONGEST = 400
_ABBREVIATIONS = frozenset(
    {"dr", "mr", "mrs", "ms", "prof", "vs", "eg", "ie", "approx", "st", "no", "e.g", "i.e", "resp"}
)
_QUESTION_WORD = (
    r"(?:is|are|was|were|can|could|should|shall|would|will|does|do|did|has|have|might|may|what|which|how|why)"
)
_ASKS = re.compile(rf"(?:^|[,:–—-]\s*|\b(?:and|so|but|then)\s+)(?={_QUESTION_WORD}\b|(?:where|when|who)\b)", re.I)
# Without a question mark only an unmistakable opening asks: "Is confused" and "Has fever" are notes, not questions.
_OPENS = re.compile(
    r"\s*(?:and |so |but |ok |please )?(?:"
    r"(?:can|could|should|shall|would|will|does|do|did|what|which|how|why)\b(?! (?:not|be|need)\b|n?['’]t)"
    r"|(?:is|are|was|were|has|have) (?:he|she|they|it|this|that|there|the|my)\b"
    r"|(?:explain|describe|discuss|compare)\s+(?:to (?:a|an|my|the) \w+ )?"
    r"(?:why|how|what|the (?:difference|mechanism|causes?|signs|role))\b)",
    re.I,
)
_CONTINUES = re.compile(r"[ \t]*(?![-*•])[a-z(]")


class Sentence(NamedTuple):
    """One sentence: its span, and where in it a question starts (its end where it asks nothing)."""

    start: int
    end: int
    asks_from: int


@dataclass(frozen=True)
class Document:
    """A text with everything the readers share.

    Attributes:
        text: as given.
        source: id for the spans.
        words: its words.
        matches: phrases of the lexicon, in order, without overlap.
        sentences: in order, covering the text.
        sections: what stands under a heading, in order.
    """

    text: str
    source: str
    words: list[Word] = field(repr=False)
    matches: list[Match[Term]] = field(repr=False)
    sentences: list[Sentence] = field(repr=False)
    sections: list[Section] = field(repr=False)
    _starts: list[int] = field(repr=False)
    _match_starts: list[int] = field(repr=False)

    @classmethod
    def of(cls, text: str, source: str) -> Document:
        """Reads the text once."""
        words = words_of(text)
        matches = lexicon().find(text, words)
        sentences = _sentences(text)
        starts = [s.start for s in sentences]
        sections = sections_of(text, matches)
        return cls(text, source, words, matches, sentences, sections, starts, [m.start for m in matches])

    def sentence(self, position: int) -> Sentence:
        """The sentence that holds a character."""
        return self.sentences[max(0, bisect_right(self._starts, position) - 1)]

    def section(self, position: int) -> str:
        """The kind of section that holds a character; "" where none does."""
        index = bisect_right(self.sections, position, key=lambda s: s.start) - 1
        return self.sections[index].kind if index >= 0 and position < self.sections[index].end else ""

    def between(self, start: int, end: int) -> list[Match[Term]]:
        """The matches that start in [start, end)."""
        return self.matches[bisect_right(self._match_starts, start - 1) : bisect_right(self._match_starts, end - 1)]

    def span(self, start: int, end: int) -> Span:
        """A span of this text."""
        return Span(source=self.source, start=start, end=end, text=self.text[start:end])


def _sentences(text: str) -> list[Sentence]:
    out: list[Sentence] = []
    start = 0
    for stop in _STOP.finditer(text):
        if _is_end(text, stop.start()):
            _add(out, text, start, stop.end())
            start = stop.end()
    if start < len(text) or not out:
        _add(out, text, start, len(text))
    return out


def _add(out: list[Sentence], text: str, start: int, end: int) -> None:
    while end - start > _LONGEST:
        cut = max(text.rfind(mark, start + 1, start + _LONGEST) for mark in (",", " ")) + 1
        cut = cut if cut > start + 1 else start + _LONGEST
        out.append(Sentence(start, cut, cut))
        start = cut
    out.append(Sentence(start, end, _asks_from(text, start, end)))


def _is_end(text: str, i: int) -> bool:
    mark = text[i]
    after = text[i + 1 : i + 2]
    if mark == ".":
        if after and not after.isspace() and after not in "\"')":
            return False
        word = text[max(0, i - 6) : i].split()
        return not (word and word[-1].lower() in _ABBREVIATIONS)
    if mark == "\n":
        # A wrapped line goes on in lower case; a new item, heading or paragraph does not.
        return _CONTINUES.match(text, i + 1) is None
    if mark == "?":
        return not after.isalpha()  # "?PE" is a query before a word
    return True


def _asks_from(text: str, start: int, end: int) -> int:
    if text[end - 1 : end] != "?":
        opens = _OPENS.match(text, start, end)
        return opens.start() if opens else end
    body = text[start:end]
    lead = len(body) - len(body.lstrip())
    found = _ASKS.search(body.lstrip())
    if found:
        return start + lead + found.end()
    comma = max(body.rfind(","), body.rfind(":"))
    return start + comma + 1
