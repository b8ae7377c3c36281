"""Random draws of recommendations compared with what was published: how far the library can be trusted.

A draw is made by seed before anybody looks; its verdicts are kept in ``knowledge/reviews`` as they were found, with the
sources that were read, whatever was mended afterwards.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError

from bedside.core.base import Frozen
from bedside.core.errors import KnowledgeError
from bedside.knowledge.library import Library, Passage

FOLDER = Path(__file__).resolve().parent / "reviews"


class ReviewedPassage(Frozen):
    """One recommendation and what its comparison found.

    Attributes:
        verdict: ``holds``: every number and the direction of each sentence were seen, or are surely known; ``holds in
            part``: what was seen agrees, some could not be seen; ``wrong``: a source contradicts it, if only a label.
        read: ``source``: the published text; ``secondary``: a page that restates it; ``recall``: nothing readable.
        sources: addresses or repositories that were read.
        found: what the source says, in words.
        remark: what was not seen, differs, or was to be corrected.
    """

    passage: str = Field(min_length=3)
    verdict: Literal["holds", "holds in part", "wrong", "not found"]
    read: Literal["source", "secondary", "recall"]
    sources: tuple[str, ...] = ()
    found: str
    remark: str = ""


class Review(Frozen):
    """One draw.

    Attributes:
        on: when it was compared.
        seed: of the draw.
        held: how many recommendations it was drawn from.
        when: the state of the library that was drawn from, in words.
        rows: in the order of the draw.
    """

    on: date
    seed: int
    held: int
    when: str
    rows: tuple[ReviewedPassage, ...] = Field(min_length=1)

    def counts(self) -> dict[str, int]:
        """How often each verdict was given, the commonest first."""
        return dict(Counter(row.verdict for row in self.rows).most_common())


def draw(library: Library, n: int, seed: int) -> tuple[Passage, ...]:
    """`n` recommendations at random, the same for the same library and seed."""
    ids = sorted(passage.id for passage in library.passages())
    chosen = random.Random(seed).sample(ids, min(n, len(ids)))  # noqa: S311 - repeatable, not secret
    return tuple(library.passage(one) for one in chosen)


def reviews(folder: Path = FOLDER) -> tuple[Review, ...]:
    """Every review that is kept, oldest first.

    Raises:
        KnowledgeError: a file breaks the form.
    """
    out = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            body: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            out.append(Review.model_validate(body))
        except (yaml.YAMLError, ValidationError) as error:
            raise KnowledgeError(
                f"knowledge/reviews/{path.name} is no review: {error}", "Correct the file.", code="BED-KNOW-071"
            ) from error
    return tuple(out)
