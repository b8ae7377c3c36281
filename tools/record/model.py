"""What a record holds, resource by resource. Every entry names the resource it was read from, and keeps its words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from bedside.core.answer import Refusal
from bedside.core.base import Frozen

EventKind = Literal["encounter", "procedure", "immunisation"]
ResultKind = Literal["vital", "result", "other"]
# Clinical statuses of a problem or an allergy that is there now.
ACTIVE = frozenset({"active", "recurrence", "relapse"})


class Entry(Frozen):
    """One resource, or one component of an Observation.

    Attributes:
        ref: the resource: ``Observation/id``.
        text: what it is called.
        codes: its codes in LOINC, SNOMED CT and RxNorm, as ``LOINC 718-7``.
        day: when, as the record writes it up to the day ("2019-08-17", "2019"); "" where it gives no date.
        at: for ordering: its first instant in UTC; None where it gives no date.
        line: the entry in one line, made of the resource's own words; what evidence quotes.
    """

    ref: str
    text: str
    codes: tuple[str, ...] = ()
    day: str = ""
    at: datetime | None = None
    line: str


class Problem(Entry):
    """A Condition. `status` is its clinical status, `certainty` its verification status."""

    status: str = "active"
    certainty: str = "confirmed"


class Medicine(Entry):
    """A MedicationRequest or MedicationStatement.

    `drugs` are generic names, () where the text names no drug that is known; `taken` is whether it is current.
    """

    drugs: tuple[str, ...] = ()
    status: str = ""
    taken: bool = False


class Allergy(Entry):
    """An AllergyIntolerance.

    `substances` are drugs, classes or allergens by their canonical name, () where the text names none that is known;
    `denies` is true of an entry that says there is none ("No known allergy"). `reaction` is in the record's words, with
    its severity and criticality.
    """

    substances: tuple[str, ...] = ()
    reaction: str = ""
    status: str = "active"
    certainty: str = ""
    denies: bool = False


class Result(Entry):
    """An Observation, or one of its components.

    Attributes:
        kind: ``vital``, ``result`` (of a laboratory, or of no category) or ``other`` (a survey, an examination).
        value: the number as the record gives it.
        unit: the unit as the record gives it.
        comparator: ``<``, ``<=``, ``>`` or ``>=``, where the number is only a bound.
        words: a value that is no number.
        name: the canonical finding, "" where it is none.
        canonical: `value` in the finding's own unit; None where the unit does not convert or the value is only a bound.
        low: lower end of the reference range that came with it, in `unit`.
        high: upper end.
        flag: the record's own interpretation ("H", "L", "A").
        preliminary: whether it is not yet final.
    """

    kind: ResultKind = "result"
    value: float | None = None
    unit: str = ""
    comparator: str = ""
    words: str = ""
    name: str = ""
    canonical: float | None = None
    low: float | None = None
    high: float | None = None
    flag: str = ""
    preliminary: bool = False


class Happening(Entry):
    """An Encounter, a Procedure or an Immunization."""

    kind: EventKind


class Note(Entry):
    """A DocumentReference or DiagnosticReport: `body` is its text, "" where it holds none. Data, never instruction."""

    body: str = ""


class Person(Frozen):
    """The patient. Names and identifiers are kept only to tell patients apart, and no answer shows them."""

    ref: str
    line: str
    sex: str = ""
    born: str = ""
    birth: date | None = None
    died: str = ""
    names: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()


class PatientRecord(Frozen):
    """The record of one patient, each list in the order of time, the latest last.

    `notices` say what was left out and why; `ref_shared` is true where the person's reference names another patient of
    the source as well, so that it does not lead back to this one.
    """

    person: Person
    ref_shared: bool = False
    problems: tuple[Problem, ...] = ()
    medicines: tuple[Medicine, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    results: tuple[Result, ...] = ()
    happenings: tuple[Happening, ...] = ()
    notes: tuple[Note, ...] = ()
    notices: tuple[Refusal, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything but the person."""
        return (
            *self.problems,
            *self.medicines,
            *self.allergies,
            *self.results,
            *self.happenings,
            *self.notes,
        )

    @property
    def title(self) -> str:
        """What is in it, in one line."""
        results = sum(r.kind != "vital" for r in self.results)
        counts = (
            (len(self.problems), "problem"),
            (len(self.medicines), "medicine"),
            (sum(not a.denies for a in self.allergies), "allergy"),
            (results, "result"),
            (len(self.results) - results, "vital sign"),
            (len(self.happenings), "event"),
            (len(self.notes), "note"),
        )
        return "patient record (FHIR R4): " + ", ".join(_count(n, noun) for n, noun in counts)


def _count(n: int, noun: str) -> str:
    plural = "allergies" if noun == "allergy" else f"{noun}s"
    return f"{n} {noun if n == 1 else plural}"
