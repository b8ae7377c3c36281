"""What a doctor may do in a turn."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bedside.core.base import Frozen


class Ask(Frozen):
    """A question to the patient, as it is said."""

    kind: Literal["ask"] = "ask"
    text: str


class RequestTest(Frozen):
    """An examination or a test, by name."""

    kind: Literal["test"] = "test"
    name: str


class RequestImage(Frozen):
    """An image or a recording, by name."""

    kind: Literal["image"] = "image"
    name: str


class Named(Frozen):
    """A diagnosis with the doctor's confidence in it, 0 to 1; None where the doctor gives none."""

    name: str
    confidence: float | None = Field(default=None, ge=0, le=1)


class Cited(Frozen):
    """A statement of the doctor with what it rests on, each as a reader sees it."""

    text: str
    evidence: tuple[str, ...] = ()


class Diagnose(Frozen):
    """The end: diagnoses, the likeliest first, with what is said for and against them, the plan and plain words.

    `readings` are what experts read on pictures, quoted, with the expert as evidence.
    """

    kind: Literal["diagnose"] = "diagnose"
    ranked: tuple[Named, ...] = Field(min_length=1)
    statements: tuple[Cited, ...] = ()
    plan: tuple[Cited, ...] = ()
    readings: tuple[Cited, ...] = ()
    plain: str = ""


class Choose(Frozen):
    """The end where there are options: one letter, how probable each is (0 to 1; empty where not given), and why."""

    kind: Literal["choose"] = "choose"
    letter: str
    probabilities: dict[str, float] = Field(default_factory=dict)
    evidence: tuple[str, ...] = ()

    @property
    def confidence(self) -> float | None:
        """Of the chosen letter."""
        return self.probabilities.get(self.letter)


class Write(Frozen):
    """The end where a text is asked for: a note, an answer in a word, a correction; with what it rests on."""

    kind: Literal["write"] = "write"
    text: str
    evidence: tuple[str, ...] = ()


class Abstain(Frozen):
    """The end without an answer: why, and what would be needed."""

    kind: Literal["abstain"] = "abstain"
    why: str
    leaning: tuple[Named, ...] = ()


Action = Annotated[Ask | RequestTest | RequestImage | Diagnose | Choose | Write | Abstain, Field(discriminator="kind")]
END = ("diagnose", "choose", "write", "abstain")
