"""The graph: intake, triage, plan, consult, retrieve, reason, verify, compose; clarify where asking is worth more."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from bedside.agent.events import emit
from bedside.agent.nodes.clarify import better_to_ask, clarify
from bedside.agent.nodes.compose import compose
from bedside.agent.nodes.consult import consult, retrieve
from bedside.agent.nodes.intake import intake
from bedside.agent.nodes.plan import plan
from bedside.agent.nodes.reason import reason
from bedside.agent.nodes.triage import triage
from bedside.agent.nodes.verify import verify
from bedside.agent.services import Services
from bedside.agent.state import State, Trace
from bedside.core.answer import Step
from bedside.core.events import StepFinished, StepStarted

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph

Node = Callable[[State, Services], State]


class TimedNode(Protocol):
    """A node as LangGraph calls it."""

    def __call__(self, state: State) -> State:
        """The update of the state."""


NODES: dict[str, tuple[str, Node]] = {
    "intake": ("Reading the case", intake),
    "triage": ("Looking for red flags", triage),
    "plan": ("Choosing what to consult", plan),
    "consult": ("Consulting calculators and experts", consult),
    "retrieve": ("Searching the guidelines", retrieve),
    "reason": ("Choosing what answers the question", reason),
    "verify": ("Checking every statement", verify),
    "clarify": ("Working out what to ask", clarify),
    "compose": ("Putting the answer together", compose),
}


def build_graph(services: Services, saver: BaseCheckpointSaver[Any]) -> CompiledStateGraph[Any]:
    """The compiled graph. Its nodes are pure functions of the state and the services."""
    from langgraph.graph import END, START, StateGraph

    graph = StateGraph(State)
    for name, (title, node) in NODES.items():
        graph.add_node(name, timed(name, title, node, services))
    graph.add_edge(START, "intake")
    graph.add_edge("intake", "triage")
    graph.add_edge("triage", "plan")
    graph.add_conditional_edges("plan", after_plan, ["consult", "retrieve", "reason", "clarify"])
    graph.add_edge("consult", "retrieve")
    graph.add_edge("retrieve", "plan")
    graph.add_edge("reason", "verify")
    graph.add_edge("verify", "compose")
    graph.add_edge("clarify", "compose")
    graph.add_edge("compose", END)
    return graph.compile(checkpointer=saver)


def after_plan(state: State) -> str:
    """Calls first, then searches; when the plan is done, answer or ask."""
    now = state["plan"]
    if now.calls and not now.done:
        return "consult"
    if now.queries and not now.done:
        return "retrieve"
    return "clarify" if better_to_ask(state) else "reason"


def timed(name: str, title: str, node: Node, services: Services) -> TimedNode:
    """A node that says when it starts and ends, and leaves a step in the trace."""

    def run(state: State) -> State:
        emit(StepStarted(node=name, title=title))
        started = time.perf_counter()
        update = node(state, services)
        seconds = time.perf_counter() - started
        detail = _detail(name, update)
        emit(StepFinished(node=name, seconds=seconds, detail=detail))
        turn = update["turn"].id if "turn" in update else state["turn"].id
        step = Step(node=name, title=title, seconds=round(seconds, 4), detail=detail)
        if name != "compose":
            return {**update, "trace": Trace(turn=turn, steps=(step,))}
        answer = update["answer"].model_copy(update={"trace": (*update["answer"].trace, step)})
        return {"answer": answer, "settled": answer} if "settled" in update else {"answer": answer}

    return run


def _detail(name: str, update: State) -> str:
    """What a step did, in a few words for the trace."""
    if name == "plan":
        chosen = update["plan"]
        parts = [c.tool for c in chosen.calls] + [f'search "{q[:60]}"' for q in chosen.queries]
        return ", ".join(parts) or "nothing more to consult"
    if name in {"consult", "retrieve"}:
        results = update["gathered"].results
        cached = sum(r.cached for r in results)
        found = sum(len(r.evidence) for r in results)
        again = f", {cached} from the cache" if cached else ""
        return f"{_count(found, 'piece')} of evidence from {_count(len(results), 'call')}{again}"
    if name == "verify":
        return f"{len(update['draft'].claims)} supported, {len(update['draft'].removed)} taken out"
    return ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
