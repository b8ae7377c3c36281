"""A record as facts of the Case: what holds now, under the names that the reader of notes uses.

What is old is not taken for now. A vital sign counts for a day and a laboratory value for a week; after that it is
history, which no score, rule or red flag takes for the present. Kidney function, body size and what else changes slowly
stays, with its date. An acute condition counts for a month, a pregnancy for 43 weeks. These spans are ours, chosen so
that a score of today is not made of values of last year; they are no clinical limits. A child's weight counts for a
month. The latest of several values holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone

from bedside.core.answer import Refusal
from bedside.core.base import Frozen
from bedside.core.case import Fact, FactStatus, Span
from bedside.core.units import show
from bedside.knowledge.terms import finding, findings
from bedside.tools.record.codes import Meaning, allergen_text, meanings
from bedside.tools.record.elements import Concept, years_between
from bedside.tools.record.model import ACTIVE, Allergy, Entry, Medicine, PatientRecord, Problem, Result
from bedside.tools.record.results import VITALS

NOT_KNOWN, OLD = "BED-RECORD-011", "BED-RECORD-012"
SLOW = frozenset({
    "egfr", "creatinine", "hba1c", "total_cholesterol", "hdl", "ldl", "triglycerides", "weight", "height", "bmi",
})  # fmt: skip
_SIZE = frozenset({"weight", "height", "bmi"})
_KIDNEY = ("egfr", "creatinine")
_VITAL_DAYS, _RESULT_DAYS, _ACUTE_DAYS, _PREGNANCY_DAYS, _CHILD_DAYS = 1, 7, 30, 43 * 7, 31
_KIDNEY_DAYS = 365
_ADULT = 18
_DOUBTED = frozenset({"provisional", "differential", "unconfirmed"})


class RecordFacts(Frozen):
    """The facts of a record, and what could not be used or is old."""

    facts: tuple[Fact, ...]
    notices: tuple[Refusal, ...]


def facts_of(record: PatientRecord, attachment: str, now: datetime | None = None) -> RecordFacts:
    """The facts of a record.

    Args:
        record: as it was read.
        attachment: the attachment's id; a fact's span has the source ``A1/Observation/id``.
        now: the moment it is read for; the clock's where it is None.

    Returns:
        Age and sex, problems, medicines taken, allergies and the latest value of each finding, in that order.
    """
    now = now or datetime.now(timezone.utc)
    maker = _Maker(attachment, now, _age(record, now))
    facts = [
        *maker.person(record),
        *(f for p in record.problems for f in maker.problem(p)),
        *(f for m in record.medicines if m.taken for f in maker.medicine(m)),
        *maker.allergies(record.allergies),
        *maker.results(record.results),
    ]
    return RecordFacts(facts=tuple(_latest(facts)), notices=(*_unread(record), *_old(facts, now)))


def source_of(attachment: str, ref: str) -> str:
    """The source of a span that was read from a record: the attachment and the resource."""
    return f"{attachment}/{ref}"


def _age(record: PatientRecord, now: datetime) -> float | None:
    return years_between(record.person.birth, now.date()) if record.person.birth is not None else None


class _Maker:
    """Makes facts for one patient at one moment."""

    def __init__(self, attachment: str, now: datetime, age: float | None) -> None:
        self.attachment, self.now, self.age = attachment, now, age

    def fact(
        self,
        name: str,
        entry: Entry | None,
        line: str,
        ref: str,
        status: FactStatus = FactStatus.PRESENT,
        value: float | str | None = None,
        written: str = "",
        current: bool = True,
    ) -> Fact:
        row = finding(name)
        day = entry.day if entry is not None else ""
        return Fact(
            name=name,
            label=row.label,
            value=value,
            unit=row.unit if isinstance(value, float) else "",
            as_written=written or line,
            status=status,
            time="" if current else day,
            span=Span(source=source_of(self.attachment, ref), start=0, end=len(line), text=line),
        )

    def person(self, record: PatientRecord) -> list[Fact]:
        person, out = record.person, []
        if self.age is not None and self.age >= 0 and not person.died:
            out.append(self.fact("age", None, person.line, person.ref, value=self.age, written=f"born {person.born}"))
        if person.sex:
            out.append(self.fact("sex", None, person.line, person.ref, value=person.sex, written=person.sex))
        return out

    def problem(self, entry: Problem) -> list[Fact]:
        """A condition as the findings it stands for. One that is over, or acute and old, is history."""
        out: list[Fact] = []
        for meaning in meanings(Concept(entry.text, entry.codes)):
            status = self._status(entry, meaning)
            row = findings()[meaning.name]
            current = status is not FactStatus.HISTORICAL and self._within(entry, _ACUTE_DAYS)
            if status is FactStatus.HISTORICAL and row.historical_as:
                names, status = row.historical_as, FactStatus.PRESENT
            else:
                names = (meaning.name, *(row.implies if status is FactStatus.PRESENT else ()))
            out += [self.fact(n, entry, entry.line, entry.ref, status, current=current) for n in names]
        return out

    def _status(self, entry: Problem, meaning: Meaning) -> FactStatus:
        if entry.certainty == "refuted":
            return FactStatus.ABSENT
        if meaning.status is not FactStatus.PRESENT:
            return meaning.status
        row = findings()[meaning.name]
        span = _PREGNANCY_DAYS if meaning.name == "pregnancy" else _ACUTE_DAYS
        over = entry.status not in ACTIVE or (row.course != "chronic" and not self._within(entry, span))
        if over:
            return FactStatus.HISTORICAL
        return FactStatus.POSSIBLE if entry.certainty in _DOUBTED else FactStatus.PRESENT

    def medicine(self, entry: Medicine) -> list[Fact]:
        """One fact for each drug; a medicine that is not known by name keeps the record's words."""
        drugs = entry.drugs or (entry.text,)
        return [self.fact("medication", entry, entry.line, entry.ref, value=d, written=entry.line) for d in drugs]

    def allergies(self, entries: tuple[Allergy, ...]) -> list[Fact]:
        """Allergies; that none is known counts only where the record names none."""
        out: list[Fact] = []
        held = [e for e in entries if not e.denies and e.certainty != "refuted"]
        for entry in entries:
            if entry.denies:
                if not held and entry.status in ACTIVE:
                    out.append(self.fact("allergy", entry, entry.line, entry.ref, FactStatus.ABSENT))
                continue
            status = FactStatus.PRESENT if entry.status in ACTIVE else FactStatus.HISTORICAL
            if entry.certainty == "refuted":
                status = FactStatus.ABSENT
            names = entry.substances or (allergen_text(Concept(entry.text, entry.codes)),)
            out += [self.fact("allergy", entry, entry.line, entry.ref, status, n, entry.line) for n in names]
        return out

    def results(self, entries: tuple[Result, ...]) -> list[Fact]:
        """The latest number of each finding, and coded answers (smoker, pregnant)."""
        last: dict[str, Result] = {}
        numbers: dict[str, Result] = {}
        worded: dict[str, Fact] = {}
        for entry in (e for e in entries if e.day):
            if entry.name and entry.value is not None:
                last[entry.name] = entry
                if entry.canonical is not None:
                    numbers[entry.name] = entry
            elif entry.value is None:
                worded |= {f.name: f for f in self._worded(entry)}
        return [*(self._number(e, self._superseded(e, last)) for e in numbers.values()), *worded.values()]

    @staticmethod
    def _superseded(entry: Result, last: dict[str, Result]) -> bool:
        """Whether a later measurement says more: one that is only a bound, or a creatinine after the last eGFR."""
        creatinine = last.get("creatinine")
        later = entry.name == "egfr" and creatinine is not None and creatinine.day[:10] > entry.day[:10]
        return last[entry.name] is not entry or later

    def _number(self, entry: Result, superseded: bool) -> Fact:
        days = _VITAL_DAYS if entry.name in VITALS else _RESULT_DAYS
        recent = self._within(entry, days)
        child = self.age is None or self.age < _ADULT
        slow = entry.name in SLOW and not (entry.name in _SIZE and child and not self._within(entry, _CHILD_DAYS))
        return self.fact(
            entry.name,
            entry,
            entry.line,
            entry.ref,
            FactStatus.PRESENT if (recent or slow) and not superseded else FactStatus.HISTORICAL,
            entry.canonical,
            f"{show(entry.value or 0.0, entry.unit)} on {entry.day}",
            current=recent and not superseded,
        )

    def _worded(self, entry: Result) -> Iterable[Fact]:
        answer = [c for c in entry.codes if c.startswith("SNOMED ")]
        for meaning in meanings(Concept("", tuple(answer))):
            span = _PREGNANCY_DAYS if meaning.name == "pregnancy" else None
            if span is not None and not self._within(entry, span):
                continue
            yield self.fact(meaning.name, entry, entry.line, entry.ref, meaning.status, written=entry.line)

    def _within(self, entry: Entry, days: int) -> bool:
        """Whether an entry is at most so many days old; one without a date is not."""
        return entry.at is not None and entry.at >= self.now - timedelta(days=days)


