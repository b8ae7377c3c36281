"""triage: red flags by rule, before any model speaks; where none fires, whether the message reads like an emergency."""

from __future__ import annotations

from bedside.agent.record import flag_evidence, likeness_evidence
from bedside.agent.services import Services
from bedside.agent.state import Ledger, State
from bedside.agent.view import facts_now
from bedside.core.answer import Refusal
from bedside.core.errors import WeightError
from bedside.core.evidence import Evidence
from bedside.tools.redflags.engine import of_a_patient, red_flags


def triage(state: State, services: Services) -> State:
    """Adds one piece of evidence for every rule that fires, else one where the message reads like an emergency."""
    flags = red_flags(facts_now(state))
    if flags:
        return {"ledger": Ledger(items=tuple(flag_evidence(flag) for flag in flags))}
    try:
        return {"ledger": Ledger(items=_likeness(state, services))}
    except WeightError as error:
        subject = "Whether this reads like an emergency"
        refusal = Refusal(code=error.code, subject=subject, why=error.what, do=error.do)
        turn = state["turn"].model_copy(update={"refusals": (*state["turn"].refusals, refusal)})
        return {"ledger": Ledger(), "turn": turn}


def _likeness(state: State, services: Services) -> tuple[Evidence, ...]:
    """Of a message that itself tells of a patient: a question about guidelines is never said to be an emergency."""
    message = state["case"].messages[-1]
    facts = tuple(f for f in state["case"].facts if f.span.source == message.id)
    if not of_a_patient(facts):
        return ()
    reading, version = services.likeness(message.text)
    if reading is None or not reading.alarming:
        return ()
    return (likeness_evidence(reading, message.text, version),)
