"""What Bedside says: claims with their evidence and verdict, and what it refuses, lacks and asks."""

from __future__ import annotations

import json
from enum import Enum

from pydantic import Field

from bedside.core.appearance import Appearance
from bedside.core.base import Frozen
from bedside.core.card import ToolCard
from bedside.core.evidence import Evidence


class Section(str, Enum):
    """The sections of an answer, in the order in which they are read."""

    BANNER = "banner"
    READS_LIKE = "reads_like"
    ASSESSMENT = "assessment"
    DIFFERENTIAL = "differential"
    CANNOT_MISS = "cannot_miss"
    RARE = "rare_diseases"
    CHANGED = "changed"
    GUIDELINES = "guidelines"
    DOCUMENTS = "documents"
    SIMILAR = "similar_cases"
    NEXT_STEPS = "next_steps"
    UNSUPPORTED = "unsupported"
    SAFETY_NET = "safety_net"


SECTION_TITLES = {
    Section.BANNER: "Act now",
    Section.READS_LIKE: "Check first",
    Section.ASSESSMENT: "Assessment",
    Section.DIFFERENTIAL: "What this could be",
    Section.CANNOT_MISS: "Less likely, and not to be missed",
    Section.RARE: "Rare diseases whose HPO annotations fit, which is no diagnosis",
    Section.CHANGED: "What changed",
    Section.GUIDELINES: "What the guidelines say",
    Section.DOCUMENTS: "What your documents say",
    Section.SIMILAR: "Similar cases, which are not proof",
    Section.NEXT_STEPS: "Recommended next steps",
    Section.UNSUPPORTED: "Not supported by what I hold",
    Section.SAFETY_NET: "Safety net",
}


class Verdict(str, Enum):
    """What verification found."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNSUPPORTED = "unsupported"


class Check(Frozen):
    """One check of one claim: its name, whether it passed, and why not."""

    name: str
    passed: bool
    why: str = ""


class Claim(Frozen):
    """One sentence of an answer, the ids of its evidence, and the verdict of the gate.

    `verdict` is None only before verification; no Answer holds such a claim.
    """

    text: str
    section: Section
    evidence: tuple[str, ...]
    verdict: Verdict | None = None
    checks: tuple[Check, ...] = ()

    @property
    def failures(self) -> tuple[str, ...]:
        """Why it is not supported, in words."""
        return tuple(f"{c.name}: {c.why}" for c in self.checks if not c.passed)


class Refusal(Frozen):
    """Something Bedside will not do or say, with the reason and what would be accepted instead."""

    code: str
    subject: str
    why: str
    do: str = ""


class Missing(Frozen):
    """Something that would change the answer, most useful first.

    `name` is a canonical fact name or a kind of file; `effect` says what it would settle ("CURB-65 could be 4 or 5").
    `ask` is the question to put, where it has words of its own.
    """

    name: str
    label: str
    why: str
    effect: str = ""
    ask: str = ""


class Question(Frozen):
    """One question Bedside asks back, and the facts that an answer would fill."""

    text: str
    fills: tuple[str, ...] = ()


class Artefact(Frozen):
    """A file written next to the answer: a mask, an overlay, a trace. `evidence` holds the ids of what it shows."""

    path: str
    media_type: str
    title: str
    evidence: str = ""


class FileSeen(Frozen):
    """A file of this turn as it was read: what it is by its tags, and what it appears to be by its pixels."""

    id: str
    name: str
    title: str
    appearance: Appearance | None = None

    @property
    def line(self) -> str:
        """The file in one line; that its tags say something else stands at its end."""
        told = self.appearance.disagreement if self.appearance else ""
        return f"{self.name}: {self.title}" + (f"; its tags say {told}: look which is right" if told else "")


class Step(Frozen):
    """One step of the trace."""

    node: str
    title: str
    seconds: float = 0.0
    detail: str = ""


class Answer(Frozen):
    """One answer, as every front end gets it.

    Attributes:
        thread: the thread it belongs to.
        question: the question it answers, in the user's words.
        claims: in reading order; each has a verdict.
        evidence: every Evidence that a claim cites, by id.
        removed: claims that verification took out, with why.
        questions: what Bedside asks back.
        refusals: what it will not say, and why.
        missing: what would change the answer, most useful first.
        cards: of the tools that were used.
        artefacts: files written.
        files: the files of this turn that could be read.
        trace: the steps, with seconds.
        seconds: the whole.
        model: the core model that was used.
    """

    thread: str
    question: str
    claims: tuple[Claim, ...] = ()
    evidence: dict[str, Evidence] = Field(default_factory=dict)
    removed: tuple[Claim, ...] = ()
    questions: tuple[Question, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    missing: tuple[Missing, ...] = ()
    cards: tuple[ToolCard, ...] = ()
    artefacts: tuple[Artefact, ...] = ()
    files: tuple[FileSeen, ...] = ()
    trace: tuple[Step, ...] = ()
    seconds: float = 0.0
    model: str = ""
    notice: str = "Research software, not a medical device. Check every source before acting on it."

    @property
    def banner(self) -> tuple[Claim, ...]:
        """The emergency claims, shown first."""
        return tuple(c for c in self.claims if c.section is Section.BANNER)

    @property
    def headline(self) -> str:
        """The answer in one line: its first claim that is neither the banner nor what stands in its place."""
        body = [c.text for c in self.claims if c.section not in (Section.BANNER, Section.READS_LIKE)]
        return body[0] if body else ""

    def to_json(self) -> str:
        """The Answer as one JSON object, with `banner` and `headline` written out."""
        data = self.model_dump(mode="json")
        data["banner"] = [c.model_dump(mode="json") for c in self.banner]
        data["headline"] = self.headline
        return json.dumps(data, ensure_ascii=False, indent=2)

    def section(self, section: Section) -> tuple[Claim, ...]:
        """The claims of one section."""
        return tuple(c for c in self.claims if c.section is section)
