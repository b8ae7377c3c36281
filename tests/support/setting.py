"""What the gate looks at, made of a few invented passages, facts and scores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bedside.agent.record import fact_evidence
from bedside.agent.verify.checks import Setting
from bedside.core.answer import Claim, Section
from bedside.core.case import Fact, FactStatus, Message, Span
from bedside.core.evidence import Evidence, EvidenceKind, Source
from bedside.knowledge.library import Library, load_library
from bedside.tools.known import known_values
from support.small_library import write_guidelines

GUIDELINE = """\
id: ts-gate-2024
publisher: "The Testing Society"
short: "TS"
title: "Sentences for the gate"
year: 2024
link: "https://example.org/ts-gate-2024"
specialty: "respiratory"
status: current
conditions: ["pneumonia"]
checked: {on: 2026-01-01, how: recall}
recommendations:
"""
_ROW = """\
  - id: {id}
    section: "1"
    sentences: ["{sentence}"]
    answers: [{answers}]
    population: "{population}"
    strength: "strong"
    certainty: "low"
    when: [{when}]
    drugs: [{drugs}]
"""
RECOMMENDATIONS: dict[str, dict[str, str]] = {
    "amoxicillin": {
        "sentence": "Amoxicillin 500 mg three times a day for 5 days is offered to adults with pneumonia.",
        "answers": "treatment, dose",
        "drugs": '{name: amoxicillin, dose: "500 mg"}',
    },
    "coamoxiclav": {
        "sentence": "Co-amoxiclav with clarithromycin is the first choice in severe pneumonia.",
        "answers": "treatment",
        "drugs": "{name: co-amoxiclav}, {name: clarithromycin}",
    },
    "nsaid": {
        "sentence": "An NSAID is offered for acute gout.",
        "answers": "treatment",
        "drugs": "{name: NSAID}",
    },
    "unlisted": {"sentence": "Ibuprofen is offered for pleuritic pain.", "answers": "treatment"},
    "instead": {
        "sentence": "In penicillin allergy, doxycycline is offered for pneumonia.",
        "answers": "treatment",
        "drugs": "{name: doxycycline}",
    },
    "hospital": {
        "sentence": "Adults with a CURB-65 score of 3 or more should be admitted to hospital.",
        "answers": "disposition",
        "when": '"curb65 >= 3"',
    },
    "pregnancy": {"sentence": "ACE inhibitors should not be used in pregnancy.", "answers": "contraindication"},
    "needle": {"sentence": "The needle goes above the rib on the left side.", "answers": "treatment"},
    "seizure": {
        "sentence": "Intravenous lorazepam is given for convulsive status epilepticus.",
        "answers": "treatment",
        "population": "children, young people and adults with status epilepticus",
    },
    "twelve": {
        "sentence": "Headache diaries are kept for 8 weeks.",
        "answers": "diagnosis",
        "population": "people over 12 with headache",
    },
}


def gate_library(folder: Path) -> Library:
    """The library that holds the recommendations above and nothing else."""
    rows = [
        _ROW.format(id=name, **{"population": "Adults with pneumonia", "when": "", "drugs": "", **row})
        for name, row in RECOMMENDATIONS.items()
    ]
    return load_library(folder=write_guidelines(folder, GUIDELINE + "".join(rows)))


def quote_of(name: str) -> str:
    """A recommendation's sentence."""
    return RECOMMENDATIONS[name]["sentence"]


def passage(name: str, evidence_id: str = "G1", **changed: Any) -> Evidence:
    """A recommendation as the search gives it; `changed` tampers with it."""
    row = RECOMMENDATIONS[name]
    source = Source(
        type="guideline",
        id=f"ts-gate-2024#{name}",
        title="Sentences for the gate",
        publisher="The Testing Society",
        year=2024,
        section="1",
        population=row.get("population", "Adults with pneumonia"),
    )
    values: dict[str, Any] = {"quote": row["sentence"], "statement": row["sentence"], **changed}
    return Evidence(id=evidence_id, kind=EvidenceKind.PASSAGE, source=source, **values)


def curb65(value: float, evidence_id: str = "S1") -> Evidence:
    """A CURB-65 score."""
    return Evidence(
        id=evidence_id,
        kind=EvidenceKind.SCORE,
        statement=f"CURB-65 is {value:g} of 5: urea 9.1 mmol/L (above 7), respiratory rate 32 (30 or more).",
        value=value,
        source=Source(type="calculator", id="curb65", version="1.0", title="CURB-65"),
    )


def finding(statement: str, evidence_id: str = "X1", kind: EvidenceKind = EvidenceKind.FINDING) -> Evidence:
    """What an expert found."""
    return Evidence(id=evidence_id, kind=kind, statement=statement, source=Source(type="expert", id="reader"))


def told(name: str, label: str, value: float | str | None, words: str, status: FactStatus = FactStatus.PRESENT) -> Fact:
    """A fact whose span is the whole of message m1."""
    span = Span(source="m1", start=0, end=len(words), text=words)
    return Fact(name=name, label=label, value=value, status=status, span=span)


def allergy(drug: str, status: FactStatus = FactStatus.PRESENT) -> Fact:
    """An allergy."""
    return told("allergy", "drug allergy", drug, f"allergic to {drug}", status)


def age(years: float) -> Fact:
    """An age."""
    return told("age", "age", years, f"{years:g}-year-old")


def recorded(fact: Fact, evidence_id: str = "F1") -> Evidence:
    """A fact as evidence with its id."""
    return fact_evidence(fact).model_copy(update={"id": evidence_id})


def setting(library: Library, *cited: Evidence, facts: tuple[Fact, ...] = (), stale: tuple[str, ...] = ()) -> Setting:
    """The setting of a claim that cites this evidence, for a patient with these facts."""
    scores = tuple(e for e in cited if e.kind is EvidenceKind.SCORE)
    words = facts[0].span.text if facts else ""
    messages = (Message(id="m1", role="user", text=words),)
    return Setting(cited, facts, known_values(facts, scores), messages, library, frozenset(stale))


def claim(text: str, *ids: str, section: Section = Section.GUIDELINES) -> Claim:
    """A drafted claim; it cites G1 where no id is given."""
    return Claim(text=text, section=section, evidence=ids or ("G1",))
