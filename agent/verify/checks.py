"""The checks of the gate, each a small function from a claim and its evidence to a Check."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bedside.agent.record import LIKENESS
from bedside.agent.verify.derived import caution_sentence, derived_sentences, severe_beside
from bedside.agent.verify.population import Patient, mismatch, population_groups, sentence_groups
from bedside.agent.verify.reassurance import comforts, denies
from bedside.agent.verify.textmatch import bounds, content, negations, normal, quantities, sides, states_dose
from bedside.core.answer import Check, Claim, Section
from bedside.core.case import Fact, FactStatus, Message
from bedside.core.evidence import QUOTED, Evidence, EvidenceKind
from bedside.knowledge.applies import reason_against
from bedside.knowledge.drugs import allergy_covers, allergy_related, classes_of, drugs_in, generic
from bedside.knowledge.library import Library
from bedside.knowledge.schema import Intent
from bedside.tools.known import Known

_SHARED_WORDS = 2 / 3
SIMILAR_CASE = "A similar case "
_ALLERGY = re.compile(r"\ballerg", re.I)
_CONCLUDES = re.compile(
    r"\b(?:indicat(?:es?|ing)|suggest(?:s|ing)?|impl(?:y|ies|ying)|confirm(?:s|ing)?|means?|meaning|therefore|thus|hence|"
    r"consequently|because|since|due to|consistent with|points? to|rules? (?:in|out)|so that|making (?:it|this))\b",
    re.I,
)
_ADVISES = (Intent.TREATMENT, Intent.DOSE, Intent.PREVENTION)


@dataclass(frozen=True)
class Setting:
    """What the checks look at beside the claim: cited evidence, the patient, the record, the library.

    `stale` holds the ids of facts and scores that a later message has replaced; `document` gives the text of a passage
    of the user's own documents by its id, `record` what a resource of an attached record says by its span's source, ""
    where there is none.
    `guarded` is what experts that never reassure found in this turn, cited or not.
    """

    cited: tuple[Evidence, ...]
    facts: tuple[Fact, ...]
    known: Known
    messages: tuple[Message, ...]
    library: Library
    stale: frozenset[str] = frozenset()
    document: Callable[[str], str] = lambda passage_id: ""
    record: Callable[[str], str] = lambda source: ""
    guarded: tuple[Evidence, ...] = ()

    @property
    def words(self) -> str:
        """All that the clinician wrote."""
        return "\n".join(m.text for m in self.messages if m.role == "user")

    @property
    def text(self) -> str:
        """All the words of the cited evidence."""
        parts: list[str] = []
        for e in self.cited:
            parts += dict.fromkeys((e.statement, e.quote, e.source.title))  # a passage states what it quotes
            parts += [f"{i.label} {i.value} {i.unit} {i.as_written} {i.note}" for i in e.inputs]
            parts += [f"{e.value:g} {e.unit}" if e.value is not None else ""]
        return normal(" ".join(parts))


def verbatim(claim: Claim, setting: Setting) -> bool:
    """Whether the claim repeats one cited quote or statement word for word."""
    text = normal(claim.text).rstrip(".")
    return any(text in (normal(e.quote).rstrip("."), normal(e.statement).rstrip(".")) for e in setting.cited)


def derived(claim: Claim, setting: Setting) -> bool:
    """Whether code derives the claim from its evidence, word for word."""
    return claim.text in derived_sentences(setting.cited, setting.library, setting.messages)


def check_ids(claim: Claim, setting: Setting) -> Check:
    """Every id resolves, and there is at least one."""
    found = {e.id for e in setting.cited}
    lost = [i for i in claim.evidence if i not in found]
    if not claim.evidence:
        return Check(name="ids", passed=False, why="it cites nothing")
    return Check(name="ids", passed=not lost, why=f"no such evidence: {', '.join(lost)}" if lost else "")


def check_similar(claim: Claim, setting: Setting) -> Check:
    """A similar case supports one sentence: its own, among the similar cases. It is no support for any other."""
    cases = [e for e in setting.cited if e.kind is EvidenceKind.SIMILAR_CASE]
    own = len(setting.cited) == 1 and claim.section is Section.SIMILAR
    passed = not cases or (own and claim.text == cases[0].statement and claim.text.startswith(SIMILAR_CASE))
    return Check(name="similar", passed=passed, why="" if passed else "a similar case is no proof of anything")


def check_likeness(claim: Claim, setting: Setting) -> Check:
    """That a text reads like an emergency supports one sentence: its own, where it stands apart from the banner."""
    likeness = [e for e in setting.cited if e.source.type == LIKENESS]
    own = len(setting.cited) == 1 and claim.section is Section.READS_LIKE
    passed = not likeness or (own and claim.text == likeness[0].statement)
    return Check(name="likeness", passed=passed, why="" if passed else "a likeness is no proof of anything")


def check_current(claim: Claim, setting: Setting) -> Check:
    """No fact or score that a later message has replaced supports anything but the sentence that says so."""
    lost = [e.id for e in setting.cited if e.id in setting.stale]
    return Check(name="current", passed=not lost, why=f"no longer holds: {', '.join(lost)}" if lost else "")


def check_quotes(claim: Claim, setting: Setting) -> Check:
    """Every quote stands verbatim where its evidence says: in the library's passage, the message, or the record."""
    messages = {m.id: m.text for m in setting.messages}
    for e in setting.cited:
        if not e.quote:
            continue
        if e.kind is EvidenceKind.PASSAGE:
            source = setting.library.passage(e.source.id).text
        elif e.kind is EvidenceKind.DOCUMENT:
            source = setting.document(e.source.id)
        elif e.span is not None and e.span.recorded:
            source = setting.record(e.span.source)
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
    unchecked = any(e.kind in (EvidenceKind.MODEL_OPINION, EvidenceKind.SIMILAR_CASE) for e in setting.cited)
    if not states_dose(claim.text) or (verbatim(claim, setting) and not unchecked):
        return Check(name="doses", passed=True)
    return Check(name="doses", passed=False, why="a dose may only be quoted word for word")


