"""FHIR versions told apart by what only one of them writes: a Bundle itself does not say which it is.

Only R4 (4.0.1, and 4.3 where it writes the same) is read. A record of another version would be read wrongly without a
word: R5 moved a medicine's name and an encounter's class, STU3 and DSTU2 wrote a status as a bare code.
Source: HL7, "Version history of resources" on each resource's page (https://hl7.org/fhir/R5/diff.html), 2023.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bedside.core.errors import RecordError
from bedside.tools.record.elements import Json

OLDER, NEWER = "FHIR DSTU2 or STU3", "FHIR R5"
_OLD_KINDS = frozenset({"MedicationOrder", "DiagnosticOrder", "ProcedureRequest", "ReferralRequest", "BodySite"})
_NEW_KINDS = frozenset({"InventoryItem", "Permission", "Transport", "FormularyItem", "GenomicStudy"})


def _has(name: str, *kinds: type) -> Callable[[Json], bool]:
    return lambda body: isinstance(body.get(name), kinds or (object,)) if name in body else False


_MARKS: Mapping[str, tuple[tuple[Callable[[Json], bool], str], ...]] = {
    "Condition": ((_has("clinicalStatus", str), OLDER), (_has("patient"), OLDER), (_has("participant"), NEWER)),
    "AllergyIntolerance": (
        (_has("clinicalStatus", str), OLDER),
        (_has("substance"), OLDER),
        (_has("type", Mapping), NEWER),
    ),
    "MedicationRequest": ((_has("context"), OLDER), (_has("medication"), NEWER)),
    "MedicationStatement": ((_has("taken"), OLDER), (_has("medication"), NEWER)),
    "Encounter": ((_has("class", str), OLDER), (_has("class", list), NEWER), (_has("actualPeriod"), NEWER)),
    "Procedure": ((_has("context"), OLDER), (_has("occurrenceDateTime"), NEWER), (_has("occurrencePeriod"), NEWER)),
    "Observation": ((_has("comments"), OLDER), (_has("context"), OLDER), (_has("related"), OLDER)),
    "Immunization": ((_has("vaccinationProtocol"), OLDER), (_has("wasNotGiven"), OLDER), (_has("notGiven"), OLDER)),
    "DiagnosticReport": ((_has("codedDiagnosis"), OLDER), (_has("image"), OLDER)),
    "DocumentReference": ((_has("class"), OLDER), (_has("indexed"), OLDER), (_has("version"), NEWER)),
    "Patient": ((_has("careProvider"), OLDER), (_has("animal"), OLDER)),
}


def version_of(kind: str, body: Json) -> str:
    """The other version that a resource is written in; "" where it may be R4."""
    if kind in _OLD_KINDS or kind in _NEW_KINDS:
        return OLDER if kind in _OLD_KINDS else NEWER
    return next((version for holds, version in _MARKS.get(kind, ()) if holds(body)), "")


def check_version(resources: Iterable[tuple[str, Json]], name: str) -> None:
    """Refuses a record that is not R4.

    Raises:
        RecordError: a resource is written as another version writes it (BED-RECORD-003).
    """
    for kind, body in resources:
        version = version_of(kind, body)
        if version:
            raise RecordError(
                f"{name} is {version}: its {kind} is written as that version writes it.",
                "Export the record as FHIR R4.",
                code="BED-RECORD-003",
            )
