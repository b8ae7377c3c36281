"""reason: drafts claims over the evidence. A small model only chooses quoted sentences; a larger one may write."""

from __future__ import annotations

import re
from itertools import zip_longest

from pydantic import BaseModel

from bedside.agent.changes import changes
from bedside.agent.patient_records import TOOL
from bedside.agent.prompts import prompt
from bedside.agent.record import LIKENESS
from bedside.agent.services import Services
from bedside.agent.state import Draft, State
from bedside.agent.verify.disagreement import disagreements
from bedside.agent.view import (
    drug_words,
    evidence_now,
    facts_now,
    in_words,
    is_headline,
    results_now,
    scores_now,
    seconds_left,
)
from bedside.core.answer import Claim, Refusal, Section
from bedside.core.case import Fact, FactStatus
from bedside.core.errors import BedsideError
from bedside.core.evidence import QUOTED, Evidence, EvidenceKind
from bedside.knowledge.drugs import classes_of, drugs_in, drugs_in_class
from bedside.knowledge.library import Library
from bedside.knowledge.schema import Intent
from bedside.tools.differential import NEXT, RANKED, URGENT
from bedside.tools.differential import TYPE as DIFFERENTIAL
from bedside.tools.medications.asked import asked_drugs, asks_to_start
from bedside.tools.rare import TYPE as RARE

_CONSIDERED = 7
_DOCUMENTS_CONSIDERED = 3
_KEPT = 6
_NEW_AT_LEAST = 3
_SHOWN_AT_MOST = 8
OUT_OF_TIME = "BED-ASK-005"
_VERIFY_SECONDS = 15.0
_DRAFT_TOKENS = 700
_DIFFERENTIAL = {
    RANKED: Section.DIFFERENTIAL,
    URGENT: Section.CANNOT_MISS,
    NEXT: Section.NEXT_STEPS,
}
_NO_ILLNESS = re.compile(r"pregnan|trimester|breastfeeding|postpartum")
_ALLERGY = re.compile(r"\b(?:[\w-]+ (?:allerg|hypersensitiv)\w*|(?:allerg|hypersensitiv)\w* to [\w-]+)", re.I)
_STEPS = (Intent.INVESTIGATION, Intent.REFERRAL, Intent.MONITORING)


class Sentence(BaseModel):
    """One sentence that the model drafts, and the evidence it rests on."""

    text: str
    evidence: list[str]


class Sentences(BaseModel):
    """What the model is asked for when it drafts."""

    sentences: list[Sentence]


def reason(state: State, services: Services) -> State:
    """Banner, assessment, guidelines: claims without verdicts."""
    evidence = evidence_now(state)
    claims = [_claim(e, Section.BANNER) for e in evidence if e.source.type == "red flag"]
    claims += [_claim(e, Section.READS_LIKE) for e in evidence if e.source.type == LIKENESS]
    claims += changes(state, evidence)
    claims += [_claim(e, section) for e in evidence if (section := _differential_place(e)) is not None]
    claims += [
        Claim(text=d.sentence, section=Section.ASSESSMENT, evidence=tuple(e.id for e in d.evidence))
        for d in disagreements(evidence)
    ]
    claims += [_claim(e, Section.ASSESSMENT) for e in drug_warnings(state, evidence)]
    looked_up = {e.key for r in results_now(state) if r.tool == TOOL for e in r.evidence}
    claims += [_claim(e, Section.ASSESSMENT) for e in evidence if e.key in looked_up]
    claims += [_claim(e, Section.ASSESSMENT) for e in evidence if _assesses(e) and not _said_before(state, e)]
    claims += [_claim(e, Section.SIMILAR) for e in evidence if e.kind is EvidenceKind.SIMILAR_CASE]
    earlier = _earlier(state)
    known = {e.id for e in earlier}
    found = of_the_drug(state, ranked(state, evidence, EvidenceKind.PASSAGE))
    new = [e for e in found if e.id not in known]
    passages, refusals = _chosen(state, new[:_CONSIDERED], services)
    passages = (passages[: max(_NEW_AT_LEAST, _KEPT - len(earlier))] + earlier)[:_SHOWN_AT_MOST]
    documents, more = _chosen(state, ranked(state, evidence, EvidenceKind.DOCUMENT)[:_DOCUMENTS_CONSIDERED], services)
    passages, refusals = passages + documents, refusals + more
    if services.writes_freely and passages:
        drafted, more = _drafted(state, evidence, passages, services)
        refusals += more
        claims += drafted or [_claim(e, _place(e, services.library)) for e in passages]
    else:
        claims += [_claim(e, _place(e, services.library)) for e in passages]
    return {"draft": Draft(turn=state["turn"].id, claims=tuple(claims), refusals=refusals)}