def check_bounds(claim: Claim, setting: Setting) -> Check:
    """A threshold keeps its side: "30 or more" does not become "below 30"."""
    there = bounds(setting.text)
    for value, side in bounds(claim.text):
        other = (value, "down" if side == "up" else "up")
        if other in there and (value, side) not in there:
            return Check(name="bounds", passed=False, why=f"the evidence means the other side of {value:g}")
    return Check(name="bounds", passed=True)


def check_drugs(claim: Claim, setting: Setting) -> Check:
    """Every drug or class that the claim names is named in its evidence; a class also by one of its drugs."""
    there = {d.name for d in drugs_in(setting.text, classes=True)}
    there |= {c for name in there for c in classes_of(name)}
    lost = sorted({d.name for d in drugs_in(claim.text, classes=True)} - there)
    return Check(name="drugs", passed=not lost, why=f"not in the evidence: {', '.join(lost)}" if lost else "")


def check_negation(claim: Claim, setting: Setting) -> Check:
    """The claim negates as often as the evidence it rests on: a "not" gained or lost turns the meaning round."""
    if verbatim(claim, setting):
        return Check(name="negation", passed=True)
    counts = [negations(e.quote or e.statement) for e in setting.cited]
    passed = negations(claim.text) in (*counts, sum(counts))
    return Check(
        name="negation", passed=passed, why="" if passed else "it negates what its evidence does not, or the reverse"
    )


def check_words(claim: Claim, setting: Setting) -> Check:
    """A paraphrase says what its evidence says mostly in the same words; a sentence about something else does not."""
    said = content(claim.text)
    shared = len(said & content(setting.text)) / len(said) if said else 1.0
    passed = verbatim(claim, setting) or shared >= _SHARED_WORDS
    return Check(name="words", passed=passed, why="" if passed else "it says what its evidence does not speak of")


def check_conclusions(claim: Claim, setting: Setting) -> Check:
    """A claim draws no conclusion of its own: "32 or more, indicating severe disease" when no evidence says so.

    A word that concludes may stand in a claim only where it stands in one cited piece of evidence with the same words
    around it; small models were seen to join a value from one piece to a verdict from another.
    """
    drawn = _CONCLUDES.search(claim.text)
    if drawn is None or verbatim(claim, setting):
        return Check(name="conclusions", passed=True)
    said = content(claim.text)
    for e in setting.cited:
        own = f"{e.statement} {e.quote}"
        if drawn[0].lower() in own.lower() and len(said & content(own)) >= _SHARED_WORDS * len(said):
            return Check(name="conclusions", passed=True)
    return Check(name="conclusions", passed=False, why=f"no one piece of evidence concludes it ({drawn[0].lower()!r})")


