"""Which conditions the case lends to a question that names none: from its text, the record, red flags, symptoms."""

from __future__ import annotations

import re
from functools import lru_cache

from bedside.knowledge.drugs import drugs_in
from bedside.knowledge.terms import findings
from bedside.retrieval.lexicon import Names, Run, run
from bedside.retrieval.patient import Patient
from bedside.retrieval.spoken import conditions_in
from bedside.retrieval.words import has_run

_CLAUSE = re.compile(r"[,.;:\n]|\bbut\b|\band\b")
_RULED_OUT = re.compile(r"\b(?:negative|neg|-ve|excluded|ruled out|unlikely)\b", re.IGNORECASE)
# What follows these is denied, long over, true of another person or an allergy: not what the patient has now.
_NOT_NOW = re.compile(
    r"\b(?:no|not|nil|never|denie[sd]|denying|without|father|mother|brother|sister|wife|"
    r"husband|son|daughter|family|fhx?|allerg\w*|intoleran\w*|previous\w*|prev|prior|history of|hx|vaccin\w*|"
    r"years ago)\b",
    re.IGNORECASE,
)
_ANAPHYLAXIS = re.compile(r"\banaphyla\w*", re.IGNORECASE)


def named_conditions(focus: str, conditions: Names) -> tuple[str, ...]:
    """The conditions a question names. Some guidelines are filed under a drug, which says nothing of its indication."""
    written = [focus[drug.start : drug.end] for drug in drugs_in(focus, classes=True)]
    led = {run(name) for drug in written for name in conditions_in(drug, conditions)}
    return tuple(c for c in conditions_in(focus, conditions) if run(c) not in led | _treatments())


@lru_cache(maxsize=1)
def _treatments() -> frozenset[Run]:
    return frozenset(run(t) for t in ("thrombolysis", "screening", "BP target"))


def lent_conditions(told: str, conditions: Names, patient: Patient, contentless: bool) -> tuple[str, ...]:
    """The conditions a question is about when it names none; () where the case lends none either.

    Args:
        told: the text that stands beside the question.
        conditions: the conditions the library is filed under.
        patient: what the record says.
        contentless: the question says nothing of its own ("what next?"): then it is on the acute disease.
    """
    spoken = _told(told, conditions)
    diseases = tuple(c for c in spoken if not _is_symptom(c))
    acute = (*conditions_in(" ; ".join(patient.acute), conditions), *diseases)
    if contentless and patient.acute:
        return _most_specific(acute)
    held = (*diseases, *conditions_in(" ; ".join(patient.diseases), conditions))
    if not acute:
        held = (*held, *conditions_in(" ; ".join(patient.likely), conditions))
    if not held or (contentless and not acute):
        held = (*held, *(c for c in spoken if _is_symptom(c)), *conditions_in(" ; ".join(patient.symptoms), conditions))
    return _most_specific(held)


def _told(text: str, conditions: Names) -> tuple[str, ...]:
    clauses = [_NOT_NOW.split(c)[0] for c in _CLAUSE.split(text) if not _RULED_OUT.search(c)]
    # "Anaphylaxis to amoxicillin" is an allergy.
    clauses = [c for c in clauses if not (_ANAPHYLAXIS.search(c) and drugs_in(c, classes=True))]
    found = conditions_in(" ; ".join(clauses), conditions)
    return tuple(c for c in found if not drugs_in(c, classes=True) and run(c) not in _measured() | _treatments())


def _most_specific(names: tuple[str, ...]) -> tuple[str, ...]:
    """Without names that are part of another ("pneumonia" beside "hospital-acquired pneumonia")."""
    unique = tuple(dict.fromkeys(names))
    runs = {name: run(name) for name in unique}
    within = {a for a in unique for b in unique if runs[a] != runs[b] and has_run(runs[b], runs[a])}
    return tuple(name for name in unique if name not in within)


@lru_cache(maxsize=1)
def _measured() -> frozenset[Run]:
    """Names of what is measured: a guideline is filed under "eGFR", and a patient with one has no disease by it."""
    terms = {t for f in findings().values() if f.kind != "presence" for t in (f.label, *f.terms, *f.exact)}
    return frozenset(
        run(t) for t in (*terms, "SBP", "oxygen", "screening", "D-dimer", "smoker", "Wells score", "pregnancy")
    )


@lru_cache(maxsize=1)
def _symptoms() -> frozenset[Run]:
    return frozenset(run(t) for f in findings().values() if f.course == "symptom" for t in (f.label, *f.terms))


def _is_symptom(condition: str) -> bool:
    return run(condition) in _symptoms()
