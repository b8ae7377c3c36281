"""The contract of a tool: a card, and `run`, which takes a ToolRequest and returns a ToolResult.

A tool never raises for what it was given: it returns a Refusal. What it raises is a fault, and the agent turns that
into a typed failure too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from bedside.core.answer import Artefact, Missing, Refusal
from bedside.core.appearance import Appearance
from bedside.core.base import Frozen
from bedside.core.card import ToolCard
from bedside.core.case import Fact
from bedside.core.evidence import Evidence
from bedside.core.measurement import Measurement
from bedside.core.settings import Settings
from bedside.core.study import Modality, Study, StudyInfo
from bedside.tools.record.model import PatientRecord

STOPPED = "BED-TOOL-031"


@dataclass(frozen=True, eq=False)
class Prior:
    """The earlier Study of a comparison, and what the experts read on both.

    Attributes:
        study: the earlier one.
        now: what the experts found on the current Study, refusals left out.
        before: what they found on the earlier one.
        again: runs the expert of that name on a Study, writing into a folder: for measuring a second time.
    """

    study: Study
    now: tuple[ToolResult, ...]
    before: tuple[ToolResult, ...]
    again: Callable[[str, Study, Path], ToolResult]


@dataclass(frozen=True)
class ToolRequest:
    """What a tool is given.

    Attributes:
        question: the user's words; data, never instruction.
        facts: what is known of the patient now.
        study: the Study, for an expert; None for the rest.
        prior: an earlier Study to compare it with, for a comparison.
        further: more Studies on the same grid, for an expert whose card names several series.
        query: what to look for, for a search.
        record: the patient's record, for a tool that looks things up in it.
        attachment: the id of the attachment that the record came from.
        scores: score evidence found so far, for a tool whose answer depends on it.
        output: the folder in which a tool may write masks and overlays.
        progress: called with a fraction from 0 to 1 by tools that take over two seconds.
        cancelled: asked between pieces of work by such tools, which then stop and refuse with BED-TOOL-031.
    """

    question: str = ""
    facts: tuple[Fact, ...] = ()
    study: Study | None = None
    prior: Prior | None = None
    further: tuple[Study, ...] = ()
    query: str = ""
    record: PatientRecord | None = None
    attachment: str = ""
    scores: tuple[Evidence, ...] = ()
    output: Path = Path("bedside-output")
    progress: Callable[[float], None] = field(default=lambda fraction: None)
    cancelled: Callable[[], bool] = field(default=lambda: False)


class Gate(Frozen):
    """What an expert's gate said of a Study: whether it was read, and what vouched for it.

    Attributes:
        accepted: whether the expert read it.
        basis: what the verdict rests on: ``tags``, ``caller's word``, ``content`` (a look at the pixels), ``card``
            (kind, modality, body part or view), ``unreadable`` or ``unknown``.
        why: why it was not read; "" where it was.
        notes: what a reader of the result must know of it.
        appearance: what the pixels look like; None where nothing has looked at them.
    """

    accepted: bool
    basis: str
    why: str = ""
    notes: tuple[str, ...] = ()
    appearance: Appearance | None = None


class LabelScore(Frozen):
    """What an expert gave one of its labels.

    Attributes:
        label: as on its card.
        score: 0 to 1.
        low: the lowest score over the views of the Study that were scored.
        high: the highest.
        calibrated: whether the score has been checked to be a probability for a Study like this.
        kind: what it is meant to be: a ``probability``, or a ``score`` that nobody may read as one.
    """

    label: str
    score: float
    low: float
    high: float
    calibrated: bool
    kind: Literal["probability", "score"] = "probability"


class ToolResult(Frozen):
    """What a tool found: evidence, or a refusal; and what it lacked.

    `labels` holds an image expert's scores for all its labels; `gate` what its gate said; `measurements` what it
    measured, for a comparison with a prior; `follow_up` what to look up in the guidelines because of what was found;
    `asked` the search that found it, where that was such a follow-up.
    """

    tool: str
    version: str
    evidence: tuple[Evidence, ...] = ()
    refusal: Refusal | None = None
    missing: tuple[Missing, ...] = ()
    artefacts: tuple[Artefact, ...] = ()
    labels: tuple[LabelScore, ...] = ()
    gate: Gate | None = None
    follow_up: str = ""
    asked: str = ""
    measurements: tuple[Measurement, ...] = ()
    seconds: float = 0.0
    cached: bool = False


class Tool(Protocol):
    """One capability. A class with a `card` and a constructor that takes Settings; it loads nothing until `run`."""

    card: ToolCard

    def __init__(self, settings: Settings) -> None: ...

    def run(self, request: ToolRequest) -> ToolResult:
        """Does the work. Loads its model once, on the first call."""
        ...


def refuse_study(card: ToolCard, study: StudyInfo | None) -> Refusal | None:
    """The gate before every expert: None where the card accepts the Study, else the refusal that a user reads.

    A Study whose modality is UNKNOWN is accepted only by a card that lists UNKNOWN.
    """
    accepts = card.accepts
    if not accepts.kinds:
        return None
    if study is None:
        return Refusal(
            code="BED-TOOL-010",
            subject=card.title,
            why="It needs a file and none is attached.",
            do=f"Attach {_wants(card)}.",
        )
    wrong = (
        study.kind not in accepts.kinds
        or (accepts.modalities and study.modality not in accepts.modalities)
        or (accepts.body_parts and study.body_part and study.body_part not in accepts.body_parts)
        or (accepts.views and study.view and study.view not in accepts.views)
    )
    if not wrong:
        return None
    return Refusal(
        code="BED-TOOL-011",
        subject=card.title,
        why=f"{card.title} reads {_wants(card)}; this file is {_article(study.title)}.",
        do=f"Attach {_wants(card)}, or ask about this file without it.",
    )


def refuse_demonstration(card: ToolCard, settings: Settings) -> Refusal | None:
    """The refusal of a tool that only demonstrates where no setting asks for it; None where it may run."""
    if not card.demonstration or settings.demonstrations:
        return None
    return Refusal(
        code="BED-TOOL-063",
        subject=card.title,
        why="It only demonstrates, is known to be wrong with confidence, and is switched off.",
        do="Set BEDSIDE_DEMONSTRATIONS=true to see it run; never rely on what it says.",
    )


def _wants(card: ToolCard) -> str:
    modalities = " or ".join(m.value for m in card.accepts.modalities if m is not Modality.UNKNOWN)
    return _article(f"{modalities} {' or '.join(card.accepts.kinds)}".strip())


def _article(phrase: str) -> str:
    vowel = phrase[:1].lower() in "aeiou" or phrase[:2] in {"MR", "XC"}
    return f"{'an' if vowel else 'a'} {phrase}"
