"""Reads a complaint with its place whatever stands between them: "pain and swelling in his right knee" is two findings.

A list of terms cannot hold every wording of every complaint of every place. Four shapes are read instead, within one
sentence: complaints in a place, complaints said of a place ("the knee is swollen", "Right knee: tender, swollen"),
states before a place ("a red, swollen knee") and a place before complaints ("knee pain and swelling").
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from bedside.core.base import Frozen
from bedside.core.errors import KnowledgeError
from bedside.knowledge.phrases import Match, Phrase, PhraseMatcher, Word
from bedside.knowledge.terms import findings, read_form

# Words that may stand between a complaint and its place and change neither.
_FILLERS = frozenset({
    "the", "a", "an", "his", "her", "their", "my", "both", "bilateral", "bilaterally", "left", "right", "one", "each",
    "mild", "moderate", "severe", "slight", "some", "marked", "intense", "increasing", "worsening", "progressive",
    "acute", "chronic", "intermittent", "occasional", "constant", "sharp", "dull", "burning", "throbbing", "crushing",
    "diffuse", "generalised", "generalized", "localised", "localized", "noted", "observed", "present", "located",
    "felt", "entire", "whole", "distal", "proximal", "medial", "lateral", "anterior", "posterior", "very", "slightly",
    "mildly", "markedly", "visibly", "significant", "significantly", "palpation", "pressure", "new", "recent",
    "persistent", "recurrent", "upper", "lower", "joint", "joints", "area", "region", "to",
})  # fmt: skip
_PREPOSITIONS = frozenset({
    "in", "of", "over", "at", "around", "on", "involving", "along", "across", "affecting", "near", "within",
    "upon", "with", "during", "throughout", "while", "when", "after",
})  # fmt: skip
_VERBS = frozenset({
    "is", "are", "was", "were", "appears", "appear", "feels", "feel", "looks", "look", "became", "become", "been",
    "remains", "has", "have", "had", "shows", "showed", "reveals", "revealed",
})  # fmt: skip
_JOINS = frozenset({"and", "or"})
_NOUNS = r"N(?:[,a]+d*N)*"
_PLACES = r"P(?:[,a]+d*P)*"
_EITHER = r"[NS](?:[,a]+d*[NS])*"
# Over one letter a word: N noun, S state, P place, p preposition, d filler, v verb, a and/or, x any other word.
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"(?P<said>{_NOUNS})d*(?:pd*){{1,2}}(?P<of>{_PLACES})",
        rf"(?P<of>{_PLACES})d*(?::|v+)d*(?P<said>{_EITHER})",
        rf"(?P<said>S(?:[,a]*d*S)*)d*(?P<of>{_PLACES})",
        rf"(?P<of>{_PLACES})d*(?P<said>S(?:[,a]+d*S)*)(?![,a]*d*P)",
        rf"(?P<of>{_PLACES})(?P<said>{_NOUNS})",
    )
)
_BREAK = re.compile(r"[.;!?\n]")
_MARK = re.compile(r"[,:/]+")
_BOTH = re.compile(r"\b(?:both|bilateral|ankles|legs)\b|s$", re.I)


class Vocabulary(Frozen):
    """The file ``places.yaml``: words for places, nouns and states for complaints, and the finding of each pair."""

    places: dict[str, tuple[str, ...]]
    complaints: dict[str, dict[str, tuple[str, ...]]]
    findings: dict[str, dict[str, str]]


class Placed(NamedTuple):
    """A finding read: its name, and the span that says it."""

    name: str
    start: int
    end: int


class _Token(NamedTuple):
    """One unit of a sentence: its letter in the shapes, what it stands for, and its span."""

    letter: str
    name: str
    start: int
    end: int


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The words, read once.

    Raises:
        KnowledgeError: the file breaks its form, or names a place, a complaint or a finding that does not exist.
    """
    path = Path(__file__).with_name("places.yaml")
    read = read_form(path, Vocabulary, "BED-KNOW-040")
    for complaint, by_place in read.findings.items():
        unknown = [name for name in by_place.values() if name not in findings()]
        unknown += [place for place in by_place if place not in read.places]
        if unknown or complaint not in read.complaints:
            raise KnowledgeError(
                f"{path.name}: {complaint} names {', '.join(unknown) or 'no complaint'}, which does not exist.",
                "Correct the entry.",
                code="BED-KNOW-040",
            )
    return read


