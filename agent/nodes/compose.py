"""compose: orders what passed the gate into an Answer, and says what was refused, removed and missing."""

from __future__ import annotations

import time

from bedside.agent.nodes.clarify import missing_now, questions_for
from bedside.agent.nodes.consult import SEARCH
from bedside.agent.nodes.plan import attachments_now
from bedside.agent.nodes.reason import OUT_OF_TIME
from bedside.agent.services import Services
from bedside.agent.state import Draft, Plan, State, Trace
from bedside.agent.view import drug_words, evidence_now, facts_now, results_now, scores_now
from bedside.core.answer import Answer, Artefact, Claim, FileSeen, Refusal, Section
from bedside.core.card import ToolCard
from bedside.core.evidence import PREFIX, EvidenceKind
from bedside.knowledge.schema import Intent
from bedside.tools.asked import asked_for
from bedside.tools.contract import ToolResult
from bedside.tools.known import score_conflicts
from bedside.tools.medications.asked import asked_drugs

_ORDER = list(Section)
_SEARCH = "BED-SEARCH-"


def compose(state: State, services: Services) -> State:
    """Builds the Answer of this turn."""
    turn, draft = state["turn"], state.get("draft", Draft())
    claims = tuple(sorted(draft.claims, key=lambda c: _ORDER.index(c.section)))
    cited = {i for c in (*claims, *draft.removed) for i in c.evidence}
    missing = missing_now(state)
    answer = Answer(
        thread=state["case"].thread,
        question=turn.question,
        claims=claims,
        evidence={e.id: e for e in state["ledger"].items if e.id in cited},
        removed=draft.removed,
        questions=draft.questions or questions_for(missing),
        refusals=_refusals(state, services, draft, claims),
        missing=missing,
        cards=_cards(state, services),
        artefacts=_artefacts(state, cited),
        files=_files(state),
        trace=state.get("trace", Trace()).steps,
        seconds=time.time() - turn.started,
        model=services.model_name,
    )
    return {"answer": answer} if turn.assumed else {"answer": answer, "settled": answer}


def _refusals(state: State, services: Services, draft: Draft, claims: tuple[Claim, ...]) -> tuple[Refusal, ...]:
    """Every refusal once. That no guideline was found is one sentence for all the searches, if it is true at all."""
    tools = [r.refusal for r in _heard(state, services) if r.refusal is not None]
    conflicts = score_conflicts(facts_now(state), scores_now(state))
    found = [*state["turn"].refusals, *conflicts, *state.get("plan", Plan()).refusals, *tools, *draft.refusals]
    rest = [r for r in found if not r.code.startswith(_SEARCH)]
    unsearched = _cut_short(draft) or any(_search_failed(r) for r in results_now(state))
    if _unanswered(state, claims) and not _asked_first(state, draft) and not unsearched:
        searched = next((r for r in found if r.code.startswith(_SEARCH)), None)
        rest.append(searched or _nothing_answers(state["turn"].question))
    return tuple(dict.fromkeys(rest))


def _heard(state: State, services: Services) -> tuple[ToolResult, ...]:
    """The results whose refusals are told: where one expert has read a picture, those it was not meant for are not."""
    results, question = results_now(state), state["turn"].question
    if not any(r.gate is not None and r.gate.accepted and r.evidence for r in results):
        return results

    def meant(result: ToolResult) -> bool:
        return result.gate is None or result.gate.accepted or asked_for(services.tool(result.tool).card, question)

    return tuple(r for r in results if meant(r))


def _unanswered(state: State, claims: tuple[Claim, ...]) -> bool:
    """Whether something was asked of the guidelines and no passage answers; a file's own finding is an answer too."""
    body = [c for c in claims if c.section not in (Section.BANNER, Section.READS_LIKE, Section.CHANGED)]
    if any(_warns(state, i) for c in body for i in c.evidence):
        return False
    prefixes = {i.rstrip("0123456789") for c in body for i in c.evidence}
    answering = (EvidenceKind.PASSAGE, EvidenceKind.DOCUMENT, EvidenceKind.FINDING, EvidenceKind.MASK, EvidenceKind.BOX)
    asked = bool(state.get("plan", Plan()).asked)
    if any(c.section is Section.DIFFERENTIAL for c in body):
        return False
    return asked and prefixes.isdisjoint(PREFIX[kind] for kind in answering)


def _warns(state: State, evidence_id: str) -> bool:
    """Whether this is a catch of an asked drug, which answers "may I start it?" and never what its dose is."""
    found = state["ledger"].get(evidence_id)
    if found is None or found.kind is not EvidenceKind.DRUG_WARNING or Intent.DOSE in state["turn"].intents:
        return False
    asked = asked_drugs(drug_words(state))
    return bool(found.source.grade) and any(drug in found.source.section for drug in asked)


def _cut_short(draft: Draft) -> bool:
    """Whether the time ran out: then nothing can be said of what the guidelines hold."""
    return any(r.code == OUT_OF_TIME for r in draft.refusals)


def _search_failed(result: ToolResult) -> bool:
    """Whether a search ended in a fault: then nothing can be said of what the guidelines hold."""
    return result.tool == SEARCH and result.refusal is not None and not result.refusal.code.startswith(_SEARCH)


def _asked_first(state: State, draft: Draft) -> bool:
    """Whether passages were found and wait for the clinician to answer a question."""
    return bool(draft.questions) and any(e.kind is EvidenceKind.PASSAGE for e in evidence_now(state))


def _nothing_answers(question: str) -> Refusal:
    return Refusal(
        code="BED-SEARCH-001",
        subject=question,
        why="No guideline passage held here answers this, so nothing is said about it.",
        do="Look it up in the source you trust, or add the guideline to the library.",
    )


def _cards(state: State, services: Services) -> tuple[ToolCard, ...]:
    names = dict.fromkeys(r.tool for r in results_now(state) if r.evidence)
    return tuple(services.tool(name).card for name in names)


def _artefacts(state: State, cited: set[str]) -> tuple[Artefact, ...]:
    """Every file once, with the ids of the cited evidence it shows; a file that no region names holds all of it."""
    ids = {e.key: e.id for e in state["ledger"].items if e.id in cited}
    files: dict[str, Artefact] = {}
    for result in results_now(state):
        of = [(e.region, ids[e.key]) for e in result.evidence if e.key in ids]
        for artefact in result.artefacts:
            shown = [i for region, i in of if region and artefact.path in (region.mask_path, region.overlay_path)]
            linked = ", ".join(dict.fromkeys(shown or [i for _, i in of]))
            files.setdefault(artefact.path, artefact.model_copy(update={"evidence": linked}))
    return tuple(files.values())


def _files(state: State) -> tuple[FileSeen, ...]:
    new, _ = attachments_now(state)
    return tuple(
        FileSeen(id=a.id, name=a.name, title=a.study.title, appearance=a.study.appearance)
        if a.study
        else FileSeen(id=a.id, name=a.name, title=a.record)
        for a in new
        if a.study or a.record
    )
