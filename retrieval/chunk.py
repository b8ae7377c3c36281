"""What is embedded: each sentence of each passage, under the name of its disease, with the offsets that lead back; and
each question that the passage answers.

Whole passages are not embedded: they tripled the time to build and the nearest sentence ranks as well.
"""

from __future__ import annotations

from typing import NamedTuple

from bedside.knowledge.library import Library, Passage
from bedside.retrieval.words import mentions

# Part of the index's name: change it when the texts made here change.
CHUNKING = "3"


class Chunk(NamedTuple):
    """One sentence as a row of the dense index.

    Attributes:
        passage_id: of which passage.
        sentence: which sentence of it, from 0.
        start: first character within the passage's text.
        end: one past the last.
        text: what is embedded.
    """

    passage_id: str
    sentence: int
    start: int
    end: int
    text: str


def chunks_of(passage: Passage) -> tuple[Chunk, ...]:
    """The sentences of a passage in order.

    A sentence that does not name its disease ("Give the first dose within 1 hour.") stands under the first condition
    of its guideline.
    """
    condition = passage.guideline.conditions[0]
    out = []
    for index, (start, end) in enumerate(passage.offsets):
        sentence = passage.text[start:end]
        text = sentence if mentions(sentence, condition) else f"{condition}: {sentence}"
        out.append(Chunk(passage.id, index, start, end, text))
    return tuple(out)


def chunks(library: Library) -> tuple[Chunk, ...]:
    """Every sentence of the library as a row, in the order of its passages; the questions' rows come after them all."""
    return tuple(chunk for passage in library.passages() for chunk in chunks_of(passage))


def lexical_text(passage: Passage) -> str:
    """What the lexical index holds of a passage: its words, those it is filed under, and the questions it answers."""
    guideline, recommendation = passage.guideline, passage.recommendation
    drugs = ", ".join(drug.name for drug in recommendation.drugs)
    filed = f"{guideline.title}. {', '.join(guideline.conditions)}. {recommendation.section}. {guideline.short}"
    return f"{passage.text} {filed}. {recommendation.population}. {drugs}. {' '.join(passage.asked)}"
