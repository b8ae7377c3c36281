"""Which guidelines may answer: by specialty, body, year, standing, and whom they speak of."""

from __future__ import annotations

import re
from typing import Literal

from bedside.core.base import Frozen
from bedside.knowledge.library import Library, Passage
from bedside.knowledge.schema import Guideline, Specialty
from bedside.retrieval.chunk import lexical_text
from bedside.retrieval.groups import speaks_of

# Shorter names of bodies are also something else ("US" is an ultrasound).
_SHORTEST = 3


class GuidelineFilter(Frozen):
    """What a guideline must be to be searched; what is left empty asks nothing.

    Attributes:
        specialties: any of these.
        bodies: published by any of these, by the short name ("NICE", "ESC").
        since: of that year or later.
        current: neither superseded nor partly so.
        groups: its recommendation speaks of every one ("children", "pregnancy", "breastfeeding", "dialysis").
    """

    specialties: tuple[Specialty, ...] = ()
    bodies: tuple[str, ...] = ()
    since: int | None = None
    current: bool = False
    groups: tuple[Literal["children", "pregnancy", "breastfeeding", "dialysis"], ...] = ()

    def passes(self, passage: Passage) -> bool:
        """Whether a passage may be found."""
        guideline = passage.guideline
        return (
            (not self.specialties or guideline.specialty in self.specialties)
            and (not self.bodies or bool({b.upper() for b in self.bodies} & bodies_of(guideline)))
            and (self.since is None or guideline.year >= self.since)
            and (not self.current or guideline.status == "current")
            and all(speaks_of(group, lexical_text(passage)) for group in self.groups)
        )


ANY = GuidelineFilter()


def bodies_of(guideline: Guideline) -> frozenset[str]:
    """The short names of its publishers, in capitals: "BTS/NICE/SIGN asthma 2024" has three."""
    return frozenset(name.upper() for name in guideline.short.split()[0].split("/"))


def bodies_named(text: str, library: Library) -> frozenset[str]:
    """The bodies of the library that a text names in capitals: "What does NICE say about gout?"."""
    held = {name for guideline in library.guidelines for name in bodies_of(guideline) if len(name) >= _SHORTEST}
    return frozenset(held.intersection(re.findall(r"\b[A-Z]{3,}\b", text)))
