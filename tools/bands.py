"""Where a score was published, and the groups of results that a publication gives a meaning."""

from __future__ import annotations

from dataclasses import dataclass

from bedside.core.base import Frozen

INFINITY = float("inf")


class Band(Frozen):
    """A group of results from `low` to `high`, both included, with what the source says of it.

    `scheme` tells two groupings of one result apart; the bands of one scheme do not overlap.
    """

    scheme: str
    low: float
    high: float
    statement: str
    citation: str
    link: str

    def holds(self, result: float) -> bool:
        """Whether `result` falls into the band."""
        return self.low <= result <= self.high


@dataclass(frozen=True)
class Publication:
    """A paper or guideline: how it is cited, and its address (a DOI where it has one)."""

    citation: str
    link: str

    def band(self, low: float, high: float, statement: str, scheme: str = "group") -> Band:
        """A band whose meaning this publication gives."""
        return Band(
            scheme=scheme, low=low, high=high, statement=statement, citation=self.citation, link=self.link
        )  # fmt: skip

    def below(self, high: float, statement: str, scheme: str = "group") -> Band:
        """The band of everything up to `high`, `high` included."""
        return self.band(-INFINITY, high, statement, scheme)

    def from_(self, low: float, statement: str, scheme: str = "group") -> Band:
        """The band of everything from `low` up, `low` included."""
        return self.band(low, INFINITY, statement, scheme)


def paper(citation: str, doi: str) -> Publication:
    """A publication with a DOI, which ends its citation."""
    return Publication(f"{citation}. doi:{doi}", f"https://doi.org/{doi}")
