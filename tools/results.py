"""What the results of tools that read a Study have in common: refusals, and how evidence names tool and input."""

from __future__ import annotations

import hashlib
import time

from bedside.core.answer import Refusal
from bedside.core.card import ToolCard
from bedside.core.errors import BedsideError, WeightError
from bedside.core.evidence import Source
from bedside.core.study import Study
from bedside.tools.contract import Gate, ToolRequest, ToolResult


def refused(card: ToolCard, refusal: Refusal | None, began: float, gate: Gate | None = None) -> ToolResult:
    """A result without evidence; without a refusal too where nobody asked.

    Args:
        card: of the tool.
        refusal: what the user reads.
        began: `time.monotonic()` when the tool was called.
        gate: what its gate said, where it has one.
    """
    seconds = time.monotonic() - began
    return ToolResult(tool=card.name, version=card.version, refusal=refusal, gate=gate, seconds=seconds)


def refused_by_card(card: ToolCard, refusal: Refusal | None, began: float) -> ToolResult:
    """The same where the card does not accept the Study, or none is attached."""
    return refused(card, refusal, began, Gate(accepted=False, basis="card", why=refusal.why if refusal else ""))


def refusal_of(card: ToolCard, error: BedsideError) -> Refusal:
    """An error that the user can do something about, as what the tool answers."""
    return Refusal(code=error.code, subject=card.title, why=error.what, do=error.do)


def source_of(card: ToolCard) -> Source:
    """The expert as its evidence and its files name it."""
    return Source(type="expert", id=card.name, version=card.version, title=card.title, citation=card.citation)


def hash_of(card: ToolCard, *read: str) -> str:
    """The sha256 of the tool, its version and what it read: the sha256 of each Study, and what else it was told."""
    return hashlib.sha256(" ".join((card.name, card.version, *read)).encode()).hexdigest()


def age_of(request: ToolRequest, study: Study) -> float | None:
    """The patient's age in years that the tags give, else the record; None where neither does."""
    if study.info.age_years is not None:
        return study.info.age_years
    told = [f.value for f in request.facts if f.name == "age" and isinstance(f.value, float | int)]
    return float(told[-1]) if told else None


def unusable_weights(card: ToolCard, error: Exception, *weights: str) -> WeightError:
    """The error for weights that are there and are not those of the tool's network."""
    return WeightError(
        f"{card.title}: its weights cannot be used ({str(error)[:200]}).",
        f"Fetch them again: `bedside models fetch {' '.join(weights)}`.",
        code="BED-WEIGHT-020",
    )
