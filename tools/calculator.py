"""The base of every calculator: declared inputs in, evidence with its inputs and source out.

A subclass declares `card`, `inputs`, its source and `compute`; the base reads the facts, refuses what the published
rule was not made for, and turns the outcome into Evidence. Calculators are arithmetic: no model, no file, no state.
"""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod

from bedside.core.answer import Refusal
from bedside.core.card import ToolCard
from bedside.core.evidence import Evidence, EvidenceKind, ScoreInput, Source
from bedside.core.settings import Settings
from bedside.tools.calculator_inputs import InputSpec, Values, age, read_inputs, refuse_impossible, sex
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.outcome import Finding, Interpretation, Outcome, Population
from bedside.tools.score_card import half_up, input_hash, missing_input, required_facts, score_card

__all__ = [
    "Calculator", "Finding", "Interpretation", "Outcome", "Population", "half_up", "input_hash", "missing_input",
    "required_facts", "score_card",
]  # fmt: skip

_AGE = age("Decides whether a score made for adults applies.")
_SEX = sex("Decides whether the rule applies.")


class Calculator(ABC):
    """One published score or equation.

    Class attributes:
        card: its ToolCard.
        inputs: in the order in which a clinician would give them.
        link: the address of `card.citation`, a DOI where it has one.
        minimum_age: the youngest patient it was made for, in years; 0 where age does not matter.
        maximum_age: the age, in years, from which it no longer applies.
        only_sex: "female" where it was made for women alone; "" where sex does not matter.
        population: further rules on whom it is for.
        needs_all: True where a missing required input leaves nothing to compute.
    """

    card: ToolCard
    inputs: tuple[InputSpec, ...]
    link: str
    minimum_age: float = 18
    maximum_age: float = math.inf
    only_sex: str = ""
    population: tuple[Population, ...] = ()
    needs_all: bool = True

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @abstractmethod
    def compute(self, values: Values) -> Outcome:
        """The arithmetic, over inputs already checked."""

    def exact(self, values: Values) -> float | None:
        """The headline before it is rounded; None where it is never rounded, or is not known."""
        return None

    def contradiction(self, values: Values) -> str:
        """What makes the inputs impossible together, in one sentence; "" where they agree."""
        return ""

    def run(self, request: ToolRequest) -> ToolResult:
        """Computes from `request.facts`; what it cannot use comes back as `refusal` or `missing`, never raised."""
        started = time.perf_counter()
        specs = {spec.name: spec for spec in (_AGE, _SEX, *(p.spec for p in self.population), *self.inputs)}
        values = read_inputs(specs.values(), request.facts)
        refusal = self._refuse(values)
        outcome = Outcome() if refusal else self.outcome(values)
        return ToolResult(
            tool=self.card.name,
            version=self.card.version,
            evidence=self._evidence(values, outcome),
            refusal=refusal,
            missing=outcome.missing,
            seconds=time.perf_counter() - started,
        )

    def outcome(self, values: Values) -> Outcome:
        """The outcome for accepted inputs, with what the population rules add to it."""
        lacking = tuple(s for s in self.inputs if s.required and s.name not in values)
        if self.needs_all and lacking:
            effect = f"{self.card.title} cannot be calculated without it."
            return Outcome(missing=tuple(missing_input(spec, effect) for spec in lacking))
        outcome = self.compute(values)
        unsure = [p for p in self.population if p.caution and p.spec.name not in values]
        limits = [p.caution for p in unsure]
        if self.minimum_age and "age" not in values:
            limits.append(f"Age is not recorded; {self.card.title} is for patients aged {self.minimum_age:g} or more.")
        return outcome.model_copy(
            update={
                "limits": (*limits, *outcome.limits),
                "missing": (*(missing_input(p.spec, p.caution) for p in unsure), *outcome.missing),
            }
        )

    def _refuse(self, values: Values) -> Refusal | None:
        title = self.card.title
        impossible = refuse_impossible(values, title)
        if impossible:
            return impossible
        wrong = self._wrong_patient(values)
        if wrong:
            return Refusal(code="BED-TOOL-020", subject=title, why=wrong[0], do=wrong[1])
        for rule in self.population:
            if values.flag(rule.spec.name) == (not rule.must_be):
                return Refusal(code="BED-TOOL-020", subject=title, why=rule.why, do=rule.do)
        conflict = self.contradiction(values)
        if conflict:
            return Refusal(
                code="BED-TOOL-021", subject=title, why=conflict, do="Check both values and give them again."
            )
        return None

    def _wrong_patient(self, values: Values) -> tuple[str, str] | None:
        """Why it was not made for this age or sex, and what to do instead."""
        title, years, who = self.card.title, values.number("age"), values.word("sex")
        if years is not None and years < self.minimum_age:
            return (
                f"{title} was made for patients aged {self.minimum_age:g} or more; this patient is {years:g}.",
                "Use a score made for children of this age, or ask without it.",
            )
        if years is not None and years >= self.maximum_age:
            return (
                f"{title} was made for patients younger than {self.maximum_age:g}; this patient is {years:g}.",
                "Use a score made for this age, or ask without it.",
            )
        if self.only_sex and who and who != self.only_sex:
            return f"{title} is for {self.only_sex} patients; this patient is {who}.", "Check the recorded sex."
        return None

    def _evidence(self, values: Values, outcome: Outcome) -> tuple[Evidence, ...]:
        if not outcome.findings:
            return ()
        used = self._used(values, outcome)
        digest = input_hash(self.card, used)
        limits = (*self.card.limits, *outcome.limits)
        headline = outcome.findings[0]
        numbers = tuple(
            Evidence(
                kind=EvidenceKind.SCORE,
                statement=finding.statement,
                value=finding.value,
                low=outcome.low if finding is headline and finding.value is None else None,
                high=outcome.high if finding is headline and finding.value is None else None,
                unit=finding.unit,
                source=self._source(finding.part, finding.citation or self.card.citation, finding.link or self.link),
                inputs=used,
                limits=limits,
                input_hash=digest,
            )
            for finding in outcome.findings
        )
        result = ScoreInput(
            name=self.card.name, label=self.card.title, value=headline.value, unit=headline.unit, note=_open(outcome)
        )
        readings = tuple(
            Evidence(
                kind=EvidenceKind.SCORE,
                statement=reading.statement,
                source=self._source("interpretation", reading.citation, reading.link),
                inputs=(result,),
                limits=limits,
                input_hash=digest,
            )
            for reading in outcome.interpretations
        )
        return numbers + readings

    def _used(self, values: Values, outcome: Outcome) -> tuple[ScoreInput, ...]:
        needed = [p.spec for p in self.population if p.must_be]
        used: list[ScoreInput] = []
        for spec in (*self.inputs, *needed):
            reading = values.readings.get(spec.name)
            if reading is not None:
                used.append(reading.as_input())
            elif spec.name in outcome.notes:
                used.append(ScoreInput(name=spec.name, label=spec.label, value=None, note=outcome.notes[spec.name]))
        return tuple(used)

    def _source(self, part: str, citation: str, link: str) -> Source:
        return Source(
            type="calculator",
            id=self.card.name,
            version=self.card.version,
            title=self.card.title,
            section=part,
            citation=citation,
            link=link,
        )


def _open(outcome: Outcome) -> str:
    if outcome.low is None or outcome.high is None or outcome.low == outcome.high:
        return ""
    return f"between {outcome.low:g} and {outcome.high:g}"
