"""Reads one patient's record: chooses the patient, keeps what is theirs and holds, and says what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TypeVar

from bedside.core.answer import Refusal
from bedside.retrieval.orders import gives_orders
from bedside.tools.record.elements import code, items, reference
from bedside.tools.record.history import allergy, happening, medicine, problem
from bedside.tools.record.model import Entry, PatientRecord, Result
from bedside.tools.record.narrative import note_of
from bedside.tools.record.person import choose, ref_shared
from bedside.tools.record.results import results_of
from bedside.tools.record.source import Resource, Resources, load

LOST, IMPOSSIBLE, LEFT_OUT = "BED-RECORD-008", "BED-RECORD-009", "BED-RECORD-010"
_SUBJECT = {"AllergyIntolerance": "patient", "Immunization": "patient"}
KINDS = (
    "Condition", "MedicationRequest", "MedicationStatement", "AllergyIntolerance", "Observation", "Encounter",
    "Procedure", "Immunization", "DocumentReference", "DiagnosticReport",
)  # fmt: skip
# What never held, or did not happen: the status element's codes (https://hl7.org/fhir/R4/, each resource's page).
_VOID = frozenset({"entered-in-error", "cancelled", "not-done", "nullified", "superseded", "registered"})
_NEVER_TAKEN = frozenset({"draft", "not-taken", "unknown"})
_NO_ORDER = frozenset({"proposal", "plan", "option"})
E = TypeVar("E", bound=Entry)


@dataclass
class _Reading:
    """What is being put together."""

    resources: Resources
    now: datetime
    left_out: Counter[str] = field(default_factory=Counter)
    impossible: list[str] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)


def open_record(
    path: Path, *, limit_bytes: int, now: datetime | None = None, patient: str = "", said: str = ""
) -> PatientRecord:
    """The record of one patient.

    Args:
        path: a file or a folder of FHIR R4 as JSON.
        limit_bytes: the most that it may take.
        now: the moment it is read for; what is dated later is left out. The clock's where it is None.
        patient: whose record: an id, ``Patient/id``, an identifier or a full name; needed where it holds several.
        said: words in which the patient may be named instead.

    Returns:
        The record; its notices say what was left out.

    Raises:
        RecordError: the only exception. Damaged (BED-RECORD-001), not FHIR (002), not R4 (003), too large (004), no
            patient (005), several and none named (006), or the named one not there (007).
    """
    now = now or datetime.now(timezone.utc)
    resources = load(path, limit_bytes)
    chosen, person = choose(resources, patient, said)
    reading = _Reading(resources, now)
    own = _theirs(reading, chosen)
    results: list[Result] = []
    for resource in own["Observation"]:
        read = results_of(resource)
        reading.impossible += read.impossible
        results += read.results
    requests = [*own["MedicationRequest"], *own["MedicationStatement"]]
    events = [*own["Encounter"], *own["Procedure"], *own["Immunization"]]
    record = PatientRecord(
        person=person,
        ref_shared=ref_shared(resources, person),
        problems=_in_time(reading, map(problem, own["Condition"])),
        medicines=_in_time(reading, (medicine(r, resources, now) for r in requests)),
        allergies=_in_time(reading, map(allergy, own["AllergyIntolerance"])),
        results=_in_time(reading, results),
        happenings=_in_time(reading, map(happening, events)),
        notes=_in_time(reading, map(note_of, (*own["DocumentReference"], *own["DiagnosticReport"]))),
    )
    return record.model_copy(update={"notices": _notices(reading)})


def _theirs(reading: _Reading, chosen: Resource) -> dict[str, list[Resource]]:
    """The patient's own resources by type, those that hold; the rest is counted by why it was left out."""
    out: dict[str, list[Resource]] = {kind: [] for kind in KINDS}
    for resource in reading.resources.all:
        if resource.kind == "OperationOutcome":
            reading.left_out["not given by the server"] += 1
        if resource.kind not in out:
            continue
        written = reference(resource.body.get(_SUBJECT.get(resource.kind, "subject")))
        subject = reading.resources.find(written) if written else None
        if subject is None:
            reading.left_out["of no patient in the record"] += 1
        elif subject is not chosen:
            reading.left_out["of another patient"] += 1
        elif why := _void(resource):
            reading.left_out[why] += 1
        else:
            out[resource.kind].append(resource)
            _count_lost(reading, resource)
    if reading.resources.foreign:
        reading.left_out["no FHIR"] += reading.resources.foreign
    return out


def _void(resource: Resource) -> str:
    """Why a resource says nothing of the patient; "" where it does."""
    body = resource.body
    status, certainty = code(body.get("status")), code(body.get("verificationStatus"))
    for said in (status, certainty):
        if said in _VOID:
            return f"marked {said}"
    if resource.kind == "DocumentReference" and code(body.get("docStatus")) in _VOID:
        return "marked entered-in-error"
    if resource.kind.startswith("Medication"):
        if status in _NEVER_TAKEN:
            return f"marked {status}"
        if code(body.get("intent")) in _NO_ORDER:
            return "only proposed"
        if body.get("doNotPerform") is True:
            return "an order not to give"
    return ""


def _count_lost(reading: _Reading, resource: Resource) -> None:
    """Counts references of a resource that lead nowhere in the record."""
    body = resource.body
    pointers = [("encounter", body.get("encounter")), ("medicine", body.get("medicationReference"))]
    pointers += [("result", r) for r in items(body.get("result"))]
    for what, pointer in pointers:
        written = reference(pointer)
        if written and not written.startswith("#") and reading.resources.find(written) is None:
            reading.lost[what] += 1


def _in_time(reading: _Reading, entries: Iterable[E]) -> tuple[E, ...]:
    """By time, those without a date first.

    What is dated after tomorrow is left out, for it cannot have happened, and so is what gives an assistant orders.
    """
    tomorrow = reading.now + timedelta(days=1)
    kept: list[E] = []
    for entry in entries:
        if entry.at is not None and entry.at > tomorrow:
            reading.left_out["dated in the future"] += 1
        elif gives_orders(entry.line):
            reading.left_out["speaking to an assistant"] += 1
        else:
            kept.append(entry)
    return tuple(sorted(kept, key=_by_time))


def _by_time(entry: Entry) -> tuple[datetime, str]:
    return (entry.at or datetime.min.replace(tzinfo=timezone.utc), entry.ref)


def _notices(reading: _Reading) -> tuple[Refusal, ...]:
    out = []
    if reading.lost:
        counts = ", ".join(f"{n} to {what}s" for what, n in sorted(reading.lost.items()))
        out.append(
            Refusal(
                code=LOST,
                subject=_count(sum(reading.lost.values()), "reference") + " of the record",
                why=f"They lead to nothing in it ({counts}), so what they point to is not known.",
                do="Export the record whole, with what its resources refer to.",
            )
        )
    if reading.impossible:
        shown = "; ".join(reading.impossible[:3])
        out.append(
            Refusal(
                code=IMPOSSIBLE,
                subject=_count(len(reading.impossible), "value") + " of the record",
                why=f"No living patient can have it, so it is not used: {shown}.",
                do="Check it in the source.",
            )
        )
    if reading.left_out:
        counts = ", ".join(f"{n} {why}" for why, n in sorted(reading.left_out.items()))
        out.append(
            Refusal(
                code=LEFT_OUT,
                subject=_count(sum(reading.left_out.values()), "entry") + " of the record",
                why=f"Left out: {counts}.",
                do="Nothing of them is used in the answer.",
            )
        )
    return tuple(out)


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun if n == 1 else noun.removesuffix('y') + 'ies' if noun.endswith('y') else noun + 's'}"
