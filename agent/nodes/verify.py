"""verify: decides every drafted claim; a failing one is repaired once, else taken out with its reason."""

from __future__ import annotations

from bedside.agent.events import emit
from bedside.agent.patient_records import line_of_source
from bedside.agent.services import Services
from bedside.agent.state import Draft, State
from bedside.agent.verify.checks import Setting
from bedside.agent.verify.derived import allergen_of, allergy_sentence, caution_sentence, severe_beside
from bedside.agent.verify.gate import decide_claim, repaired
from bedside.agent.view import evidence_now, facts_now, scores_now
from bedside.core.answer import Claim, Section, Verdict
from bedside.core.events import ClaimVerified
from bedside.core.evidence import Evidence, EvidenceKind
from bedside.knowledge.drugs import allergy_covers, allergy_related
from bedside.tools.known import known_values

_REPLACEABLE = (EvidenceKind.FACT, EvidenceKind.SCORE)


def verify(state: State, services: Services) -> State:
    """Puts each claim through the gate, in order, and drops what says the same twice."""
    draft = state["draft"]
    facts = facts_now(state)
    known = known_values(facts, scores_now(state))
    now = evidence_now(state)
    holds = {e.id for e in now}
    guarded = tuple(e for e in now if e.never_reassures)
    stale = frozenset(e.id for e in state["ledger"].items if e.kind in _REPLACEABLE and e.id not in holds)
    kept: list[Claim] = []
    removed: list[Claim] = []

    def setting_of(claim: Claim) -> Setting:
        cited = tuple(e for i in claim.evidence if (e := state["ledger"].get(i)) is not None)
        return Setting(
            cited,
            facts,
            known,
            state["case"].messages,
            services.library,
            stale,
            services.document_text,
            lambda source: line_of_source(source, state["case"], services),
            guarded,
        )

    def settle(claim: Claim) -> None:
        decided = decide_claim(claim, setting_of(claim), lambda: services.judge)
        if decided.verdict is not Verdict.SUPPORTED:
            removed.append(decided)
            return
        if all(decided.text != k.text for k in kept):
            emit(ClaimVerified(claim=decided))
            kept.append(decided)

    for claim in draft.claims:
        settle(claim)
        if removed and removed[-1].text == claim.text:
            second = repaired(removed[-1], setting_of(claim)) or _ruled_out(removed[-1], now, state, services)
            if second is not None:
                settle(second)
    return {"draft": Draft(turn=draft.turn, claims=tuple(kept), removed=tuple(removed), refusals=draft.refusals)}


def _ruled_out(claim: Claim, now: tuple[Evidence, ...], state: State, services: Services) -> Claim | None:
    """In place of advice that an allergy forbids, or a severe reaction makes unsafe: the sentence that says so."""
    if all(c.passed for c in claim.checks if c.name == "allergies"):
        return None
    section = Section.GUIDELINES if state["turn"].new_question else Section.CHANGED
    for passage in (e for e in state["ledger"].items if e.id in claim.evidence):
        if passage.kind is not EvidenceKind.PASSAGE:
            continue
        for fact in now:
            for drug in services.library.recommendation(passage.source.id).drugs:
                allergen = allergen_of(fact)
                if not allergen or drug.name.lower() not in passage.quote.lower():
                    continue
                text = ""
                if allergy_covers(allergen, drug.name):
                    text = allergy_sentence(allergen, drug.name)
                elif allergy_related(allergen, drug.name) and severe_beside(fact.span, state["case"].messages):
                    text = caution_sentence(allergen, drug.name)
                if text:
                    return Claim(text=text, section=section, evidence=(fact.id, passage.id))
    return None
