"""Small FHIR R4 records, made by hand: one patient, and whatever resources a test gives her."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Body = dict[str, Any]
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"


def coded(text: str, code: str = "", system: str = "http://snomed.info/sct") -> Body:
    """A CodeableConcept."""
    return {"text": text, "coding": [{"system": system, "code": code, "display": text}]} if code else {"text": text}


def status(code: str) -> Body:
    """A status that FHIR codes."""
    return {"coding": [{"system": CLINICAL, "code": code}]}


def patient(id: str = "p1", **more: Any) -> Body:
    """A woman born in 1958, unless told otherwise."""
    return {
        "resourceType": "Patient",
        "id": id,
        "gender": "female",
        "birthDate": "1958-03-02",
        "name": [{"family": "Quill", "given": ["Ada", "Jane"]}],
        "identifier": [{"value": "MRN-4471"}],
        **more,
    }


def of(kind: str, id: str, whose: str = "Patient/p1", **more: Any) -> Body:
    """A resource of the patient."""
    field = "patient" if kind in {"AllergyIntolerance", "Immunization"} else "subject"
    return {"resourceType": kind, "id": id, field: {"reference": whose}, **more}


def lab(id: str, code: str, text: str, value: float, unit: str, day: str, **more: Any) -> Body:
    """A laboratory result by its LOINC code."""
    quantity = {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    values: Body = {
        "status": "final",
        "code": coded(text, code, "http://loinc.org"),
        "category": [{"coding": [{"code": "laboratory"}]}],
        "effectiveDateTime": day,
        "valueQuantity": quantity,
    }
    return of("Observation", id, **{**values, **more})


def egfr(id: str, value: float, day: str, **more: Any) -> Body:
    """An estimated GFR."""
    return lab(id, "62238-1", "eGFR", value, "mL/min/{1.73_m2}", day, **more)


def problem(id: str, text: str, code: str = "", since: str = "2010-01-01", state: str = "active", **more: Any) -> Body:
    """A Condition."""
    return of(
        "Condition", id, **{"code": coded(text, code), "clinicalStatus": status(state), "onsetDateTime": since, **more}
    )


def medicine(id: str, text: str, state: str = "active", **more: Any) -> Body:
    """A MedicationRequest."""
    return of(
        "MedicationRequest",
        id,
        **{
            "status": state,
            "intent": "order",
            "medicationCodeableConcept": {"text": text},
            "authoredOn": "2020-05-01",
            **more,
        },
    )


def allergy(id: str, text: str, state: str = "active", reaction: str = "", severity: str = "", **more: Any) -> Body:
    """An AllergyIntolerance."""
    body = of("AllergyIntolerance", id, **{"code": coded(text), "clinicalStatus": status(state), **more})
    if reaction:
        body["reaction"] = [{"manifestation": [coded(reaction)], **({"severity": severity} if severity else {})}]
    return body


def bundle(*resources: Body, **more: Any) -> Body:
    """A Bundle of the patient and the resources given."""
    people = [] if any(r["resourceType"] == "Patient" for r in resources) else [patient()]
    entries = [{"resource": r} for r in (*people, *resources)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries, **more}


def write(folder: Path, body: object, name: str = "record.json") -> Path:
    """Writes a record and gives its path."""
    path = folder / name
    path.write_text(body if isinstance(body, str) else json.dumps(body), encoding="utf-8")
    return path


def written(folder: Path, *resources: Body) -> Path:
    """Writes a Bundle of the patient and the resources given."""
    return write(folder, bundle(*resources))
