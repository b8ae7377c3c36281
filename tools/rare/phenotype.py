"""Which terms of the ontology a patient has: by the words of a text, and by the findings that were read.

A name or synonym of a term in the text counts as the project reads negation: what is denied is not there; what is of a
relative, asked, possible or advice says nothing. A finding counts where its name or its label is such a name; its other
words may be wider.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from bedside.core.case import Fact, FactStatus, Span
from bedside.knowledge.phrases import Phrase, PhraseMatcher, words_of
from bedside.knowledge.terms import findings
from bedside.tools.notes.context import context_of
from bedside.tools.notes.document import Document
from bedside.tools.rare.ontology import Ontology

# Synonyms that mean something else in most notes ("tearing pain", "corn", a number of a gene).
_EVERYDAY = frozenset({
    "tearing", "corn", "mole", "cutting", "jumping", "hopping", "hostile", "shock", "tics", "limp", "boil", "loxia",
    "inertia", "rosette", "clavus", "277000", "panting", "falls", "fisting", "sleepy", "tired", "anger", "growth",
})  # fmt: skip
_ABBREVIATION = re.compile(r"[A-Z][A-Za-z0-9]{2,4}")


class Seen(NamedTuple):
    """A term as it was read: its place in the ontology, the words, and where they stand (None in a text joined)."""

    term: int
    as_written: str
    span: Span | None


class Phenotype(NamedTuple):
    """What is there, only the most special terms, and what is said not to be there."""

    present: tuple[Seen, ...]
    absent: tuple[Seen, ...]


def read_phenotype(onto: Ontology, text: str, facts: Iterable[Fact]) -> Phenotype:
    """Reads the terms of a patient.

    Args:
        onto: whose terms are read.
        text: the user's words; data, never instruction.
        facts: what was read of them and of files.
    """
    present: dict[int, Seen] = {}
    absent: dict[int, Seen] = {}
    told = tuple(_in_text(onto, text))
    named = {seen.as_written.lower() for seen, _ in told}
    # HPO's own name in the text says more precisely what the finding is.
    further = (pair for pair in _in_facts(onto, facts) if pair[0].as_written.lower() not in named)
    for seen, there in (*told, *further):
        (present if there else absent).setdefault(seen.term, seen)
    general = {one for term in present for one in onto.ancestors[term].tolist() if one != term}
    return Phenotype(
        present=tuple(seen for term, seen in present.items() if term not in general),
        absent=tuple(seen for term, seen in absent.items() if term not in general and term not in present),
    )


def _in_text(onto: Ontology, text: str) -> Iterator[tuple[Seen, bool]]:
    doc = Document.of(text, "question")
    for match in _matcher(onto).find(text, doc.words):
        context = context_of(doc, match.start, match.end)
        if not (context.asked or context.family or context.hypothetical or context.possible):
            yield Seen(match.payload, text[match.start : match.end], None), not context.negated


def _in_facts(onto: Ontology, facts: Iterable[Fact]) -> Iterator[tuple[Seen, bool]]:
    names = _by_name(onto)
    for fact in facts:
        row = findings().get(fact.name)
        if row is None or row.kind != "presence" or fact.status not in (FactStatus.PRESENT, FactStatus.ABSENT):
            continue
        term = next(
            (names[key] for name in (row.name.replace("_", " "), row.label) if (key := _plain(name)) in names), None
        )
        if term is not None:
            yield Seen(term, fact.span.text, fact.span), fact.status is FactStatus.PRESENT


def _plain(name: str) -> str:
    return " ".join(word.lower for word in words_of(name))


@lru_cache(maxsize=1)
def _by_name(onto: Ontology) -> dict[str, int]:
    """Place of each name or synonym that means one term; a name goes before a synonym."""
    means: dict[str, int] = {}
    for place, synonyms in enumerate(onto.synonyms):
        for name in synonyms:
            key = _plain(name)
            means[key] = place if means.get(key, place) == place else -1
    means |= {_plain(name): place for place, name in enumerate(onto.names)}
    return {key: place for key, place in means.items() if place >= 0 and key not in _EVERYDAY}


@lru_cache(maxsize=1)
def _matcher(onto: Ontology) -> PhraseMatcher[int]:
    """Every such name; abbreviations only as they are written, and not those of two letters."""
    written: dict[str, str] = {}
    for place, name in enumerate(onto.names):
        for one in (name, *onto.synonyms[place]):
            written.setdefault(_plain(one), one)
    phrases = []
    for key, place in _by_name(onto).items():
        short = _ABBREVIATION.fullmatch(written[key]) is not None and not written[key][1:].islower()
        if len(key) > 2 and len(key.replace(" ", "")) > 2:
            phrases.append(Phrase(written[key], place, exact=short))
    return PhraseMatcher(phrases)
