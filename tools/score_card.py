"""The card of a calculator, and small things that every calculator does alike: rounding, asking, hashing its inputs."""

from __future__ import annotations

import hashlib
import json
import math

from bedside.core.answer import Missing
from bedside.core.card import Accepts, ToolCard
from bedside.core.evidence import ScoreInput
from bedside.tools.bands import Publication
from bedside.tools.calculator_inputs import InputSpec


def score_card(
    name: str,
    title: str,
    purpose: str,
    inputs: tuple[InputSpec, ...],
    source: Publication,
    *,
    population: str,
    topics: tuple[str, ...],
    limits: tuple[str, ...],
    labels: tuple[str, ...] = (),
) -> ToolCard:
    """The card of a calculator whose formula `source` published; version 1.0, no model, no weights."""
    return ToolCard(
        name=name,
        version="1.0",
        kind="calculator",
        title=title,
        purpose=purpose,
        accepts=Accepts(population=population, facts=required_facts(inputs)),
        topics=topics,
        labels=labels,
        licence="published formula",
        limits=limits,
        citation=source.citation,
    )


def required_facts(inputs: tuple[InputSpec, ...]) -> tuple[str, ...]:
    """The facts a card's `accepts.facts` names: required, and not of the kind that may go unrecorded."""
    return tuple(spec.name for spec in inputs if spec.required and not spec.comorbidity)


def missing_input(spec: InputSpec, effect: str) -> Missing:
    """What to ask for, and what an answer would settle."""
    return Missing(name=spec.name, label=spec.label, why=spec.contributes, effect=effect)


def half_up(value: float, digits: int = 0) -> float:
    """Rounds as laboratories do, 0.5 upward; Python's `round` would take 62.5 to 62."""
    scale = 10.0**digits
    return math.floor(value * scale + 0.5) / scale


def input_hash(card: ToolCard, used: tuple[ScoreInput, ...]) -> str:
    """sha256 of the tool, its version and every input as it was used."""
    body = [card.name, card.version, [item.model_dump(mode="json") for item in used]]
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
