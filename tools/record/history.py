"""Conditions, medicines, allergies, encounters, procedures and immunisations out of their resources."""

from __future__ import annotations

from datetime import datetime

from bedside.tools.record.codes import allergens_of, drugs_of, none_known
from bedside.tools.record.elements import (
    Concept,
    Json,
    Moment,
    code,
    concept,
    first_moment,
    items,
    mapping,
    moment,
    number,
    reference,
    string,
)
from bedside.tools.record.model import Allergy, EventKind, Happening, Medicine, Problem
from bedside.tools.record.source import Resource, Resources

# FHIR defines criticality "high" so (https://hl7.org/fhir/R4/valueset-allergy-intolerance-criticality.html).
_CRITICAL = "criticality high: a life-threatening reaction is possible"
_TAKEN = {"MedicationRequest": {"active"}, "MedicationStatement": {"active", "intended"}}


def line_of(*parts: str) -> str:
    """An entry in one line: its words, each part that is there."""
    return ", ".join(p for p in parts if p)


def problem(resource: Resource) -> Problem:
    """A Condition."""
    body = resource.body
    what = concept(body.get("code"))
    when = first_moment(body, "onsetDateTime", "onsetPeriod", "recordedDate")
    ended = first_moment(body, "abatementDateTime", "abatementPeriod")
    status, certainty = code(body.get("clinicalStatus")), code(body.get("verificationStatus"))
    status = status or ("resolved" if ended else "active")
    return Problem(
        ref=resource.ref,
        text=what.text or "condition without a name",
        codes=what.codes,
        day=when.day if when else "",
        at=when.at if when else None,
        status=status,
        certainty=certainty or "confirmed",
        line=line_of(
            what.text,
            status,
            certainty if certainty != "confirmed" else "",
            f"since {when.day}" if when else "",
            f"ended {ended.day}" if ended else "",
        ),
    )


def medicine(resource: Resource, resources: Resources, now: datetime) -> Medicine:
    """A MedicationRequest or MedicationStatement; its Medication may be contained, or another resource.

    It is taken where its status says so and no end of its use lies in the past.
    """
    body = resource.body
    what = _medication(body, resources)
    when = first_moment(body, "authoredOn", "effectiveDateTime", "effectivePeriod", "dateAsserted")
    status, end = code(body.get("status")), _end(body)
    over = end is not None and end.at.date() < now.date()
    dosage = next((t for d in _dosages(body) if (t := _dose(d))), "")
    return Medicine(
        ref=resource.ref,
        text=what.text or "medicine without a name",
        codes=what.codes,
        day=when.day if when else "",
        at=when.at if when else None,
        drugs=drugs_of(what),
        status=status,
        taken=status in _TAKEN[resource.kind] and not over,
        line=line_of(
            what.text,
            status,
            dosage,
            f"since {when.day}" if when else "",
            f"until {end.day}" if end else "",
        ),
    )


def _medication(body: Json, resources: Resources) -> Concept:
    if "medicationCodeableConcept" in body:
        return concept(body.get("medicationCodeableConcept"))
    pointer = body.get("medicationReference")
    to = reference(pointer)
    inside = next((c for c in items(body.get("contained")) if to == f"#{string(c.get('id'))}"), None)
    found = resources.find(to) if inside is None and to else None
    told = concept((inside or (found.body if found else {})).get("code"))
    return told if told.text or told.codes else Concept(string(mapping(pointer).get("display")), told.codes)


def _dosages(body: Json) -> tuple[Json, ...]:
    return (*items(body.get("dosageInstruction")), *items(body.get("dosage")))


def _dose(dosage: Json) -> str:
    """A dosage in the record's words; "as needed" where that is all it says."""
    return string(dosage.get("text")) or ("as needed" if dosage.get("asNeededBoolean") is True else "")


def _end(body: Json) -> Moment | None:
    ends = [moment(mapping(body.get("effectivePeriod")).get("end"))]
    for dosage in _dosages(body):
        bounds = mapping(mapping(mapping(dosage.get("timing")).get("repeat")).get("boundsPeriod"))
        ends.append(moment(bounds.get("end")))
    there = [e for e in ends if e is not None]
    return max(there, key=lambda e: e.at) if there else None


def allergy(resource: Resource) -> Allergy:
    """An AllergyIntolerance with its reactions; the substance of a reaction stands in where the entry names none."""
    body = resource.body
    what = concept(body.get("code"))
    if not what.text:
        what = next((s for r in items(body.get("reaction")) if (s := concept(r.get("substance"))).text), what)
    when = first_moment(body, "onsetDateTime", "recordedDate", "lastOccurrence")
    status, certainty = code(body.get("clinicalStatus")), code(body.get("verificationStatus"))
    denies = none_known(what)
    reaction = _reactions(body)
    kind = "intolerance" if code(body.get("type")) == "intolerance" else ""
    return Allergy(
        ref=resource.ref,
        text=what.text or "allergy without a name",
        codes=what.codes,
        day=when.day if when else "",
        at=when.at if when else None,
        substances=() if denies else allergens_of(what),
        reaction=reaction,
        status=status or "active",
        certainty=certainty,
        denies=denies,
        line=line_of(what.text, kind, reaction, status, certainty, f"recorded {when.day}" if when else ""),
    )


def _reactions(body: Json) -> str:
    said: list[str] = []
    for reaction in items(body.get("reaction")):
        names = [c.text for m in items(reaction.get("manifestation")) if (c := concept(m)).text]
        words = " and ".join(names) or string(reaction.get("description"))
        severity = code(reaction.get("severity"))
        said.append(f"{words} ({severity} reaction)" if words and severity else words or f"{severity} reaction".strip())
    high = _CRITICAL if code(body.get("criticality")) == "high" else ""
    return "; ".join(dict.fromkeys(s for s in (*said, high) if s))


def happening(resource: Resource) -> Happening:
    """An Encounter, a Procedure or an Immunization."""
    body = resource.body
    kinds: dict[str, EventKind] = {
        "Encounter": "encounter",
        "Procedure": "procedure",
        "Immunization": "immunisation",
    }
    kind = kinds[resource.kind]
    coded = {"encounter": "type", "procedure": "code", "immunisation": "vaccineCode"}[kind]
    what = next((c for t in items(body.get(coded)) if (c := concept(t)).text or c.codes), Concept("", ()))
    why = next((c.text for r in items(body.get("reasonCode")) if (c := concept(r)).text), "")
    when = (
        moment(mapping(body.get("period")).get("start"))
        or moment(mapping(body.get("performedPeriod")).get("start"))
        or first_moment(body, "performedDateTime", "occurrenceDateTime")
    )
    status = code(body.get("status"))
    place = string(mapping(body.get("class")).get("display"), 60) if kind == "encounter" else ""
    dose = number(mapping(body.get("doseQuantity")).get("value"))
    return Happening(
        ref=resource.ref,
        kind=kind,
        text=what.text or kind,
        codes=what.codes,
        day=when.day if when else "",
        at=when.at if when else None,
        line=line_of(
            what.text or kind,
            place,
            f"for {why}" if why else "",
            f"dose {dose:g}" if dose is not None else "",
            status,
            when.day if when else "",
        ),
    )
