"""intake: reads the message into facts and the files into Studies, and finds what is asked."""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple

from bedside.agent.attachments import sha256_of_copy
from bedside.agent.patient_records import (
    as_recorded,
    asks_of_record,
    contradicted,
    forget_records,
    holds_record,
    open_attached,
)
from bedside.agent.patients import of_another_patient
from bedside.agent.record import fact_evidence
from bedside.agent.services import Services
from bedside.agent.state import Change, Inbox, Ledger, State, Turn
from bedside.agent.understand import is_supposed, only_supposes, question_of, suppositions
from bedside.core.answer import Refusal
from bedside.core.case import Attachment, Case, Fact, FactStatus
from bedside.core.errors import ImageReadError
from bedside.retrieval.intent import intents_of
from bedside.tools.notes.read import new_facts, read_note
from bedside.tools.notes.schema import NoteReading

_READ_FILE = "What does the attached file show?"
_READ_RECORD = "What is in the record?"
_ANOTHER_PATIENT = (
    Refusal(
        code="BED-ASK-006",
        subject="The patient of the earlier messages",
        why="This message speaks of another patient, so nothing known of the first one is used from here on.",
        do="Keep one thread for each patient.",
    ),
)


def intake(state: State, services: Services) -> State:
    """Adds the message, its facts and its files to the case."""
    inbox, case = state["inbox"], state.get("case", Case(thread=state["inbox"].thread))
    for unread in inbox.earlier:
        case = _with_message(case, unread, services)
    text = inbox.message.text
    another = bool(case.messages) and of_another_patient(text)
    if another:
        case = forget_records(case.model_copy(update={"facts": ()}))
    files = _read_files(inbox, case, services)
    case = case.model_copy(update={"facts": case.facts + files.facts})
    reading = read_note(text, inbox.message.id)
    told, supposed = _split(reading, text)
    told, wrong = as_recorded(case, told)
    wrong += contradicted(case, told)
    fresh = _fresh(case, told)
    turn = Turn(
        id=inbox.message.id,
        started=time.time(),
        assumed=_assumed(case, supposed),
        ledger_before=len(state.get("ledger", Ledger()).items),
        changes=() if another else _changes(case, fresh),
        refusals=reading.rejected
        + _disagreements(reading)
        + _not_supposed(text, supposed)
        + files.refused
        + wrong
        + (_ANOTHER_PATIENT if another else ()),
        **_asked(text, "" if another else state.get("standing", ""), files.attached),
    )
    case = _added(case, inbox, fresh, files.attached)
    asks, alone = asks_of_record(turn.question, case, services)
    turn = turn.model_copy(update={"asks_record": asks, "of_record": alone})
    ledger = Ledger(items=tuple(fact_evidence(f) for f in case.facts + turn.assumed))
    update: State = {"case": case, "turn": turn, "standing": turn.question, "ledger": ledger}
    if another:
        update["settled"] = None
    return update


def _with_message(case: Case, inbox: Inbox, services: Services) -> Case:
    """A message that an interrupted turn left unread, added without being answered."""
    files = _read_files(inbox, case, services)
    case = case.model_copy(update={"facts": case.facts + files.facts})
    reading = read_note(inbox.message.text, inbox.message.id)
    told, _ = as_recorded(case, _split(reading, inbox.message.text)[0])
    return _added(case, inbox, _fresh(case, told), files.attached)


def _added(case: Case, inbox: Inbox, fresh: tuple[Fact, ...], attached: tuple[Attachment, ...]) -> Case:
    message = inbox.message.model_copy(update={"attachments": tuple(a.id for a in attached)})
    return case.model_copy(
        update={
            "messages": (*case.messages, message),
            "facts": case.facts + fresh,
            "attachments": case.attachments + attached,
        }
    )


def _split(reading: NoteReading, text: str) -> tuple[NoteReading, tuple[Fact, ...]]:
    """What the message tells, and what it only supposes ("and if he is allergic?")."""
    places = suppositions(text)
    told = tuple(f for f in reading.facts if not is_supposed(f, places))
    return reading.model_copy(update={"facts": told}), tuple(f for f in reading.facts if is_supposed(f, places))


