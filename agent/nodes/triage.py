"""triage: red flags by rule, before any model speaks."""

from __future__ import annotations

from bedside.agent.record import flag_evidence
from bedside.agent.services import Services
from bedside.agent.state import Ledger, State
from bedside.agent.view import facts_now
from bedside.tools.redflags.engine import red_flags


def triage(state: State, services: Services) -> State:
    """Adds one piece of evidence for every rule that fires."""
    flags = red_flags(facts_now(state))
    return {"ledger": Ledger(items=tuple(flag_evidence(flag) for flag in flags))}