def _claim(evidence: Evidence, section: Section) -> Claim:
    text = evidence.quote if evidence.kind in QUOTED else evidence.statement
    return Claim(text=text, section=section, evidence=(evidence.id,))


def _assesses(evidence: Evidence) -> bool:
    kinds = (
        EvidenceKind.SCORE,
        EvidenceKind.FINDING,
        EvidenceKind.MASK,
        EvidenceKind.BOX,
        EvidenceKind.MODEL_OPINION,
    )
    other = evidence.source.type in ("red flag", LIKENESS) or _differential_place(evidence) is not None
    return evidence.kind in kinds and not other


def _differential_place(evidence: Evidence) -> Section | None:
    """Where a piece of the differential stands; None for other evidence."""
    if evidence.kind is EvidenceKind.MODEL_OPINION and evidence.source.section == RANKED:
        return Section.DIFFERENTIAL
    if evidence.source.type == RARE:
        return Section.RARE
    return _DIFFERENTIAL.get(evidence.source.section) if evidence.source.type == DIFFERENTIAL else None


def drug_warnings(state: State, evidence: tuple[Evidence, ...]) -> list[Evidence]:
    """What is wrong with a drug, in the order of the tool: worst first.

    What an earlier answer said of the same facts is not said again, unless this message names a drug.
    """
    held = {e.key: e for e in evidence if e.kind is EvidenceKind.DRUG_WARNING}
    found = [held[e.key] for r in results_now(state) for e in r.evidence if e.key in held]
    if state.get("settled") is None or drugs_in(state["case"].messages[-1].text, classes=True):
        return found
    earlier = {e.id for e in state["ledger"].items[: state["turn"].ledger_before]}
    return [e for e in found if e.id not in earlier]


def of_the_drug(state: State, passages: list[Evidence]) -> list[Evidence]:
    """Where a drug is asked about and no illness is told, only what speaks of that drug or its class.

    "Can I give co-amoxiclav?" of a patient allergic to penicillin otherwise finds what to give instead, for infections
    that nobody named. An allergy in a passage ("penicillin allergy") does not speak of the drug.
    """
    words = drug_words(state)
    asked = asked_drugs(words) if asks_to_start(words) else ()
    if not asked or any(_is_illness(f) for f in facts_now(state)):
        return passages
    names = {name for one in asked for name in (one, *classes_of(one)[:1], *drugs_in_class(one))}
    said = ((p, drugs_in(_ALLERGY.sub(" ", p.quote), classes=True)) for p in passages)
    return [p for p, mentions in said if names.intersection(m.name for m in mentions)]


def _is_illness(fact: Fact) -> bool:
    told = fact.status in {FactStatus.PRESENT, FactStatus.POSSIBLE} and fact.value is None
    return told and _NO_ILLNESS.search(fact.name) is None


def _said_before(state: State, evidence: Evidence) -> bool:
    """Whether a score was given in an earlier turn, unchanged, and this message does not ask for it again."""
    turn = state["turn"]
    earlier = {e.id for e in state["ledger"].items[: turn.ledger_before]}
    if state.get("settled") is None or evidence.kind is not EvidenceKind.SCORE or evidence.id not in earlier:
        return False
    asks = turn.new_question and bool({Intent.SEVERITY, Intent.DISPOSITION} & set(turn.intents))
    return not asks and evidence.source.title.lower() not in turn.question.lower()


def _place(evidence: Evidence, library: Library) -> Section:
    if evidence.kind is EvidenceKind.DOCUMENT:
        return Section.DOCUMENTS
    answers = library.recommendation(evidence.source.id).answers
    if answers[0] is Intent.SAFETY_NET:
        return Section.SAFETY_NET
    return Section.NEXT_STEPS if answers[0] in _STEPS else Section.GUIDELINES


def _earlier(state: State) -> list[Evidence]:
    """Passages of the last answer, when this message only adds to the same question: what still holds is kept.

    The gate decides each of them again, on the facts as they are now.
    """
    last = state.get("settled")
    if last is None or state["turn"].new_question:
        return []
    ids = [i for c in last.claims if c.section is not Section.CHANGED for i in c.evidence]
    found = [state["ledger"].get(i) for i in dict.fromkeys(ids)]
    return [e for e in found if e is not None and e.kind is EvidenceKind.PASSAGE]


