"""plan: the rules ask first, then the core model may propose more; only what a tool's card accepts is let through."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, create_model

from bedside.agent.prompts import prompt
from bedside.agent.route import calculators_for, experts_for
from bedside.agent.services import Services
from bedside.agent.state import Call, Plan, State
from bedside.agent.view import evidence_now, facts_now, in_words, results_now, seconds_left
from bedside.core.answer import Refusal
from bedside.core.card import ToolCard
from bedside.core.case import Attachment, FactStatus
from bedside.core.errors import BedsideError
from bedside.core.evidence import EvidenceKind
from bedside.knowledge.drugs import drugs_in
from bedside.knowledge.schema import Intent
from bedside.retrieval.intent import intents_of
from bedside.tools.registry import cards

_MODEL_SHARE = 0.5
_PROPOSAL_TOKENS = 90


def plan(state: State, services: Services) -> State:
    """One round: by rule in the first, by the model in those after."""
    turn = state["turn"]
    before = state.get("plan", Plan())
    if before.turn != turn.id:
        return {"plan": _by_rule(state)}
    bounds = services.settings.bounds
    if before.round >= bounds.rounds or seconds_left(state, bounds) < bounds.seconds * _MODEL_SHARE:
        return {"plan": before.model_copy(update={"calls": (), "queries": (), "done": True})}
    return {"plan": _by_model(state, before, services)}


def _by_rule(state: State) -> Plan:
    turn, facts = state["turn"], facts_now(state)
    calls, refusals = experts_for(cards(), turn.question, attachments_now(state))
    calls = calculators_for(cards(), turn.question, facts) + calls
    queries = (turn.question,) if narrow(turn.question) else (*_case_queries(state), turn.question)
    return Plan(turn=turn.id, round=1, calls=calls, queries=queries, asked=queries, refusals=refusals)


def narrow(question: str) -> bool:
    """Whether the question is about a drug or a dose: then only its own words are searched.

    Any wider search would find other drugs and other doses, which answer another question.
    """
    return bool(drugs_in(question)) or Intent.DOSE in intents_of(question)


def attachments_now(state: State) -> tuple[Attachment, ...]:
    """The files of this message; of the whole thread where the message brings none."""
    case = state["case"]
    mine = case.messages[-1].attachments
    return tuple(a for a in case.attachments if a.id in mine or not mine)


def _case_queries(state: State) -> tuple[str, ...]:
    """A search for the patient's allergies: what is advised in a drug's place is another passage."""
    facts = [f for f in facts_now(state) if f.name == "allergy" and f.value and f.status is FactStatus.PRESENT]
    allergies = " and ".join(str(f.value) for f in facts)
    return (f"Which treatment is advised in {allergies} allergy?",) if allergies else ()


def _by_model(state: State, before: Plan, services: Services) -> Plan:
    spent = len(results_now(state))
    options = _open_tools(state, services)
    nothing = before.model_copy(update={"calls": (), "queries": (), "done": True, "round": before.round + 1})
    if spent >= services.settings.bounds.calls:
        return nothing
    try:
        proposal = _propose(state, options, services)
    except BedsideError as error:
        refusal = Refusal(
            code=error.code,
            subject="The core model's part in planning",
            why=f"{error.what} The plan is what the rules chose.",
            do=error.do,
        )
        return nothing.model_copy(update={"refusals": (*before.refusals, refusal)})
    calls = tuple(Call(tool=name, reason="proposed by the core model") for name in dict.fromkeys(proposal.tools))
    asked = {q.lower() for q in before.asked}
    wider = () if narrow(state["turn"].question) else proposal.searches
    queries = tuple(q.strip() for q in wider if 4 < len(q.strip()) < 120 and q.strip().lower() not in asked)
    return before.model_copy(
        update={
            "round": before.round + 1,
            "calls": calls[:2],
            "queries": queries[:2],
            "asked": before.asked + queries[:2],
            "done": not calls and not queries,
        }
    )


def _open_tools(state: State, services: Services) -> tuple[ToolCard, ...]:
    """Calculators not yet run whose required facts are all recorded: what the model may still choose."""
    ran = {r.tool for r in results_now(state)}
    known = {f.name for f in facts_now(state) if f.status in (FactStatus.PRESENT, FactStatus.ABSENT)}
    return tuple(
        c for c in cards() if c.kind == "calculator" and c.name not in ran and known.issuperset(c.accepts.facts)
    )


def _propose(state: State, options: tuple[ToolCard, ...], services: Services) -> Any:
    from langchain_core.messages import HumanMessage

    from bedside.agent.models.decide import decide

    found = [e.statement for e in evidence_now(state) if e.kind is not EvidenceKind.FACT]
    names = tuple(c.name for c in options)
    item: Any = Literal[names] if names else Literal["none"]
    schema: type[BaseModel] = create_model("Proposal", tools=(list[item], ...), searches=(list[str], ...))
    text = prompt("propose").format(
        facts=in_words(facts_now(state)) or "nothing recorded",
        question=state["turn"].question,
        found="\n".join(f"- {s[:160]}" for s in found[:8]) or "- nothing",
        tools="\n".join(f"- {c.name}: {c.purpose}" for c in options) or "- none",
    )
    proposal = decide(services.model, [HumanMessage(content=text)], schema, max_tokens=_PROPOSAL_TOKENS)
    kept = [t for t in proposal.tools if t in names]  # type: ignore[attr-defined]
    return proposal.model_copy(update={"tools": kept})