def _latest(facts: Iterable[Fact]) -> Iterable[Fact]:
    """One fact of each key. A condition that is present stands before the same one in the past or in doubt."""
    rank = {FactStatus.PRESENT: 2, FactStatus.ABSENT: 1, FactStatus.HISTORICAL: 1}
    kept: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        known = kept.get(fact.key)
        if known is None or rank.get(fact.status, 0) >= rank.get(known.status, 0):
            kept[fact.key] = fact
    return kept.values()


def _unread(record: PatientRecord) -> Iterable[Refusal]:
    """Medicines and allergens that no table here knows: they are in the record, but no check can speak of them."""
    unread: dict[str, tuple[str, ...]] = {
        "medicine": tuple(m.text for m in record.medicines if m.taken and not m.drugs),
        "allergy": tuple(a.text for a in record.allergies if not a.denies and not a.substances),
    }
    for noun, texts in unread.items():
        names = tuple(dict.fromkeys(texts))
        if names:
            yield Refusal(
                code=NOT_KNOWN,
                subject=f"{'Medicines' if noun == 'medicine' else 'Allergies'} of the record",
                why=f"Not known here by name, so no drug is checked against them: {'; '.join(names[:8])}.",
                do="Check them yourself, or write their generic names.",
            )


def _old(facts: Iterable[Fact], now: datetime) -> Iterable[Refusal]:
    """Kidney function that is more than a year old still counts, and the reader is told."""
    for fact in facts:
        day = _day(fact.time) if fact.name in _KIDNEY else None
        if day is not None and (now.date() - day).days > _KIDNEY_DAYS:
            yield Refusal(
                code=OLD,
                subject=f"{fact.label} of the record",
                why=f"The latest is of {fact.time}; doses and scores that use it rest on that value.",
                do="Measure it again before relying on it, or write the present value.",
            )


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=timezone.utc).date()
    except ValueError:
        return None
