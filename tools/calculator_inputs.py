"""The patient's facts as the inputs that a calculator declares (`input_specs`).

Rules for every calculator. The latest fact that counts wins. A fact counts when it is present or absent (negated);
a possible one and a family member's never do, and neither replaces one that counts. A historical fact counts only
where the score asks for a history. Facts reach this module in canonical units; any other unit is refused, not guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from bedside.core.answer import Refusal
from bedside.core.base import Frozen
from bedside.core.case import Fact, FactStatus
from bedside.core.evidence import ScoreInput
from bedside.core.units import show
from bedside.knowledge.terms import from_canonical
from bedside.tools.dates import ACCEPTED, DateError, read_date
from bedside.tools.input_specs import (
    InputKind,
    InputSpec,
    age,
    category,
    comorbidity,
    day,
    finding,
    optional,
    quantity,
    sex,
)  # fmt: skip

__all__ = [
    "InputKind", "InputSpec", "Reading", "Values", "age", "category", "comorbidity", "day", "finding", "optional",
    "quantity", "read_inputs", "refuse_impossible", "rounded", "sex", "shown",
]  # fmt: skip
_NOTHING: Mapping[str, float | bool | str] = {}


class Reading(Frozen):
    """One input as it was read: the fact that decided it, and the value taken from it."""

    spec: InputSpec
    fact: Fact
    value: float | bool | str

    def as_input(self) -> ScoreInput:
        """As evidence shows it: a presence reads "present" or "absent"."""
        value = ("present" if self.value else "absent") if isinstance(self.value, bool) else self.value
        past = "in the past" if self.fact.status is FactStatus.HISTORICAL else ""
        by_model = f"read by {self.fact.reader}: check it" if self.fact.reader else ""
        return ScoreInput(
            name=self.spec.name,
            label=self.spec.label,
            value=rounded(value) if isinstance(value, float) else value,
            unit=self.spec.unit,
            as_written=self.fact.as_written or self.fact.span.text,
            span=self.fact.span,
            note="; ".join(note for note in (past, by_model) if note),
        )


def rounded(value: float) -> float:
    """A number as a laboratory prints it; only one that a change of unit gave more than two decimals is changed.

    167.998 is 168, 9.9911 is 10 and 38.8889 is 38.9; 0.1150 stays, and so does 7.25.
    """
    if round(value, 2) == value or abs(value) < 1:
        return value
    return float(round(value)) if abs(value) >= 100 else round(value, 1)


def shown(value: float, unit: str = "") -> str:
    """`rounded`, with its unit in print form."""
    return show(rounded(value), unit)


class Values:
    """The readings of one run, by input name."""

    def __init__(self, readings: Mapping[str, Reading], supposed: Mapping[str, float | bool | str] = _NOTHING) -> None:
        self.readings = dict(readings)
        self._supposed = dict(supposed)

    def supposing(self, values: Mapping[str, float | bool | str]) -> Values:
        """The same readings, and these values of inputs that are not recorded."""
        return Values(self.readings, values)

    def __contains__(self, name: str) -> bool:
        return name in self.readings or name in self._supposed

    def number(self, name: str) -> float | None:
        """A quantity in its canonical unit, or None where it is not recorded."""
        value = self._value(name)
        return value if isinstance(value, float) else None

    def need(self, name: str) -> float:
        """A required quantity; `Calculator.run` has seen to it that equations have theirs.

        Raises:
            KeyError: it is not recorded.
        """
        value = self.number(name)
        if value is None:
            raise KeyError(name)
        return value

    def in_unit(self, name: str, unit: str) -> float:
        """A required quantity in another unit that the terminology lists ("mg/dL").

        Raises:
            KeyError: it is not recorded.
        """
        return from_canonical(name, self.need(name), unit)

    def day(self, name: str) -> date:
        """A required date; `refuse_impossible` has seen to it that it can be read.

        Raises:
            KeyError: it is not recorded.
        """
        written = self.word(name)
        if not written:
            raise KeyError(name)
        return read_date(written)

    def flag(self, name: str) -> bool | None:
        """Present, absent, or None where it is not recorded."""
        value = self._value(name)
        return value if isinstance(value, bool) else None

    def word(self, name: str) -> str:
        """A category, or "" where it is not recorded."""
        value = self._value(name)
        return value if isinstance(value, str) else ""

    def _value(self, name: str) -> float | bool | str | None:
        reading = self.readings.get(name)
        return self._supposed.get(name) if reading is None else reading.value


# The last facts that were read and where each name stands: every calculator of a turn reads the same ones.
_LAST: list[tuple[tuple[Fact, ...], dict[str, list[int]]]] = []


def _places(facts: tuple[Fact, ...]) -> dict[str, list[int]]:
    """The indexes of the facts of each name."""
    for known, places in tuple(_LAST):
        if known is facts:
            return places
    places = {}
    for index, fact in enumerate(facts):
        places.setdefault(fact.name, []).append(index)
    _LAST[:] = [(facts, places)]
    return places


def read_inputs(specs: Iterable[InputSpec], facts: tuple[Fact, ...]) -> Values:
    """The latest fact that counts, for each input that has one."""
    places = _places(facts)
    found: dict[str, Reading] = {}
    for spec in specs:
        names = (spec.name, *spec.shown_by, *spec.shown_by_past)
        for index in sorted((i for name in names for i in places.get(name, ())), reverse=True):
            value = spec.value_of(facts[index])
            if value is not None:
                found[spec.name] = Reading(spec=spec, fact=facts[index], value=value)
                break
    return Values(found)


def refuse_impossible(values: Values, subject: str) -> Refusal | None:
    """A refusal where a quantity has another unit than its canonical one, or a value no living patient has."""
    for reading in values.readings.values():
        spec, fact, value = reading.spec, reading.fact, reading.value
        if spec.kind is InputKind.DATE and (why := _no_date(str(value))):
            return Refusal(code="BED-TOOL-023", subject=subject, why=f"{spec.label.capitalize()} {why}.", do=ACCEPTED)
        if spec.kind is not InputKind.QUANTITY or not isinstance(value, float):
            continue
        written = fact.as_written or fact.span.text
        if fact.unit != spec.unit:
            return Refusal(
                code="BED-TOOL-022",
                subject=subject,
                why=f'{spec.label.capitalize()} is in {fact.unit or "no unit"} (written "{written}"), '
                f"which is not its canonical unit {spec.unit}.",
                do=f"Give {spec.label} with a unit that converts to {spec.unit}.",
            )
        if not spec.low <= value <= spec.high:
            return Refusal(
                code="BED-TOOL-021",
                subject=subject,
                why=f'{spec.label.capitalize()} {show(value, spec.unit)} (written "{written}") is outside the possible '
                f"range {spec.low:g} to {show(spec.high, spec.unit)}.",
                do=f"Check {spec.label} in the record and give it again.",
            )
    return None


def _no_date(written: str) -> str:
    try:
        read_date(written)
    except DateError as error:
        return str(error)
    return ""
