"""consult and retrieve: run one tool each, by the cache; a failure is a typed refusal, never prose."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

from bedside.agent.events import Telling, sender
from bedside.agent.nodes.plan import narrow, part_queries
from bedside.agent.services import AnyTool, Services
from bedside.agent.state import Call, Gathered, Ledger, State
from bedside.agent.toolcache import run_kept
from bedside.agent.view import facts_now, messages_of_patient, results_now, score_facts, scores_now, seconds_left
from bedside.core.answer import Refusal
from bedside.core.case import Fact
from bedside.core.errors import BedsideError
from bedside.core.events import Event
from bedside.core.evidence import Evidence
from bedside.core.study import Study
from bedside.tools.calculator import Calculator
from bedside.tools.contract import Prior, ToolRequest, ToolResult
from bedside.tools.gate import run_gated

log = logging.getLogger("bedside.agent")
SEARCH = "guideline_search"
DOCUMENTS = "document_search"
_AT_ONCE = 4
_SCORE_QUERIES = 3
# What must be left of a turn before the core model is asked to read for a calculator.
_FILL_SECONDS = 30.0


def consult(state: State, services: Services) -> State:
    """Runs the calls of the plan side by side; their results keep the order of the plan, so that ids are stable.

    Comparisons come after, with what the experts found on both files.
    """
    facts = facts_now(state)
    calls = state["plan"].calls[: services.settings.bounds.calls]
    send = sender()
    alone = tuple(call for call in calls if not call.prior)
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        # Before the calls that wait for it, or they could fill the pool and wait for ever.
        scored = pool.submit(score_facts, state) if _calculates(calls, services) else None
        one = partial(run_call, state=state, services=services, facts=facts, scores=(), send=send, scored=scored)
        results = tuple(pool.map(one, alone))
    compared = []
    for call in (call for call in calls if call.prior):
        found = {c: r for c, r in zip(alone, results, strict=True) if r.refusal is None}
        compared.append(run_call(call, state, services, facts, (), found, send))
    return _found(state, (*compared, *_told_apart(state, calls, alone, results)))


def _calculates(calls: tuple[Call, ...], services: Services) -> bool:
    """Whether a calculator is among the calls."""
    calculators = {card.name for card in services.toolbox.cards() if card.kind == "calculator"}
    return any(call.tool in calculators for call in calls)


def _told_apart(
    state: State, calls: tuple[Call, ...], alone: tuple[Call, ...], results: tuple[ToolResult, ...]
) -> tuple[ToolResult, ...]:
    """What was found on a prior says so: it is not how the patient is now."""
    priors = {call.prior for call in calls if call.prior}
    names = {a.id: a.name for a in state["case"].attachments if a.id in priors}
    return tuple(
        of_prior(result, names[call.attachment]) if call.attachment in names else result
        for call, result in zip(alone, results, strict=True)
    )


def of_prior(result: ToolResult, name: str) -> ToolResult:
    """The result with each statement marked as being of the prior."""
    said = tuple(e.model_copy(update={"statement": f"On the prior ({name}): {e.statement}"}) for e in result.evidence)
    return result.model_copy(update={"evidence": said})


def retrieve(state: State, services: Services) -> State:
    """Runs the plan's searches, with the scores that the calculators have just given, and what findings call for."""
    facts, scores = facts_now(state), scores_now(state)
    planned = state["plan"].queries
    queries = tuple(dict.fromkeys((*planned[:-1], *_score_queries(state, scores), *planned[-1:])))
    results = tuple(run_call(Call(tool=SEARCH, query=q), state, services, facts, scores) for q in queries)
    followed = _followed(state, services, facts, scores)
    return _found(state, (*_per_question(state, queries, results), *followed, *_documents(state, services, facts)))


def _followed(
    state: State, services: Services, facts: tuple[Fact, ...], scores: tuple[Evidence, ...]
) -> tuple[ToolResult, ...]:
    """What this turn's findings call for, looked up once: "is there pneumonia?" leaves open what to do about it."""
    if state["plan"].round > 1:
        return ()
    out = []
    for search in dict.fromkeys(r.follow_up for r in results_now(state) if r.follow_up):
        result = run_call(Call(tool=SEARCH, query=search), state, services, facts, scores)
        nothing = result.refusal is not None and result.refusal.code == "BED-SEARCH-001"
        out.append(result.model_copy(update={"asked": search, "refusal": None if nothing else result.refusal}))
    return tuple(out)


def _documents(state: State, services: Services, facts: tuple[Fact, ...]) -> tuple[ToolResult, ...]:
    """The question's parts looked up in the user's own documents, once a turn and only where there are any."""
    if state["plan"].round > 1 or not services.holds_documents:
        return ()
    calls = (Call(tool=DOCUMENTS, query=query) for query in part_queries(state))
    return tuple(run_call(call, state, services, facts, ()) for call in calls)


def _score_queries(state: State, scores: tuple[Evidence, ...]) -> tuple[str, ...]:
    """The question once more with each score's name: guidelines hang their advice on scores, clinicians ask without."""
    if state["plan"].round > 1 or narrow(state["turn"].question):
        return ()
    titles = [e.source.title for e in scores if not e.source.section]
    return tuple(f"{title} {state['turn'].question}" for title in titles[:_SCORE_QUERIES])


