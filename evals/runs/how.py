"""How a run goes about it: nothing here changes what a dialogue is, so nothing here is part of a run's identity."""

from __future__ import annotations

from pydantic import Field

from bedside.core.base import Frozen
from bedside.core.settings import Settings
from bedside.evals.runs.setup import Setup


class How(Frozen):
    """How a run goes about it.

    Attributes:
        fresh: begin again, though dialogues of the same run are kept.
        at_once: how many dialogues are had at the same time.
        log: whether inspect-ai runs it and leaves its log; without, it takes a tenth of the time where nobody thinks,
            and the same run with it writes the log from what is kept.
        ray: a Ray cluster's address, or `local` for one of this machine; "" runs in this process.
    """

    fresh: bool = False
    at_once: int = Field(default=1, ge=1, le=256)
    log: bool = True
    ray: str = ""


def at_once_of(how: How, setup: Setup, settings: Settings) -> int:
    """How many dialogues this process may have at the same time.

    A server takes as many as are wanted. A model in this process takes one after the other: it has all the cores
    already. So one is all, unless whoever plays the doctor, the patient and the core model is a server or a rule.
    """
    if settings.model.backend == "openai":
        return how.at_once
    asks_ours = setup.doctor in ("bedside", "model", "human") or "model" in setup.patient.split("+")
    return 1 if asks_ours else how.at_once
