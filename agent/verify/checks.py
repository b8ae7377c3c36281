"""The checks of the gate, each a small function from a claim and its evidence to a Check."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bedside.agent.verify.derived import derived_sentences
from bedside.agent.verify.textmatch import negations, normal, quantities, sides, states_dose
from bedside.core.answer import Check, Claim
from bedside.core.case import Fact, FactStatus, Message
from bedside.core.evidence import Evidence, EvidenceKind
from bedside.knowledge.conditions import parse_condition
from bedside.knowledge.drugs import allergy_covers, drugs_in
from bedside.knowledge.library import Library
from bedside.knowledge.schema import Intent
from bedside.tools.known import Known

_ADULTS = re.compile(r"\badults?\b", re.I)
_ADULT_AGE = 16
_ADVISES = (Intent.TREATMENT, Intent.DOSE, Intent.PREVENTION)


@dataclass(frozen=True)
class Setting:
    """What the checks look at beside the claim: cited evidence, the patient, the record, the library."""

    cited: tuple[Evidence, ...]
    facts: tuple[Fact, ...]
    known: Known
    messages: tuple[Message, ...]
    library: Library

    @property
    def text(self) -> str:
        """All the words of the cited evidence."""
        parts = []
        for e in self.cited:
            parts += [e.statement, e.quote, e.source.title]
            parts += [f"{i.label} {i.value} {i.unit} {i.as_written} {i.note}" for i in e.inputs]
            parts += [f"{e.value:g} {e.unit}" if e.value is not None else ""]
        return normal(" ".join(parts))


def verbatim(claim: Claim, setting: Setting) -> bool:
    """Whether the claim repeats one cited quote or statement word for word."""
    text = normal(claim.text).rstrip(".")
    return any(text in (normal(e.quote).rstrip("."), normal(e.statement).rstrip(".")) for e in setting.cited)


def derived(claim: Claim, setting: Setting) -> bool:
    """Whether code derives the claim from its evidence, word for word."""
    return claim.text in derived_sentences(setting.cited, setting.library)


def check_ids(claim: Claim, setting: Setting) -> Check:
    """Every id resolves, and there is at least one."""
    found = {e.id for e in setting.cited}
    lost = [i for i in claim.evidence if i not in found]
    if not claim.evidence:
        return Check(name="ids", passed=False, why="it cites nothing")
    return Check(name="ids", passed=not lost, why=f"no such evidence: {', '.join(lost)}" if lost else "")


def check_quotes(claim: Claim, setting: Setting) -> Check:
    """Every quote stands verbatim where its evidence says: in the library's passage, or in the message."""
    messages = {m.id: m.text for m in setting.messages}
    for e in setting.cited:
        if not e.quote:
            continue
        if e.kind is EvidenceKind.PASSAGE:
            source = setting.library.passage(e.source.id).text
        elif e.span is not None:
            source = messages.get(e.span.source, "")[e.span.start : e.span.end]
        else:
            continue
        if normal(e.quote) not in normal(source):
            return Check(name="quotes", passed=False, why=f"the quote of {e.id} is not in its source")
    return Check(name="quotes", passed=True)


def check_numbers(claim: Claim, setting: Setting) -> Check:
    """Every number of the claim is in its evidence, with the same unit where the claim gives one."""
    there = quantities(setting.text)
    for q in quantities(claim.text):
        same = [t for t in there if t.value == q.value]
        if not same or (q.unit and not any(t.unit == q.unit for t in same)):
            return Check(name="numbers", passed=False, why=f"{q.value:g} {q.unit}".strip() + " is not in the evidence")
    return Check(name="numbers", passed=True)


def check_doses(claim: Claim, setting: Setting) -> Check:
    """An amount of a drug is only ever quoted from a passage, or from the record, word for word."""
    opinion = any(e.kind is EvidenceKind.MODEL_OPINION for e in setting.cited)
    if not states_dose(claim.text) or (verbatim(claim, setting) and not opinion):
        return Check(name="doses", passed=True)
    return Check(name="doses", passed=False, why="a dose may only be quoted word for word")


def check_drugs(claim: Claim, setting: Setting) -> Check:
    """Every drug the claim names is named in its evidence."""
    there = {d.name for d in drugs_in(setting.text)}
    lost = sorted({d.name for d in drugs_in(claim.text)} - there)
    return Check(name="drugs", passed=not lost, why=f"not in the evidence: {', '.join(lost)}" if lost else "")


def check_negation(claim: Claim, setting: Setting) -> Check:
    """The claim negates as much as the evidence it rests on: a "not" gained or lost turns the meaning round."""
    if verbatim(claim, setting):
        return Check(name="negation", passed=True)
    counts = {negations(e.quote or e.statement) % 2 for e in setting.cited}
    passed = negations(claim.text) % 2 in counts
    return Check(
        name="negation", passed=passed, why="" if passed else "it negates what its evidence does not, or the reverse"
    )


def check_sides(claim: Claim, setting: Setting) -> Check:
    """Left stays left."""
    lost = sides(claim.text) - sides(setting.text)
    return Check(
        name="laterality", passed=not lost, why=f"not in the evidence: {', '.join(sorted(lost))}" if lost else ""
    )


def check_population(claim: Claim, setting: Setting) -> Check:
    """A recommendation for adults is not given to a child."""
    age = next((f.value for f in setting.facts if f.name == "age" and isinstance(f.value, int | float)), None)
    for e in setting.cited:
        if age is not None and age < _ADULT_AGE and _ADULTS.search(e.source.population):
            why = f"the patient is {age:g}; {e.source.short} speaks of {e.source.population}"
            return Check(name="population", passed=False, why=why)
    return Check(name="population", passed=True)


def check_conditions(claim: Claim, setting: Setting) -> Check:
    """The recommendation's own conditions (``curb65 >= 3``) hold, or nothing is known against them."""
    for e in setting.cited:
        if e.kind is not EvidenceKind.PASSAGE:
            continue
        for text in setting.library.recommendation(e.source.id).when:
            if parse_condition(text).holds(setting.known) is False:
                return Check(name="conditions", passed=False, why=f"{e.id} applies only when {text}")
    return Check(name="conditions", passed=True)


def check_allergies(claim: Claim, setting: Setting) -> Check:
    """No drug that the patient is allergic to is advised."""
    allergies = [
        str(f.value) for f in setting.facts if f.name == "allergy" and f.value and f.status is FactStatus.PRESENT
    ]
    for e in setting.cited:
        if e.kind is not EvidenceKind.PASSAGE:
            continue
        recommendation = setting.library.recommendation(e.source.id)
        if not set(recommendation.answers) & set(_ADVISES):
            continue
        named = {d.name.lower() for d in drugs_in(e.quote, classes=True)}
        for drug in recommendation.drugs:
            hit = [a for a in allergies if allergy_covers(a, drug.name)]
            if hit and drug.name.lower() in named:
                return Check(
                    name="allergies", passed=False, why=f"the patient is allergic to {hit[0]}; it advises {drug.name}"
                )
    return Check(name="allergies", passed=True)


CHECKS: tuple[Callable[[Claim, Setting], Check], ...] = (
    check_ids,
    check_quotes,
    check_numbers,
    check_doses,
    check_drugs,
    check_negation,
    check_sides,
    check_population,
    check_conditions,
    check_allergies,
)
CONTRADICTS = frozenset({"negation", "laterality", "conditions", "allergies", "population"})
