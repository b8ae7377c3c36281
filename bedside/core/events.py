"""What a running answer tells its listener, in order: steps, evidence, verdicts, the answer."""

from __future__ import annotations

from typing import Literal

from bedside.core.answer import Answer, Claim
from bedside.core.base import Frozen
from bedside.core.evidence import Evidence


class StepStarted(Frozen):
    """A step of the graph began; `title` is for people."""

    type: Literal["step_started"] = "step_started"
    node: str
    title: str


class StepFinished(Frozen):
    """A step of the graph ended."""

    type: Literal["step_finished"] = "step_finished"
    node: str
    seconds: float
    detail: str = ""


class ToolProgress(Frozen):
    """A tool that takes long has done so much; `share` is from 0 to 1, `title` is for people."""

    type: Literal["tool_progress"] = "tool_progress"
    tool: str
    title: str
    share: float


class EvidenceFound(Frozen):
    """Evidence entered the ledger."""

    type: Literal["evidence_found"] = "evidence_found"
    evidence: Evidence


class ClaimVerified(Frozen):
    """The gate decided a claim."""

    type: Literal["claim_verified"] = "claim_verified"
    claim: Claim


class Answered(Frozen):
    """The answer is complete; the last event of a turn."""

    type: Literal["answered"] = "answered"
    answer: Answer


Event = StepStarted | StepFinished | ToolProgress | EvidenceFound | ClaimVerified | Answered