def check_sides(claim: Claim, setting: Setting) -> Check:
    """Left stays left."""
    lost = sides(claim.text) - sides(setting.text)
    return Check(
        name="laterality", passed=not lost, why=f"not in the evidence: {', '.join(sorted(lost))}" if lost else ""
    )


def check_population(claim: Claim, setting: Setting) -> Check:
    """Advice is for the patient's age, sex and stage of motherhood, or nothing is known against it."""
    patient = Patient.of(setting.known, setting.words)
    for e in (e for e in setting.cited if e.kind in QUOTED):
        for groups in (population_groups(e.source.population), sentence_groups(e.quote)):
            why = mismatch(groups, patient)
            if why:
                return Check(name="population", passed=False, why=f"{why} ({e.source.short})")
    return Check(name="population", passed=True)


def check_conditions(claim: Claim, setting: Setting) -> Check:
    """The recommendation's own conditions (``curb65 >= 3``) and exclusions leave the patient in."""
    for e in (e for e in setting.cited if e.kind is EvidenceKind.PASSAGE):
        recommendation = setting.library.recommendation(e.source.id)
        why = reason_against(recommendation, setting.known, setting.words)
        if why:
            return Check(name="conditions", passed=False, why=f"{e.id}: {why}")
    return Check(name="conditions", passed=True)


def check_allergies(claim: Claim, setting: Setting) -> Check:
    """No drug that the patient is, or ever was, allergic to is advised: not by a cited passage, not by the claim."""
    held = (FactStatus.PRESENT, FactStatus.HISTORICAL)
    allergies = [str(f.value) for f in setting.facts if f.name == "allergy" and f.value and f.status in held]
    advised = set() if verbatim(claim, setting) else _named_as_advice(claim.text)
    for e in (e for e in setting.cited if e.kind is EvidenceKind.PASSAGE):
        recommendation = setting.library.recommendation(e.source.id)
        if set(recommendation.answers) & set(_ADVISES):
            listed = {generic(d.name) for d in recommendation.drugs}
            advised |= _named_as_advice(e.quote) | {d.name for d in drugs_in(e.quote, classes=True) if d.name in listed}
    for e in (e for e in setting.cited if e.kind is EvidenceKind.DOCUMENT):
        advised |= _named_as_advice(e.quote)
    severe = [
        str(f.value)
        for f in setting.facts
        if f.name == "allergy" and f.status in held and severe_beside(f.span, setting.messages)
    ]
    for drug in sorted(advised):
        hit = next((a for a in allergies if allergy_covers(a, drug)), "")
        near = next((a for a in severe if allergy_related(a, drug)), "")
        if hit or near:
            why = f"the patient is allergic to {hit}; it advises {drug}" if hit else caution_sentence(near, drug)
            return Check(name="allergies", passed=False, why=why)
    return Check(name="allergies", passed=True)


def check_reassurance(claim: Claim, setting: Setting) -> Check:
    """Nothing that an expert does not find is comfort: no sentence of the turn calls a lesion benign on its word.

    A guideline may speak of benign lesions in its own words; a sentence that rests on such an expert may not, not even
    where it repeats one.
    """
    cites = [e for e in setting.cited if e.never_reassures]
    guarded = cites or [e for e in setting.guarded if e.never_reassures]
    if not guarded or (not cites and verbatim(claim, setting)):
        return Check(name="reassurance", passed=True)
    names = tuple(sign.name for e in guarded for sign in e.signs if not sign.called)
    said = comforts(claim.text) or ("" if verbatim(claim, setting) else denies(claim.text, names))
    why = f"{guarded[0].source.title} never reassures ({said!r})" if said else ""
    return Check(name="reassurance", passed=not said, why=why)


def _named_as_advice(text: str) -> set[str]:
    """The drugs that a sentence names, unless it speaks of an allergy or negates something."""
    if _ALLERGY.search(text) or negations(text):
        return set()
    return {d.name for d in drugs_in(text, classes=True)}


CHECKS: tuple[Callable[[Claim, Setting], Check], ...] = (
    check_ids,
    check_similar,
    check_likeness,
    check_current,
    check_quotes,
    check_numbers,
    check_bounds,
    check_doses,
    check_drugs,
    check_negation,
    check_words,
    check_conclusions,
    check_sides,
    check_population,
    check_conditions,
    check_allergies,
    check_reassurance,
)
CONTRADICTS = frozenset({"negation", "bounds", "laterality", "conditions", "allergies", "population", "reassurance"})
