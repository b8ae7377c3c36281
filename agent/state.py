"""The typed state of the graph. Every channel is a frozen model, so that a checkpoint reads back as it was written."""

from __future__ import annotations

from typing import Annotated, TypedDict

from bedside.core.answer import Answer, Claim, Question, Refusal, Step
from bedside.core.base import Frozen
from bedside.core.case import Case, Fact, Message
from bedside.core.evidence import Evidence, add_to_ledger
from bedside.knowledge.schema import Intent
from bedside.tools.contract import ToolResult


class Inbox(Frozen):
    """A message as it came in, with the files that Bedside has already copied to its own folder.

    The last `priors` of the files are earlier examinations. `earlier` holds messages of turns that were cut off before
    intake read them: they are not lost, they are read now.
    """

    thread: str
    message: Message
    files: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    priors: int = 0
    earlier: tuple[Inbox, ...] = ()


class Change(Frozen):
    """A fact of this message, and the one it took the place of."""

    now: Fact
    before: Fact | None = None


class Turn(Frozen):
    """The turn being worked on.

    Attributes:
        id: the message's id.
        started: seconds since the epoch.
        question: what is to be answered: of this message, or the standing question where the message only adds facts.
        intents: what sort of answer is wanted.
        new_question: False where the message only adds or corrects facts.
        assumed: facts of a "what if" that hold for this turn only.
        changes: facts that this message added to a case already begun, each with the one it replaced.
        refusals: what intake or triage refused (impossible values, unreadable files).
        asks_record: whether a question of the message asks for what the patient's record holds.
        of_record: questions of the message that nothing but the record can answer.
        ledger_before: how much evidence the thread held when the turn began.
    """

    id: str
    started: float
    question: str
    intents: tuple[Intent, ...] = ()
    new_question: bool = True
    assumed: tuple[Fact, ...] = ()
    changes: tuple[Change, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    asks_record: bool = False
    of_record: tuple[str, ...] = ()
    ledger_before: int = 0


class Call(Frozen):
    """One tool call that the rules have let through; `prior` is the attachment that a comparison compares with."""

    tool: str
    attachment: str = ""
    prior: str = ""
    query: str = ""
    reason: str = ""


class Plan(Frozen):
    """What this turn has asked for so far, by round; `queries` are searches still to be made."""

    turn: str = ""
    round: int = 0
    calls: tuple[Call, ...] = ()
    queries: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    done: bool = False


class Gathered(Frozen):
    """What the tools of one turn returned; a later turn starts afresh."""

    turn: str = ""
    results: tuple[ToolResult, ...] = ()


class Ledger(Frozen):
    """All the evidence of a thread, append-only, each with its id."""

    items: tuple[Evidence, ...] = ()

    def get(self, evidence_id: str) -> Evidence | None:
        """The evidence with that id, or None."""
        return next((e for e in self.items if e.id == evidence_id), None)


class Draft(Frozen):
    """Claims on their way through the gate."""

    turn: str = ""
    claims: tuple[Claim, ...] = ()
    removed: tuple[Claim, ...] = ()
    questions: tuple[Question, ...] = ()
    refusals: tuple[Refusal, ...] = ()


class Trace(Frozen):
    """The steps of one turn."""

    turn: str = ""
    steps: tuple[Step, ...] = ()


def join_results(left: Gathered, right: Gathered) -> Gathered:
    """Adds results of the same turn; results of another turn replace what was there."""
    if left.turn != right.turn:
        return right
    return Gathered(turn=left.turn, results=left.results + right.results)


def join_evidence(left: Ledger, right: Ledger) -> Ledger:
    """Appends evidence that is new, giving it the next id of its kind."""
    return Ledger(items=add_to_ledger(left.items, right.items))


def join_trace(left: Trace, right: Trace) -> Trace:
    """Adds steps of the same turn; steps of another turn replace what was there."""
    if left.turn != right.turn:
        return right
    return Trace(turn=left.turn, steps=left.steps + right.steps)


class State(TypedDict, total=False):
    """The channels. `case`, `ledger`, `standing` and `settled` live as long as the thread; the rest is one turn's.

    `settled` is the last answer that rested on no "what if": what a later answer is compared with.
    """

    inbox: Inbox
    case: Case
    turn: Turn
    standing: str
    plan: Plan
    gathered: Annotated[Gathered, join_results]
    ledger: Annotated[Ledger, join_evidence]
    draft: Draft
    trace: Annotated[Trace, join_trace]
    answer: Answer
    settled: Answer | None
