"""intake: reads the message into facts and the files into Studies, and finds what is asked."""

from __future__ import annotations

import time
from pathlib import Path

from bedside.agent.attachments import sha256_of
from bedside.agent.record import fact_evidence, fact_sentence
from bedside.agent.services import Services
from bedside.agent.state import Inbox, Ledger, State, Turn
from bedside.agent.understand import only_supposes, question_of, supposes
from bedside.core.answer import Refusal
from bedside.core.case import Attachment, Case, Fact, FactStatus
from bedside.core.errors import ImageReadError
from bedside.retrieval.intent import intents_of
from bedside.tools.notes.read import read_note

_READ_FILE = "What does the attached file show?"


def intake(state: State, services: Services) -> State:
    """Adds the message, its facts and its files to the case."""
    inbox, case = state["inbox"], state.get("case", Case(thread=state["inbox"].thread))
    for unread in inbox.earlier:
        case = _with_message(case, unread, services)
    text = inbox.message.text
    reading = read_note(text, inbox.message.id)
    hypothetical = supposes(text)
    fresh = () if hypothetical else _fresh(case, reading.facts)
    attached, refused = _read_files(inbox, case, services)
    turn = Turn(
        id=inbox.message.id,
        started=time.time(),
        assumed=_assumed(reading.facts) if hypothetical else (),
        changed=_changes(case, fresh),
        refusals=reading.rejected + refused,
        **_asked(text, state.get("standing", ""), bool(attached)),
    )
    case = _added(case, inbox, fresh, attached)
    ledger = Ledger(items=tuple(fact_evidence(f) for f in case.facts + turn.assumed))
    return {"case": case, "turn": turn, "standing": turn.question, "ledger": ledger}


def _with_message(case: Case, inbox: Inbox, services: Services) -> Case:
    """A message that an interrupted turn left unread, added without being answered."""
    reading = read_note(inbox.message.text, inbox.message.id)
    fresh = () if supposes(inbox.message.text) else _fresh(case, reading.facts)
    attached, _ = _read_files(inbox, case, services)
    return _added(case, inbox, fresh, attached)


def _added(case: Case, inbox: Inbox, fresh: tuple[Fact, ...], attached: tuple[Attachment, ...]) -> Case:
    message = inbox.message.model_copy(update={"attachments": tuple(a.id for a in attached)})
    return case.model_copy(
        update={
            "messages": (*case.messages, message),
            "facts": case.facts + fresh,
            "attachments": case.attachments + attached,
        }
    )


def _fresh(case: Case, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    known = {f.key: (f.value, f.status) for f in case.current}
    fresh = []
    for fact in facts:
        if known.get(fact.key) != (fact.value, fact.status):
            known[fact.key] = (fact.value, fact.status)
            fresh.append(fact)
    return tuple(fresh)


def _assumed(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    lifted = (FactStatus.POSSIBLE, FactStatus.PRESENT)
    return tuple(f.model_copy(update={"status": FactStatus.PRESENT}) for f in facts if f.status in lifted)


def _changes(case: Case, fresh: tuple[Fact, ...]) -> tuple[str, ...]:
    if not case.messages:
        return ()
    before = {f.key: f for f in case.current}
    out = []
    for fact in fresh:
        old = before.get(fact.key)
        was = f" (it was: {fact_sentence(old)})" if old is not None else ""
        out.append(f"{fact_sentence(fact)}{was}.")
    return tuple(out)


def _asked(text: str, standing: str, files: bool) -> dict[str, object]:
    question = question_of(text)
    if standing and (only_supposes(text) or (not question and not files)):
        return {"question": standing, "intents": intents_of(standing), "new_question": False}
    if not question:
        question = _READ_FILE if files and len(text.split()) < 4 else " ".join(text.split())[-600:]
    return {"question": question, "intents": intents_of(question), "new_question": True}


def _read_files(inbox: Inbox, case: Case, services: Services) -> tuple[tuple[Attachment, ...], tuple[Refusal, ...]]:
    attached: list[Attachment] = []
    refused: list[Refusal] = []
    for path, name in zip(inbox.files, inbox.names, strict=True):
        attachment = Attachment(
            id=f"A{len(case.attachments) + len(attached) + 1}", name=name, path=path, sha256=sha256_of(Path(path))
        )
        try:
            attachment = attachment.model_copy(update={"study": services.study(attachment).info})
        except ImageReadError as error:
            attachment = attachment.model_copy(update={"error": str(error)})
            refused.append(Refusal(code=error.code, subject=name, why=error.what, do=error.do))
        attached.append(attachment)
    return tuple(attached), tuple(refused)
