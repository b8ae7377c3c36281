"""The inputs that a calculator declares: numbers, findings, grades and days, and what a fact says of each."""

from __future__ import annotations

import math
from enum import Enum

from bedside.core.base import Frozen
from bedside.core.case import Fact, FactStatus
from bedside.knowledge.terms import finding as term

_ENTERS = "The formula needs it."


class InputKind(str, Enum):
    """Whether an input is a number, a yes or no, a word, or a day."""

    QUANTITY = "quantity"
    PRESENCE = "presence"
    CATEGORY = "category"
    DATE = "date"


class InputSpec(Frozen):
    """One input of a calculator.

    Attributes:
        name: canonical fact name.
        label: as a clinician reads it.
        kind: quantity, presence, category or date.
        unit: canonical UCUM unit of a quantity.
        low: the smallest value a living patient can have, in `unit`; below it the value is refused as a misreading.
        high: the largest.
        options: the words a category can take.
        contributes: what it adds to the result; shown where the input is missing.
        required: False where the calculation goes on without it.
        comorbidity: part of the past history; the only inputs that may be counted as absent when not recorded.
        history: a historical fact counts ("history of stroke").
        shown_by: other facts whose presence, now or in the past, shows this one.
        shown_by_past: other facts which show this one only when they are historical.
    """

    name: str
    label: str
    kind: InputKind = InputKind.QUANTITY
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    options: tuple[str, ...] = ()
    contributes: str = ""
    required: bool = True
    comorbidity: bool = False
    history: bool = False
    shown_by: tuple[str, ...] = ()
    shown_by_past: tuple[str, ...] = ()

    def value_of(self, fact: Fact) -> float | bool | str | None:
        """What `fact` says of this input, or None where it says nothing that counts."""
        if self.kind is InputKind.PRESENCE:
            return self._presence(fact)
        if fact.name != self.name or fact.status is not FactStatus.PRESENT or fact.value is None:
            return None
        if self.kind is InputKind.DATE:
            return str(fact.value)
        if self.kind is InputKind.CATEGORY:
            word = str(fact.value).lower()
            return word if word in self.options else None
        return float(fact.value) if isinstance(fact.value, int | float) else None

    def _presence(self, fact: Fact) -> bool | None:
        present, past = fact.status is FactStatus.PRESENT, fact.status is FactStatus.HISTORICAL
        if fact.name == self.name:
            if fact.status is FactStatus.ABSENT:
                return False
            return True if present or (past and self.history) else None
        if fact.name in self.shown_by and (present or past):
            return True
        return True if fact.name in self.shown_by_past and past else None


def quantity(
    name: str, label: str = "", unit: str = "", valid: tuple[float, float] | None = None, contributes: str = ""
) -> InputSpec:
    """A required number in `unit`; `valid` is its lowest and highest possible value.

    What is left out is taken from the terminology.
    """
    row = term(name)
    low, high = valid or row.range or (-math.inf, math.inf)
    return InputSpec(
        name=name, label=label or row.label, unit=unit or row.unit, low=low, high=high,
        contributes=contributes or _ENTERS,
    )  # fmt: skip


def finding(name: str, label: str = "", contributes: str = "") -> InputSpec:
    """A sign or judgement that someone must assess: not mentioned is missing, never absent."""
    return InputSpec(
        name=name, label=label or term(name).label, kind=InputKind.PRESENCE, contributes=contributes
    )  # fmt: skip


def comorbidity(name: str, label: str = "", contributes: str = "", shown_by: tuple[str, ...] = ()) -> InputSpec:
    """A part of the past history; a historical fact counts."""
    return InputSpec(
        name=name, label=label or term(name).label, kind=InputKind.PRESENCE, contributes=contributes,
        comorbidity=True, history=True, shown_by=shown_by,
    )  # fmt: skip


def category(name: str, contributes: str = "", options: tuple[str, ...] = ()) -> InputSpec:
    """One of several words; those of the terminology where `options` is left out."""
    row = term(name)
    return InputSpec(
        name=name, label=row.label, kind=InputKind.CATEGORY, options=options or row.options,
        contributes=contributes or _ENTERS,
    )  # fmt: skip


def day(name: str, contributes: str = "") -> InputSpec:
    """A date, in one of the forms that `bedside.tools.dates` reads."""
    return InputSpec(name=name, label=term(name).label, kind=InputKind.DATE, contributes=contributes or _ENTERS)


def optional(spec: InputSpec) -> InputSpec:
    """The same input, without which the calculation goes on."""
    return spec.model_copy(update={"required": False})


def age(contributes: str = "") -> InputSpec:
    """Age in years."""
    return quantity("age", "age", "a", (0, 120), contributes)


def sex(contributes: str = "") -> InputSpec:
    """Recorded sex; the published equations know these two."""
    return InputSpec(
        name="sex",
        label="sex",
        kind=InputKind.CATEGORY,
        options=("male", "female"),
        contributes=contributes or _ENTERS,
    )
