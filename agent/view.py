"""Reading the state: what holds now, and which evidence belongs to this turn."""

from __future__ import annotations

import time
from functools import lru_cache

from bedside.agent.patients import of_another_patient
from bedside.agent.record import LIKENESS, fact_evidence, fact_sentence, flag_evidence, text_hash
from bedside.agent.state import State
from bedside.agent.understand import is_supposed, suppositions
from bedside.core.case import Case, Fact, FactStatus, Message
from bedside.core.evidence import Evidence, EvidenceKind
from bedside.core.settings import Bounds
from bedside.core.weights import seconds_fetching
from bedside.tools.contract import ToolResult
from bedside.tools.differential import TYPE as DIFFERENTIAL
from bedside.tools.notes.moment import asks_for_admission, at_admission
from bedside.tools.notes.read import read_note
from bedside.tools.rare import TYPE as RARE
from bedside.tools.redflags.engine import red_flags


def facts_now(state: State) -> tuple[Fact, ...]:
    """The case's current facts, with what this turn assumes laid over them."""
    assumed = state["turn"].assumed
    return Case(facts=state["case"].facts + assumed).current


def score_facts(state: State) -> tuple[Fact, ...]:
    """What a calculator is given: the current facts, and what of the messages only a score asks for.

    Where the question asks for the state at admission, of several values the first that is said of the present.
    """
    facts = facts_now(state)
    if asks_for_admission(state["turn"].question):
        every = state["case"].facts + state["turn"].assumed
        facts = at_admission(every)
    return (*_items(state), *facts)


def _items(state: State) -> tuple[Fact, ...]:
    """The items of scores that the messages about this patient tell; what an earlier message supposed is left out."""
    out: list[Fact] = []
    for message in messages_of_patient(state):
        places = () if message.id == state["turn"].id else suppositions(message.text)
        out += [f for f in _read_items(message.text, message.id) if not is_supposed(f, places)]
    return tuple(out)


def messages_of_patient(state: State) -> tuple[Message, ...]:
    """What the clinician wrote about this patient: from the last message that speaks of another one on."""
    messages = [m for m in state["case"].messages if m.role == "user"]
    since = max((i for i, m in enumerate(messages) if i and of_another_patient(m.text)), default=0)
    return tuple(messages[since:])


@lru_cache(maxsize=16)  # every calculator of a turn reads the same messages
def _read_items(text: str, source: str) -> tuple[Fact, ...]:
    return read_note(text, source, items=True).items


def results_now(state: State) -> tuple[ToolResult, ...]:
    """What the tools returned in this turn."""
    gathered = state.get("gathered")
    return gathered.results if gathered is not None and gathered.turn == state["turn"].id else ()


def evidence_now(state: State) -> tuple[Evidence, ...]:
    """The ledger's entries that the tools and rules of this turn found, with their ids, in the order of the ledger."""
    facts = facts_now(state)
    keys = {e.key for r in results_now(state) for e in r.evidence}
    keys |= {fact_evidence(f).key for f in facts}
    flags = red_flags(facts)
    keys |= {flag_evidence(flag).key for flag in flags}
    if not flags:
        said = text_hash(state["case"].messages[-1].text)
        keys |= {e.key for e in state["ledger"].items if e.source.type == LIKENESS and e.input_hash == said}
    return tuple(e for e in state["ledger"].items if e.key in keys)


def scores_now(state: State) -> tuple[Evidence, ...]:
    """The scores of this turn: what conditions such as ``curb65 >= 3`` are tested against."""
    found = (e for r in results_now(state) for e in r.evidence if e.kind is EvidenceKind.SCORE)
    return tuple(e for e in found if e.source.type not in (DIFFERENTIAL, RARE))


def seconds_left(state: State, bounds: Bounds) -> float:
    """What is left of the turn's time; a first download of weights does not count."""
    started = state["turn"].started
    return bounds.seconds - (time.time() - started - seconds_fetching(since=started))


def drug_words(state: State) -> str:
    """The words in which drugs are asked about: the question, and a message that stands beside it ("start X")."""
    question, message = state["turn"].question, state["case"].messages[-1].text
    return question if question in message else f"{question}\n{message}"


def in_words(facts: tuple[Fact, ...], limit: int = 40) -> str:
    """The facts as one line for a model: data, what the clinician told before what a record holds."""
    told_first = sorted(facts, key=lambda f: f.recorded)
    shown = [fact_sentence(f) for f in told_first if f.status is not FactStatus.FAMILY]
    return "; ".join(shown[:limit])


def is_headline(evidence: Evidence) -> bool:
    """Whether it is a score's own number, not its interpretation or a second figure."""
    return evidence.kind is EvidenceKind.SCORE and not evidence.source.section