@lru_cache(maxsize=1)
def _matcher() -> PhraseMatcher[tuple[str, str]]:
    words = vocabulary()
    phrases = [Phrase(text, ("P", place)) for place, texts in words.places.items() for text in texts]
    for name, kinds in words.complaints.items():
        phrases += [Phrase(text, ("N", name)) for text in kinds.get("nouns", ())]
        phrases += [Phrase(text, ("S", name)) for text in kinds.get("states", ())]
    return PhraseMatcher(phrases)


def read_places(text: str, words: Sequence[Word]) -> list[Placed]:
    """Every complaint with a place, in order and without overlap.

    Args:
        text: the text.
        words: its words.
    """
    out: list[Placed] = []
    for tokens in _sentences(text, words):
        line = "".join(t.letter for t in tokens)
        if "P" not in line or not ("N" in line or "S" in line):
            continue
        for shape in _SHAPES:
            for hit in shape.finditer(line):
                out += _placed(text, tokens, hit)
    kept: list[Placed] = []
    for found in sorted(out, key=lambda f: (f.start, -f.end)):
        if not kept or kept[-1].end <= found.start:
            kept.append(found)
    return kept


def _sentences(text: str, words: Sequence[Word]) -> Iterator[list[_Token]]:
    """The tokens of each sentence that holds a place and a complaint; commas and colons are tokens too."""
    found = {m.first: m for m in _matcher().find(text, words)}
    breaks = [m.start() for m in _BREAK.finditer(text)] if found else []
    letters: dict[int, set[str]] = {}
    for match in found.values():
        letters.setdefault(bisect_left(breaks, match.start), set()).add(match.payload[0])
    for sentence, held in letters.items():
        if "P" in held and len(held) > 1:
            begin = breaks[sentence - 1] if sentence else -1
            end = breaks[sentence] if sentence < len(breaks) else len(text)
            first = bisect_left(words, begin, key=lambda w: w.start)
            last = bisect_left(words, end, key=lambda w: w.start)
            yield _tokens(text, words, range(first, last), found)


def _tokens(text: str, words: Sequence[Word], part: range, found: dict[int, Match[tuple[str, str]]]) -> list[_Token]:
    tokens: list[_Token] = []
    i = part.start
    while i < part.stop:
        if tokens and (mark := _MARK.search(text, tokens[-1].end, words[i].start)):
            tokens.append(_Token(":" if ":" in mark.group() else ",", "", mark.start(), mark.end()))
        tokens.append(_token(words, i, found.get(i)))
        i = found[i].last + 1 if i in found else i + 1
    return tokens


def _token(words: Sequence[Word], i: int, match: Match[tuple[str, str]] | None) -> _Token:
    word = words[i]
    if match is not None:
        return _Token(match.payload[0], match.payload[1], match.start, match.end)
    kinds = (("d", _FILLERS), ("p", _PREPOSITIONS), ("v", _VERBS), ("a", _JOINS))
    letter = next((letter for letter, group in kinds if word.lower in group), "x")
    return _Token(letter, word.lower, word.start, word.end)


def _placed(text: str, tokens: list[_Token], hit: re.Match[str]) -> Iterable[Placed]:
    """The findings of one shape: each complaint of the place next to it, and the first complaint of every other."""
    said = [t for t in tokens[hit.start("said") : hit.end("said")] if t.letter in "NS"]
    places = [t for t in tokens[hit.start("of") : hit.end("of")] if t.letter == "P"]
    whole = text[tokens[hit.start()].start : tokens[hit.end() - 1].end]
    near = places[-1] if hit.start("of") < hit.start("said") else places[0]
    for complaint in said:
        if name := _finding(complaint, near, whole):
            first, last = _ordered(complaint, near) if len(said) == 1 else (complaint, complaint)
            yield Placed(name, first.start, last.end)
    for place in places:
        if place is not near and (name := _finding(said[0], place, whole)):
            yield Placed(name, place.start, place.end)


def _ordered(one: _Token, other: _Token) -> tuple[_Token, _Token]:
    return (one, other) if one.start <= other.start else (other, one)


def _finding(complaint: _Token, place: _Token, whole: str) -> str:
    """The finding of a pair; both ankles or legs that swell are an oedema, one is not."""
    name = vocabulary().findings.get(complaint.name, {}).get(place.name, "")
    if complaint.name == "swelling" and place.name in {"ankle", "leg"} and _BOTH.search(whole):
        return "peripheral_oedema"
    return name
