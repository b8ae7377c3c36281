"""What the search is told of the patient, from the facts: diseases, what is measured, red flags, groups, medicines."""

from __future__ import annotations

from typing import NamedTuple

from bedside.core.case import Fact, FactStatus
from bedside.knowledge.conditions import parse_condition
from bedside.knowledge.drugs import generic
from bedside.knowledge.terms import findings
from bedside.retrieval.patient import Patient
from bedside.tools.known import Known, known_values
from bedside.tools.redflags.engine import red_flags

_CHILD_BELOW = 16
# A clinic pressure from which NICE 2023, Hypertension in adults (NG136), section 1.2 looks for hypertension. In acute
# illness it is no diagnosis, so it counts only where nothing else is known.
_RAISED = "systolic_bp >= 140"
# Presences that are no disease by which a guideline is chosen.
_NO_DISEASE = frozenset({"suspected_infection", "smoker", "alternative_diagnosis_likely", "pregnancy", "breastfeeding"})


class MeasuredDisorder(NamedTuple):
    """A disorder that a measurement alone establishes, as the guideline that treats it defines it."""

    condition: str
    name: str
    source: str


MEASURED: tuple[MeasuredDisorder, ...] = (
    # Moderate hyperkalaemia and above, from which treatment of the acute disorder is advised.
    MeasuredDisorder("potassium >= 6", "hyperkalaemia", "UK Kidney Association 2023, Hyperkalaemia in adults"),
    # Moderate hyponatraemia and above; 130 to 134 mmol/L is mild.
    MeasuredDisorder("sodium < 130", "hyponatraemia", "Spasovski 2014, doi:10.1530/EJE-13-1020"),
    MeasuredDisorder("glucose < 4", "hypoglycaemia", "JBDS 2023, Hospital management of hypoglycaemia in adults"),
)


def patient_of(facts: tuple[Fact, ...]) -> Patient:
    """The patient as the search needs to know him."""
    known, kinds = known_values(facts), findings()
    present = _names(facts, FactStatus.PRESENT)
    acute = _named(present, "acute") + _measured(known)
    return Patient(
        diseases=_named(present, "acute", "chronic") + _measured(known),
        acute=acute,
        likely=_named(_names(facts, FactStatus.POSSIBLE), "acute") + tuple(flag.title for flag in red_flags(facts)),
        symptoms=_named(present, "symptom") + (("hypertension",) if parse_condition(_RAISED).holds(known) else ()),
        groups=_groups(known),
        pregnant=_pregnant(known),
        medicines=frozenset(
            generic(str(f.value)) or str(f.value).lower() for f in facts if f.name == "medication" and f.value
        ),
        # A symptom may be what is asked about ("unconscious"), a value or a disease is the case.
        # What comes from an attached record stands in no message, so no word of the question is one of its words.
        said=tuple(
            f.span.text
            for f in facts
            if not f.recorded and (f.name not in kinds or kinds[f.name].course != "symptom" or f.value)
        ),
    )


def _names(facts: tuple[Fact, ...], status: FactStatus) -> tuple[str, ...]:
    kinds = findings()
    return tuple(
        f.name
        for f in facts
        if f.status is status and f.value is None and f.name in kinds and f.name not in _NO_DISEASE
    )


def _named(names: tuple[str, ...], *courses: str) -> tuple[str, ...]:
    """Findings of a course, by their label and their first term, as a clinician writes them."""
    kinds = [findings()[name] for name in names]
    return tuple(dict.fromkeys(t for k in kinds if k.course in courses for t in (k.label, *k.terms[:1])))


def _measured(known: Known) -> tuple[str, ...]:
    return tuple(row.name for row in MEASURED if parse_condition(row.condition).holds(known))


def _groups(known: Known) -> tuple[str, ...]:
    """Groups for whom a passage must have been written. Pregnancy is not one: see `Patient.pregnant`."""
    child = parse_condition(f"age < {_CHILD_BELOW}").holds(known)
    return ("children",) if child else ()


def _pregnant(known: Known) -> bool | None:
    if parse_condition("sex = male").holds(known):
        return False
    return parse_condition("pregnancy").holds(known)