def _chosen(state: State, passages: list[Evidence], services: Services) -> tuple[list[Evidence], tuple[Refusal, ...]]:
    """The passages that help to answer the question, in the order of the searches; all of them without a model."""
    if not passages:
        return [], ()
    try:
        return _helping(state, passages, services)
    except BedsideError as error:
        why = f"{error.what} The passages are ordered by search alone."
        refusal = Refusal(code=error.code, subject="The core model's part in choosing passages", why=why, do=error.do)
        return passages[:_KEPT], (refusal,)


def _helping(state: State, passages: list[Evidence], services: Services) -> tuple[list[Evidence], tuple[Refusal, ...]]:
    """Those that the core model finds to help, as far as the turn's time reaches."""
    from bedside.agent.relevance import HELPS

    kept: list[Evidence] = []
    followed = _follow_ups(state)
    for position, passage in enumerate(passages):
        if seconds_left(state, services.settings.bounds) < _VERIFY_SECONDS:
            rest = passages[position:]
            return [*kept, *rest][:_KEPT], (_out_of_time(len(rest)),)
        question = followed.get(passage.key, state["turn"].question)
        (helps,) = services.relevance.of(_patient(state), question, (passage.quote,))
        if helps >= HELPS:
            kept.append(passage)
    return kept[:_KEPT], ()


def _follow_ups(state: State) -> dict[str, str]:
    """Of passages that only a finding's follow-up found, by key: that search, which is what they must help with."""
    own = {e.key for r in results_now(state) if not r.asked for e in r.evidence}
    return {e.key: r.asked for r in results_now(state) if r.asked for e in r.evidence if e.key not in own}


def ranked(state: State, evidence: tuple[Evidence, ...], kind: EvidenceKind) -> list[Evidence]:
    """Passages of one kind of this turn in the order of the searches, taking one from each search in turn."""
    ids = {e.key: e for e in evidence if e.kind is kind}
    searches = [[e.key for e in r.evidence if e.key in ids] for r in results_now(state) if r.evidence]
    order = [key for row in zip_longest(*searches) for key in row if key is not None]
    return [ids[key] for key in dict.fromkeys(order)]


def _patient(state: State) -> str:
    """Facts and scores in one line: much of what guidelines advise hangs on a score."""
    scores = [e for e in scores_now(state) if is_headline(e) and e.value is not None and e.low is None]
    words = (in_words(facts_now(state)), *(f"{e.source.title}: {e.value:g}" for e in scores))
    return "; ".join(w for w in words if w)


def _drafted(
    state: State, evidence: tuple[Evidence, ...], passages: list[Evidence], services: Services
) -> tuple[list[Claim], tuple[Refusal, ...]]:
    from langchain_core.messages import HumanMessage

    from bedside.agent.models.decide import decide

    usable = [e for e in evidence if _assesses(e)] + passages
    text = prompt("draft").format(
        facts=in_words(facts_now(state)),
        question=state["turn"].question,
        evidence="\n".join(f"[{e.id}] {e.quote or e.statement} ({e.source.short})" for e in usable),
    )
    try:
        drafted = decide(services.model, [HumanMessage(content=text)], Sentences, max_tokens=_DRAFT_TOKENS)
    except BedsideError as error:
        why = f"{error.what} The guideline sentences are quoted instead."
        return [], (Refusal(code=error.code, subject="The core model's part in writing", why=why, do=error.do),)
    known = {e.id: e for e in usable}
    claims = []
    for s in drafted.sentences:
        ids = tuple(dict.fromkeys(s.evidence))
        passage = next((known[i] for i in ids if i in known and known[i].kind in QUOTED), None)
        section = _place(passage, services.library) if passage else Section.ASSESSMENT
        claims.append(Claim(text=s.text.strip(), section=section, evidence=ids))
    return claims, ()


def _out_of_time(left: int) -> Refusal:
    return Refusal(
        code=OUT_OF_TIME,
        subject=f"{left} passage{'s' * (left != 1)} that the core model did not weigh",
        why="The time of this turn ran out; they are shown in the order of the search.",
        do="Ask a narrower question, or raise BEDSIDE_BOUNDS__SECONDS.",
    )
