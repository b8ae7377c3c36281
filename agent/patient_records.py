"""A patient's record in the conversation: read with the message, its facts laid under what the clinician says."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

from bedside.agent.services import Services
from bedside.core.answer import Refusal
from bedside.core.case import Attachment, Case, Fact, FactStatus
from bedside.core.errors import RecordError
from bedside.tools.notes.schema import NoteReading
from bedside.tools.record.answers import names_of
from bedside.tools.record.asks import asked_of_record
from bedside.tools.record.facts import facts_of
from bedside.tools.record.model import Person
from bedside.tools.record.source import is_record

TOOL = "patient_record"
ANOTHER, DISAGREES = "BED-RECORD-015", "BED-RECORD-016"
_WHO = frozenset({"age", "sex"})
_YEARS_APART = 1.5


class Opened(NamedTuple):
    """An attachment looked at as a record: its facts, and what to say of it."""

    attachment: Attachment
    facts: tuple[Fact, ...] = ()
    notices: tuple[Refusal, ...] = ()


def holds_record(path: Path) -> bool:
    """Whether an attached file or folder is a patient's record."""
    return is_record(path)


def open_attached(attachment: Attachment, case: Case, said: str, services: Services) -> Opened:
    """Reads a record; one that cannot be read, or is another patient's than the one before, is a refusal."""
    try:
        record = services.record(attachment, said)
        found = attachment.model_copy(update={"record": record.title, "patient": record.person.ref})
        for earlier in records_of(case):
            if not _one_person(services.record(earlier).person, record.person):
                raise RecordError(
                    "The record is of another patient than the record attached before.",
                    "Keep one thread for each patient.",
                    code=ANOTHER,
                )
    except RecordError as error:
        refusal = Refusal(code=error.code, subject=attachment.name, why=error.what, do=error.do)
        return Opened(attachment.model_copy(update={"error": str(error)}), notices=(refusal,))
    read = facts_of(record, attachment.id, datetime.now(timezone.utc))
    wrong = _who_disagrees(read.facts, case)
    return Opened(found, _under(case, read.facts), (*record.notices, *read.notices, *wrong))


def records_of(case: Case) -> tuple[Attachment, ...]:
    """The records attached, the latest last."""
    return tuple(a for a in case.attachments if a.record)


def forget_records(case: Case) -> Case:
    """The case without its records: what was attached for one patient says nothing of the next."""
    kept = tuple(a.model_copy(update={"record": "", "patient": ""}) for a in case.attachments)
    return case.model_copy(update={"attachments": kept})


def _one_person(one: Person, other: Person) -> bool:
    same_name = (
        not one.names
        or not other.names
        or bool({n.casefold() for n in one.names} & {n.casefold() for n in other.names})
    )
    return (one.born, one.sex) == (other.born, other.sex) and (one.ref == other.ref or same_name)


def _under(case: Case, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts of a record that take the place of nothing the clinician has said."""
    told = {f.key: f for f in case.current if not f.recorded and f.status is not FactStatus.POSSIBLE}
    allergic = any(f.name == "allergy" and f.value and f.status is FactStatus.PRESENT for f in case.current)
    return tuple(
        f
        for f in facts
        if (f.key not in told or f.name in _WHO) and not (f.name == "allergy" and f.value is None and allergic)
    )


def _who_disagrees(facts: tuple[Fact, ...], case: Case) -> tuple[Refusal, ...]:
    """Age and sex that the clinician told earlier and that the record gives otherwise."""
    told = tuple(f for f in case.current if f.name in _WHO and not f.recorded)
    recorded = {f.name: f for f in facts if f.name in _WHO}
    return tuple(
        _other_person(f, recorded[f.name]) for f in told if f.name in recorded and _differ(f, recorded[f.name])
    )


def as_recorded(case: Case, reading: NoteReading) -> tuple[NoteReading, tuple[Refusal, ...]]:
    """A reading without age and sex where a record gives them; where the two differ, that is said.

    "Her last eGFR" over a man's record may be a slip of the pen, or the wrong patient's record.
    """
    recorded = {f.name: f for f in case.current if f.name in _WHO and f.recorded}
    told = [f for f in reading.facts if f.name in recorded and f.status is FactStatus.PRESENT]
    wrong = tuple(_other_person(f, recorded[f.name]) for f in told if _differ(f, recorded[f.name]))
    kept = tuple(f for f in reading.facts if f.name not in recorded)
    return reading.model_copy(update={"facts": kept}), wrong


def contradicted(case: Case, reading: NoteReading) -> tuple[Refusal, ...]:
    """Allergies of the record that the message denies: they stay, and the clinician is asked."""
    held = [
        f for f in case.current if f.name == "allergy" and f.recorded and f.value and f.status is FactStatus.PRESENT
    ]
    denied = [f for f in reading.facts if f.name == "allergy" and f.status is FactStatus.ABSENT and f.value is None]
    if not held or not denied:
        return ()
    names = ", ".join(str(f.value) for f in held)
    return (
        Refusal(
            code=DISAGREES,
            subject="Allergies",
            why=f"The message says none is known ({denied[0].span.text!r}); the record holds {names}, which counts on.",
            do="Ask the patient, and correct the record or the message.",
        ),
    )


def _differ(told: Fact, recorded: Fact) -> bool:
    if isinstance(told.value, float) and isinstance(recorded.value, float):
        return abs(told.value - recorded.value) > _YEARS_APART
    return told.value != recorded.value


def _other_person(told: Fact, recorded: Fact) -> Refusal:
    shown = f"{recorded.value:g}" if isinstance(recorded.value, float) else str(recorded.value)
    return Refusal(
        code=DISAGREES,
        subject=f"{told.label} of the patient",
        why=f"The message says {told.span.text!r}, the record {shown}; the record's is used.",
        do="Check that this is the right patient's record.",
    )


def asks_of_record(question: str, case: Case, services: Services) -> tuple[bool, tuple[str, ...]]:
    """Whether a message asks for what the record of the thread holds, and which questions nothing else can answer."""
    records = records_of(case)
    if not records:
        return False, ()
    try:
        asked = asked_of_record(question, names_of(services.record(records[-1])))
    except RecordError:  # the stored copy is gone or was changed: what was read from it before stays
        return False, ()
    return bool(asked), tuple(a.part for a in asked if a.alone)


def line_of_source(source: str, case: Case, services: Services) -> str:
    """What a resource of an attached record says, read again from Bedside's copy; "" where it is not there.

    The lines of all components of the resource, and the text of a note, one after the other.
    """
    name, _, ref = source.partition("/")
    attachment = next((a for a in records_of(case) if a.id == name), None)
    if attachment is None:
        return ""
    try:
        record = services.record(attachment)
    except RecordError:
        return ""
    if record.person.ref == ref:
        return record.person.line
    found = [e for e in record.entries if e.ref == ref]
    return "\n".join([*(e.line for e in found), *(n.body for n in record.notes if n.ref == ref)])
