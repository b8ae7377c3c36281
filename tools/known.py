"""What is known of the patient, as the conditions of a recommendation are tested on it."""

from __future__ import annotations

from collections.abc import Iterable

from bedside.core.answer import Refusal
from bedside.core.case import Fact, FactStatus
from bedside.core.evidence import Evidence, EvidenceKind
from bedside.knowledge.conditions import Known
from bedside.knowledge.drugs import classes_of, generic

__all__ = ["Known", "known_values", "score_conflicts"]

Value = float | str | bool
_MEASURES = {"ckd_epi_2021": "egfr"}


def known_values(facts: Iterable[Fact], scores: Iterable[Evidence] = ()) -> dict[str, tuple[Value, ...]]:
    """The values of each fact and each calculator, by name.

    A number is the latest one. Presence is True or False; what is only possible, or true of a relative, or over, gives
    nothing. An allergy stays one when it lies in the past, and counts for its drug and for the drug's classes
    (amoxicillin: also penicillin, beta-lactam). A calculator gives its headline value under its own name, or both ends
    of the range that missing inputs leave open; an equation also gives the fact that it estimates, where none is
    recorded. Its one value stands before one that a text states ("CURB-65 is 3"), which stands before an open range.
    A denied allergy counts as no allergy where no other is known.

    Args:
        facts: in the order in which they were read.
        scores: evidence of calculators, in the order in which it was found; evidence of other kinds is passed over.
    """
    known: dict[str, tuple[Value, ...]] = {}
    for fact in facts:
        if fact.name in {"allergy", "medication"}:
            _add_drug(known, fact)
        elif fact.status is FactStatus.ABSENT:
            known[fact.name] = (False,)
        elif fact.status is FactStatus.PRESENT:
            known[fact.name] = (True,) if fact.value is None else (fact.value,)
    for score in scores:
        value = _headline(score)
        open_range = (
            len(value) > 1 and len(known.get(score.source.id, ())) == 1 and _within(known, score.source.id, value)
        )
        if value and not open_range:
            known[score.source.id] = value
            known.setdefault(_MEASURES.get(score.source.id, score.source.id), value)
    return known


def score_conflicts(facts: Iterable[Fact], scores: Iterable[Evidence]) -> tuple[Refusal, ...]:
    """Stated scores that disagree with the computed ones, which are used; each asks which is right.

    Args:
        facts: in the order in which they were read.
        scores: evidence of calculators; a stated value inside the range that missing inputs leave open agrees.
    """
    stated = {f.name: f for f in facts if f.unit == "{score}" and f.status is FactStatus.PRESENT}
    out = []
    for score in scores:
        value, fact = _headline(score), stated.get(score.source.id)
        if (
            fact is None
            or not value
            or not isinstance(fact.value, int | float)
            or min(value) <= fact.value <= max(value)
        ):
            continue
        computed = " to ".join(f"{v:g}" for v in value)
        out.append(
            Refusal(
                code="BED-NOTE-005",
                subject=fact.label,
                why=f"The text says {fact.label} {fact.value:g}, but the record gives {computed}, which was used.",
                do=f"Check the inputs of {fact.label}, or correct the value that was stated.",
            )
        )
    return tuple(out)


def _headline(score: Evidence) -> tuple[float, ...]:
    """The value of a calculator, or both ends of its open range; () for other evidence."""
    headline = score.kind is EvidenceKind.SCORE and score.source.type == "calculator" and not score.source.section
    ends = (score.low, score.high) if score.value is None else (score.value,)
    return tuple(end for end in ends if end is not None) if headline else ()


def _within(known: dict[str, tuple[Value, ...]], name: str, ends: tuple[float, ...]) -> bool:
    stated = known[name][0]
    return not isinstance(stated, str | bool) and min(ends) <= stated <= max(ends)


def _add_drug(known: dict[str, tuple[Value, ...]], fact: Fact) -> None:
    """Adds a drug to the several a patient may be allergic to, or take; takes it away where it is denied."""
    held = tuple(value for value in known.get(fact.name, ()) if value is not False)
    counts = {FactStatus.PRESENT, FactStatus.HISTORICAL} if fact.name == "allergy" else {FactStatus.PRESENT}
    if fact.value is None:
        if fact.status is FactStatus.ABSENT:
            known[fact.name] = (False,)
        elif fact.status in counts and not held:
            known[fact.name] = (True,)
        return
    drug = generic(str(fact.value)) or str(fact.value).lower()
    names = tuple(dict.fromkeys((drug, *classes_of(drug))))
    if fact.status in counts:
        known[fact.name] = tuple(dict.fromkeys((*held, *names)))
    elif fact.status is FactStatus.ABSENT and (drug in held or not held):
        left = tuple(value for value in held if value not in names)
        known[fact.name] = left or ((False,) if fact.name == "allergy" else ())
