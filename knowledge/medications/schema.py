"""The rows of the medicines table: what two drugs, or a drug and a patient, do together, and who says so."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from bedside.core.base import Frozen

Severity = Literal["contraindicated", "major", "moderate"]
# Worst first.
SEVERITIES: tuple[Severity, ...] = ("contraindicated", "major", "moderate")
Qt = Literal["known", "possible", "conditional"]


class SourceRow(Frozen):
    """A label or guideline that rows rest on.

    Attributes:
        body: who publishes it.
        title: what it is called.
        year: of the text that the rows were written from.
        link: where the present text is found.
        checked: ``recall``, written from knowledge and not compared with the text line by line; ``secondary``, compared
            with a page that quotes it; ``source``, compared with the text itself.
    """

    body: str = Field(min_length=2)
    title: str = Field(min_length=3)
    year: int = Field(ge=1960, le=2030)
    link: str = Field(pattern=r"^https://")
    checked: Literal["source", "secondary", "recall"]


class Group(Frozen):
    """Drugs that share what a row is about and form no class of the drug table."""

    members: tuple[str, ...] = Field(min_length=1)
    source: str


class Warned(Frozen):
    """What a row says: how bad, what happens, what to do, by which source."""

    severity: Severity
    effect: str = Field(min_length=3)
    action: str = Field(min_length=3)
    source: str


class Interaction(Warned):
    """Two drugs, classes or groups that should not, or not simply, be taken together; `a` and `b` have no order."""

    a: str
    b: str
    mechanism: str = Field(min_length=3)


class Band(Frozen):
    """What a drug's label says from a kidney function (inclusive) to another (exclusive)."""

    start: float = Field(default=0, alias="from", ge=0)
    below: float = Field(gt=0)
    do: Literal["avoid", "reduce", "caution"]
    severity: Severity
    text: str = Field(min_length=3)

    @model_validator(mode="after")
    def _in_order(self) -> Band:
        if self.start >= self.below:
            raise ValueError(f"a band from {self.start:g} to below {self.below:g} holds nothing")
        return self


class RenalRule(Frozen):
    """A drug by kidney function: ``crcl`` in mL/min (Cockcroft-Gault) or ``egfr`` in mL/min/1.73 m2."""

    by: Literal["crcl", "egfr"]
    source: str
    why: str
    bands: tuple[Band, ...] = Field(min_length=1)


class Reproduction(Frozen):
    """A drug in pregnancy and while breastfeeding; None where no row is held, which does not mean that it is safe."""

    pregnancy: Warned | None = None
    breastfeeding: Warned | None = None


class QtLimits(Frozen):
    """From where a QT-prolonging drug is not, or not simply, given: QTc in ms, potassium and magnesium in mmol/L."""

    source: str
    stop: float
    careful_male: float
    careful_female: float
    potassium: float
    magnesium: float


class ConditionRule(Frozen):
    """Drugs in a condition: one of the findings `any`, or a measurement `above` or `below` a limit.

    `from_age` is the age in years from which it counts, None for any; with `past` an earlier episode counts too. Where
    `written` is given, the finding counts only where that word stands in what was read ("breast" of a cancer).
    """

    label: str
    any: tuple[str, ...] = ()
    above: dict[str, float] = Field(default_factory=dict)
    below: dict[str, float] = Field(default_factory=dict)
    from_age: float | None = None
    past: bool = False
    written: str = ""
    drugs: dict[str, Warned]


class AgeRule(Warned):
    """A drug below or from an age in years."""

    below: float | None = None
    start: float | None = Field(default=None, alias="from")

    @model_validator(mode="after")
    def _one_side(self) -> AgeRule:
        if (self.below is None) == (self.start is None):
            raise ValueError("give `below` or `from`, and one of them only")
        return self


class MedicationTable(Frozen):
    """Everything that the folder holds; keys of dictionaries are drugs, classes or groups."""

    sources: dict[str, SourceRow]
    groups: dict[str, Group]
    interactions: tuple[Interaction, ...]
    renal: dict[str, RenalRule]
    hepatic: dict[str, Warned]
    reproduction: dict[str, Reproduction]
    qt: dict[str, Qt]
    qt_limits: QtLimits
    duplicates: dict[str, Warned]
    conditions: dict[str, ConditionRule]
    ages: dict[str, tuple[AgeRule, ...]]
