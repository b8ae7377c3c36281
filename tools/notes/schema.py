"""What reading a note gives: facts, what was refused, and what contradicts itself."""

from __future__ import annotations

from bedside.core.answer import Refusal
from bedside.core.base import Frozen
from bedside.core.case import Fact, Span


class Conflict(Frozen):
    """Two or more different values of one quantity in one text, with no time words to tell them apart.

    `facts` are in text order; the last is what `Case.current` takes, so a conflict is worth asking about.
    """

    name: str
    label: str
    facts: tuple[Fact, ...]

    @property
    def question(self) -> str:
        """The conflict as a question."""
        values = " or ".join(dict.fromkeys(f.as_written or str(f.value) for f in self.facts))
        return f"Which {self.label} is right: {values}?"


class NoteReading(Frozen):
    """Everything read from one text.

    Attributes:
        facts: in text order, except that a value said of an earlier time stands before one said of now.
        rejected: numbers that are no possible value, or that are ambiguous, each with why.
        rejected_spans: where those stand, in the same order.
        conflicts: quantities with two values.
        items: what only a score asks for ("calf tenderness", a daily dose of morphine), where it was asked to be read.
    """

    facts: tuple[Fact, ...] = ()
    rejected: tuple[Refusal, ...] = ()
    rejected_spans: tuple[Span, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    items: tuple[Fact, ...] = ()
