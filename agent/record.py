"""Facts and red flags as evidence, and facts as sentences."""

from __future__ import annotations

import hashlib

from bedside.core.case import Fact, FactStatus
from bedside.core.evidence import Evidence, EvidenceKind, ScoreInput, Source
from bedside.core.units import show
from bedside.tools.redflags.likeness import Reading
from bedside.tools.redflags.schema import RedFlag

LIKENESS = "likeness"


def fact_evidence(fact: Fact) -> Evidence:
    """A fact as evidence: its words, quoted from the record."""
    if fact.recorded:
        resource = fact.span.source.partition("/")[2]
        source = Source(type="record", id=resource, title="the patient's record", section=fact.name)
    else:
        source = Source(type="record", id=fact.span.source, title="what you told me", section=fact.name)
    return Evidence(
        kind=EvidenceKind.FACT,
        statement=fact_sentence(fact),
        value=float(fact.value) if isinstance(fact.value, int | float) else None,
        unit=fact.unit,
        source=source,
        quote=fact.span.text,
        span=fact.span,
    )


def fact_sentence(fact: Fact) -> str:
    """A fact in words: "Urea: 9.1 mmol/L", "No chest pain", "Drug allergy: penicillin", "No allergy to penicillin".

    A measurement of a record that is not of now has its day: "Estimated GFR: 41 mL/min/1.73 m² (2026-02-03)".
    """
    words = {
        FactStatus.PRESENT: "{}",
        FactStatus.ABSENT: "No {}",
        FactStatus.POSSIBLE: "Possible {}",
        FactStatus.FAMILY: "Family history: {}",
        FactStatus.HISTORICAL: "History: {}",
    }
    if fact.value is None:
        sentence = words[fact.status].format(fact.label if fact.status is FactStatus.PRESENT else fact.label.lower())
        return _capital(sentence)
    if fact.status is not FactStatus.PRESENT and fact.name in {"allergy", "medication"}:
        return _drug_sentence(fact, words[fact.status])
    value = show(fact.value, fact.unit) if isinstance(fact.value, int | float) else fact.value
    if fact.recorded and fact.time and isinstance(fact.value, float):
        value = f"{value} ({fact.time})"
    if fact.status is FactStatus.PRESENT:
        return f"{_capital(fact.label)}: {value}"
    return _capital(words[fact.status].format(f"{fact.label}: {value}"))


def _drug_sentence(fact: Fact, words: str) -> str:
    """An allergy or medicine that is denied, possible, past or a relative's."""
    if fact.name == "allergy":
        return words.format(f"allergy to {fact.value}")
    if fact.status is FactStatus.ABSENT:
        # The reader keeps "stopped warfarin" in `as_written`; "not on warfarin" was never on it as far as is known.
        stopped = len(fact.as_written.split()) > len(fact.span.text.split())
        return f"{'No longer' if stopped else 'Not'} on {fact.value}"
    return words.format(f"medication {fact.value}")


def _capital(label: str) -> str:
    return label[0].upper() + label[1:]


def flag_evidence(flag: RedFlag) -> Evidence:
    """A red flag as evidence: what fired it, what to do, and who says so."""
    inputs = tuple(
        ScoreInput(
            name=f.name, label=f.label, value=f.value, unit=f.unit, as_written=f.as_written or f.span.text, span=f.span
        )
        for f in flag.triggered_by
    )
    why = ", ".join(dict.fromkeys(f.span.text for f in flag.triggered_by))
    return Evidence(
        kind=EvidenceKind.FINDING,
        statement=f"{flag.title}: {why}. {flag.action}",
        source=Source(
            type="red flag",
            id=flag.id,
            title=flag.title,
            publisher=flag.source.publisher,
            year=flag.source.year,
            section=flag.source.section,
            link=flag.source.link,
        ),
        inputs=inputs,
        limits=("A rule over what was written; it does not replace looking at the patient.",),
    )


def likeness_evidence(reading: Reading, text: str, version: str) -> Evidence:
    """That a message reads like an emergency, as a model's opinion: no rule, and no support for anything else."""
    return Evidence(
        kind=EvidenceKind.MODEL_OPINION,
        statement="No rule sees an emergency, but this reads like one: look for one before anything else.",
        source=Source(type=LIKENESS, id="emergency", version=version, title="Likeness to made-up emergencies"),
        confidence=reading.share,
        limits=("Likeness to made-up texts, and no diagnosis: it is often wrong, and its silence rules nothing out.",),
        input_hash=text_hash(text),
    )


def text_hash(text: str) -> str:
    """The sha256 of a message, by which its likeness is known."""
    return hashlib.sha256(text.encode()).hexdigest()