def _per_question(state: State, queries: tuple[str, ...], results: tuple[ToolResult, ...]) -> tuple[ToolResult, ...]:
    """Refusals of what was asked alone: a search of the rules' own that finds nothing is no news.

    Where a message asks several things and some are answered, each that is not stays refused by itself.
    """
    asked = set(part_queries(state))
    several = len(asked) > 1 and any(r.evidence for r in results)
    out = []
    for query, result in zip(queries, results, strict=True):
        refusal = result.refusal
        if refusal is not None and refusal.code == "BED-SEARCH-001":
            if query not in asked and len(queries) > 1:
                refusal = None
            elif several:
                refusal = refusal.model_copy(update={"code": "BED-PART-001"})
            result = result.model_copy(update={"refusal": refusal})
        out.append(result)
    return tuple(out)


def run_call(
    call: Call,
    state: State,
    services: Services,
    facts: tuple[Fact, ...],
    scores: tuple[Evidence, ...],
    found: Mapping[Call, ToolResult] | None = None,
    send: Callable[[Event], None] = lambda event: None,
    scored: Future[tuple[Fact, ...]] | None = None,
) -> ToolResult:
    """One tool call: from the cache where it has been made before, else made, and stored unless it is a refusal.

    A tool that takes long is told to stop when the turn's time is over, or when nobody waits for the answer any more.

    A tool that raises is a fault of the tool: it becomes a Refusal with a code, and the traceback goes to the log.
    `found` is what a comparison is given: the calls of this turn with their results. `scored` is what a calculator is
    given, worked out once for all of them; None where none is planned.
    """
    turn = state["turn"]
    try:
        tool = services.tool(call.tool)
        attachment = next((a for a in state["case"].attachments if a.id == call.attachment), None)
        recorded = attachment is not None and bool(attachment.record)
        known, unread = _facts_for(tool, state, services, facts, scored)
        request = ToolRequest(
            question=turn.question,
            facts=known,
            study=services.study(attachment) if attachment is not None and not recorded else None,
            record=services.record(attachment) if attachment is not None and recorded else None,
            attachment=call.attachment,
            query=call.query,
            output=services.settings.output / state["case"].thread,
            scores=scores if call.tool == SEARCH else (),
            prior=_prior(call, state, services, facts, found or {}),
            progress=Telling(call.tool, tool.card.title, send),
            cancelled=_cancelled(state, services),
        )
        result = run_kept(tool, request, services.cache, state["case"].thread)
        if result.refusal is not None and attachment is not None:
            subject = f"{result.refusal.subject} on {attachment.name}"
            result = result.model_copy(update={"refusal": result.refusal.model_copy(update={"subject": subject})})
        result = result.model_copy(update={"refusal": result.refusal or unread})
    except BedsideError as error:
        refusal = Refusal(code=error.code, subject=call.tool, why=error.what, do=error.do)
        return ToolResult(tool=call.tool, version="", refusal=refusal)
    except Exception:
        log.exception("tool %s failed", call.tool)
        refusal = Refusal(
            code="BED-TOOL-030",
            subject=call.tool,
            why=f"{call.tool} failed on this input.",
            do="The rest of the answer does not use it. The log has the details (`--verbose`).",
        )
        return ToolResult(tool=call.tool, version="", refusal=refusal)
    return result


def _facts_for(
    tool: AnyTool, state: State, services: Services, facts: tuple[Fact, ...], scored: Future[tuple[Fact, ...]] | None
) -> tuple[tuple[Fact, ...], Refusal | None]:
    """What a tool is told of the patient: what holds now; and why the core model could not read more of it.

    A differential hears everything that was said, in order; a calculator also what only a score asks for, and what the
    core model reads where it is set to.
    """
    if tool.card.kind == "differential":
        return state["case"].facts + state["turn"].assumed, None
    if not isinstance(tool, Calculator):
        return facts, None
    known = scored.result() if scored is not None else score_facts(state)
    if not services.settings.model.fills_in or seconds_left(state, services.settings.bounds) < _FILL_SECONDS:
        return known, None
    try:
        return (*_filled_in(tool, state, services, known), *known), None
    except BedsideError as error:
        why = f"{error.what} Only what the rules read is used."
        subject = f"The core model's part in reading for {tool.card.title}"
        return known, Refusal(code=error.code, subject=subject, why=why, do=error.do)


def _filled_in(tool: Calculator, state: State, services: Services, known: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """What the core model reads in the messages of the calculator's inputs that the rules did not find."""
    from bedside.agent.fill_in import fill_in

    notes = tuple((m.id, m.text) for m in messages_of_patient(state))
    return fill_in(services.model, services.model_name, tool.inputs, notes, known)


def _prior(
    call: Call, state: State, services: Services, facts: tuple[Fact, ...], found: Mapping[Call, ToolResult]
) -> Prior | None:
    """The earlier Study of a comparison, with what the experts read on both; None for any other call."""
    attachment = next((a for a in state["case"].attachments if a.id == call.prior), None)
    if attachment is None:
        return None

    def again(tool: str, study: Study, folder: Path) -> ToolResult:
        request = ToolRequest(question=state["turn"].question, facts=facts, study=study, output=folder)
        return run_gated(services.tool(tool), request)

    def of(attachment_id: str) -> tuple[ToolResult, ...]:
        return tuple(result for c, result in found.items() if c.attachment == attachment_id)

    return Prior(study=services.study(attachment), now=of(call.attachment), before=of(call.prior), again=again)


def _cancelled(state: State, services: Services) -> Callable[[], bool]:
    """Whether a tool of this turn should stop."""
    stop, bounds = services.stop_of(state["case"].thread), services.settings.bounds
    return lambda: stop.is_set() or seconds_left(state, bounds) <= 0


def _found(state: State, results: tuple[ToolResult, ...]) -> State:
    evidence = tuple(e for r in results for e in r.evidence)
    return {"gathered": Gathered(turn=state["turn"].id, results=results), "ledger": Ledger(items=evidence)}
