"""What a calculator is for and what it returns: the population, the findings, the range left open, the reading."""

from __future__ import annotations

from pydantic import Field

from bedside.core.answer import Missing
from bedside.core.base import Frozen
from bedside.tools.calculator_inputs import InputSpec


class Population(Frozen):
    """Whom the published rule is for.

    Attributes:
        spec: the presence that decides it.
        must_be: True where the finding must be there, False where it must not.
        why: said in the refusal.
        do: what would be accepted instead.
        caution: where it is needed and not recorded, the limit that the evidence then carries.
    """

    spec: InputSpec
    must_be: bool
    why: str
    do: str
    caution: str = ""


class Interpretation(Frozen):
    """What a result means, by a source that may not be the score's own."""

    statement: str
    citation: str
    link: str


class Finding(Frozen):
    """One number.

    Attributes:
        part: names a second number of the same calculator ("body surface area"); "" is the headline.
        citation: where it is not the card's own.
        link: of that citation.
    """

    statement: str
    value: float | None = None
    unit: str = ""
    part: str = ""
    citation: str = ""
    link: str = ""


class Outcome(Frozen):
    """What `compute` returns.

    Attributes:
        findings: headline first; none where too little is recorded.
        low: the lowest headline value that the missing inputs leave open; equal to `high` when nothing is open.
        high: the highest.
        interpretations: bands into which the whole of low to high falls.
        missing: most useful first.
        limits: for this patient, besides the card's.
        notes: for an input that is not recorded, by name: how it was counted.
    """

    findings: tuple[Finding, ...] = ()
    low: float | None = None
    high: float | None = None
    interpretations: tuple[Interpretation, ...] = ()
    missing: tuple[Missing, ...] = ()
    limits: tuple[str, ...] = ()
    notes: dict[str, str] = Field(default_factory=dict)
