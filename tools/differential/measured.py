"""What a measurement says of a finding that has a word too, and how many people have a finding anyway.

39.1 °C is a fever, written or not. Three adults in ten have a raised blood pressure, whatever they come with.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field, ValidationError, model_validator

from bedside.core.base import Frozen
from bedside.core.errors import KnowledgeError
from bedside.knowledge.diseases import check_finding
from bedside.knowledge.terms import load_yaml, read_form
from bedside.tools.known import Known


class Measured(Frozen):
    """A finding that holds where a condition over a quantity does, in those of an age and sex."""

    finding: str
    holds: str = Field(alias="is")
    from_age: float = 0
    to_age: float = float("inf")
    sex: str = ""
    source: str = Field(pattern=r"\b(1[89]|20)\d\d\b")

    @model_validator(mode="after")
    def _sound(self) -> Measured:
        if check_finding(self.finding).op or not check_finding(self.holds).op:
            raise ValueError("a presence is established by a condition over a quantity")
        return self

    def applies(self, known: Known) -> bool:
        """Whether the limit is for this patient; one of unknown age counts as an adult."""
        years = next((v for v in known.get("age", ()) if isinstance(v, int | float)), 40.0)
        return self.from_age <= years < self.to_age and (not self.sex or self.sex in known.get("sex", ()))


@lru_cache(maxsize=1)
def measured() -> tuple[Measured, ...]:
    """Every row of ``measured.yaml``.

    Raises:
        KnowledgeError: a row breaks its form or names no finding.
    """
    return read_form(Path(__file__).with_name("measured.yaml"), tuple[Measured, ...], "BED-KNOW-083")


class Background(Frozen):
    """How many of those who come have a finding (or a condition over a quantity) whatever they come with."""

    share: float = Field(gt=0, lt=1)
    source: str = Field(pattern=r"\b(1[89]|20)\d\d\b")


@lru_cache(maxsize=1)
def background() -> dict[str, float]:
    """The share of each finding of ``background.yaml``.

    Raises:
        KnowledgeError: a row breaks its form or names no finding.
    """
    try:
        rows = load_yaml(Path(__file__).with_name("background.yaml"))
        out = {}
        for finding, row in rows.items():
            check_finding(finding)
            out[finding] = Background.model_validate(row).share
    except (ValidationError, ValueError, TypeError, AttributeError) as error:
        raise KnowledgeError(f"background.yaml: {error}", "Correct the row.", code="BED-KNOW-083") from error
    return out
