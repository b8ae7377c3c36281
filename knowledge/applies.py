"""Whether a recommendation is for a patient: the one test of its conditions that retrieval and the gate share."""

from __future__ import annotations

import re

from bedside.knowledge.conditions import Known, parse_condition
from bedside.knowledge.schema import Recommendation
from bedside.knowledge.terms import findings

_BOUND = {
    ">=": "{} or more",
    "<=": "{} or less",
    ">": "more than {}",
    "<": "less than {}",
    "=": "of {}",
    "!=": "not {}",
}


def applicable(recommendation: Recommendation, known: Known, asked: str = "") -> bool | None:
    """Whether a recommendation is for this patient.

    Args:
        recommendation: its `when` must all hold, none of its `unless` may, and each of its `needs` must be known to
            hold or be named in what was asked.
        known: what is known of the patient, by fact and calculator name.
        asked: the question or the messages, in the clinician's words.

    Returns:
        False when it is known not to be; None when one of `when` is unknown, or there is none to hold; else True.
    """
    if reason_against(recommendation, known, asked):
        return False
    verdicts = [parse_condition(text).holds(known) for text in recommendation.when]
    return None if None in verdicts or not (verdicts or recommendation.needs) else True


def reason_against(recommendation: Recommendation, known: Known, asked: str = "") -> str:
    """Why a recommendation is not for this patient, as a clinician reads it; "" where nothing says so.

    The arguments are those of `applicable`.
    """
    for text in recommendation.when:
        if parse_condition(text).holds(known) is False:
            return f"it is only for patients with {in_words(text)}"
    for text in recommendation.unless:
        if parse_condition(text).holds(known):
            return f"it is not for patients with {in_words(text)}"
    for text in recommendation.needs:
        condition = parse_condition(text)
        holds = condition.holds(known)
        if holds is False or (holds is None and not _named(condition.name, asked)):
            return f"it is only for {in_words(text)}, which is not recorded"
    return ""


def in_words(text: str) -> str:
    """A condition as a clinician reads it: "urea more than 7 mmol/L", "no pregnancy", "drug allergy: penicillin"."""
    condition = parse_condition(text)
    row = findings().get(condition.name)
    label = row.label if row is not None else condition.name.replace("_", " ")
    if not condition.op:
        return f"no {label}" if condition.negated else label
    if isinstance(condition.value, str):
        return f"{label}{':' if condition.op == '=' else ' other than'} {condition.value}"
    unit = row.unit if row is not None else ""
    return f"{label} {_BOUND[condition.op].format(f'{condition.value:g} {unit}'.strip())}"


def _named(name: str, asked: str) -> bool:
    """Whether a text names a finding by its canonical name, its label or one of its terms."""
    row = findings().get(name)
    terms = (name, row.label, *row.terms, *row.exact) if row is not None else (name,)
    text = f" {_plain(asked)} "
    return any(f" {_plain(term)} " in text for term in terms)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))