def _fresh(case: Case, reading: NoteReading) -> tuple[Fact, ...]:
    """Facts to append: what the case may take from the reading, less what it holds already."""
    known = {f.key: (f.value, f.status) for f in case.current}
    fresh = []
    for fact in new_facts(case.current, reading):
        if known.get(fact.key) != (fact.value, fact.status):
            known[fact.key] = (fact.value, fact.status)
            fresh.append(fact)
    return tuple(fresh)


def _disagreements(reading: NoteReading) -> tuple[Refusal, ...]:
    """Two values of one measurement in one message: the last is used, and the clinician is asked which is right."""
    return tuple(
        Refusal(
            code="BED-NOTE-002",
            subject=c.label,
            why=f"The message gives more than one value ({', '.join(f.span.text for f in c.facts)}); the last is used.",
            do=c.question,
        )
        for c in reading.conflicts
    )


def _not_supposed(text: str, supposed: tuple[Fact, ...]) -> tuple[Refusal, ...]:
    """A bare "and if …?" from which nothing could be read must not look answered."""
    if supposed or not only_supposes(text):
        return ()
    why = "What the message supposes could not be read, so the answer is for the case as it is recorded."
    do = "Write it as a finding or a value with its name, for example: and if his urea were 5 mmol/L?"
    return (Refusal(code="BED-NOTE-003", subject=" ".join(text.split())[:80], why=why, do=do),)


def _assumed(case: Case, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Supposed facts, taken as present for this turn, less what the case says anyway."""
    known = {(f.key, f.value, f.status) for f in case.current}
    lifted = (FactStatus.POSSIBLE, FactStatus.PRESENT)
    taken = (f.model_copy(update={"status": FactStatus.PRESENT}) for f in facts if f.status in lifted)
    return tuple(f for f in taken if (f.key, f.value, f.status) not in known)


def _changes(case: Case, fresh: tuple[Fact, ...]) -> tuple[Change, ...]:
    if not case.messages:
        return ()
    before = {f.key: f for f in case.current}
    return tuple(Change(now=fact, before=before.get(fact.key)) for fact in fresh)


def _asked(text: str, standing: str, files: tuple[Attachment, ...]) -> dict[str, object]:
    question = question_of(text)
    if standing and (only_supposes(text) or (not question and not files)):
        return {"question": standing, "intents": intents_of(standing), "new_question": False}
    if not question:
        show = _READ_RECORD if files and all(a.record for a in files) else _READ_FILE
        question = show if files and len(text.split()) < 4 else " ".join(text.split())[-600:]
    return {"question": question, "intents": intents_of(question), "new_question": True}


class _Files(NamedTuple):
    """The files of a message: as attachments, the facts of a record among them, and what was refused or left out."""

    attached: tuple[Attachment, ...]
    facts: tuple[Fact, ...]
    refused: tuple[Refusal, ...]


def _read_files(inbox: Inbox, case: Case, services: Services) -> _Files:
    attached: list[Attachment] = []
    facts: list[Fact] = []
    refused: list[Refusal] = []
    first_prior = len(inbox.files) - inbox.priors
    for number, (path, name) in enumerate(zip(inbox.files, inbox.names, strict=True)):
        attachment = Attachment(
            id=f"A{len(case.attachments) + len(attached) + 1}",
            name=name,
            path=path,
            sha256=sha256_of_copy(Path(path)),
            prior=number >= first_prior,
        )
        if holds_record(Path(path)):
            known = case.model_copy(update={"attachments": (*case.attachments, *attached)})
            opened = open_attached(attachment, known, inbox.message.text, services)
            attached.append(opened.attachment)
            facts += opened.facts
            refused += opened.notices
            continue
        try:
            attachment = attachment.model_copy(update={"study": services.study(attachment).info})
        except ImageReadError as error:
            attachment = attachment.model_copy(update={"error": str(error)})
            refused.append(Refusal(code=error.code, subject=name, why=error.what, do=error.do))
        attached.append(attachment)
    return _Files(tuple(attached), tuple(facts), tuple(refused))
