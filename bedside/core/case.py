"""One patient's thread: messages, the facts read from them, and the files attached."""

from __future__ import annotations

from enum import Enum
from typing import Literal

from bedside.core.base import Frozen
from bedside.core.study import StudyInfo


class Span(Frozen):
    """Where a piece of text was read: characters `start` (inclusive) to `end` (exclusive) of `source`.

    `source` is a message id, an attachment id or a passage id, or an attachment id with a resource of the record in it
    (``A1/Observation/id``), of whose line the characters are; `text` is the slice itself, verbatim.
    """

    source: str
    start: int
    end: int
    text: str

    @property
    def recorded(self) -> bool:
        """Whether it is a resource of a patient's record that was read, and not words of the clinician."""
        return "/" in self.source


class FactStatus(str, Enum):
    """Whether the text says the finding is there. ConText's terms (Harkema 2009, doi:10.1016/j.jbi.2009.05.002)."""

    PRESENT = "present"
    ABSENT = "absent"
    POSSIBLE = "possible"
    FAMILY = "family"
    HISTORICAL = "historical"


class Fact(Frozen):
    """One thing the record says about the patient, with the span it was read from.

    Attributes:
        name: canonical name from ``knowledge/terminology/findings.yaml``, for example ``respiratory_rate``.
        label: the name as a clinician reads it.
        value: a number in `unit`, a category, or None where presence is all there is to say.
        unit: UCUM unit of `value`, already converted to the canonical one; "" where there is none.
        as_written: the value and unit as the text has them ("102 F").
        status: present, absent (negated), possible, of a family member, or historical.
        time: the time words beside it ("yesterday"), "" where none.
        span: where it was read.
        reader: the model that read it; "" where rules did.
    """

    name: str
    label: str
    value: float | str | None = None
    unit: str = ""
    as_written: str = ""
    status: FactStatus = FactStatus.PRESENT
    time: str = ""
    span: Span
    reader: str = ""

    @property
    def recorded(self) -> bool:
        """Whether it was read from a resource of a patient's record, and not from words of the clinician."""
        return self.span.recorded

    @property
    def key(self) -> tuple[str, str]:
        """What a later fact replaces: its name, and for a name that can hold several, the value too."""
        many = self.name in {"allergy", "medication"}
        family = "family " if self.status is FactStatus.FAMILY else ""
        return (family + self.name, str(self.value) if many else "")


class Attachment(Frozen):
    """A file the clinician handed over, as the safe door saw it.

    Attributes:
        id: ``A1``, ``A2``, … within the thread.
        name: the file's own name, without folders; never used to guess what it holds.
        path: where Bedside keeps its read-only copy.
        sha256: of the bytes.
        study: what the door read, or None where it refused the file (`error` says why).
        prior: whether it was handed over as an earlier examination to compare with.
        record: what the patient's record in it holds, in one line; "" where it is none, or no longer this patient's.
        patient: whose record that is: ``Patient/id``.
    """

    id: str
    name: str
    path: str
    sha256: str
    study: StudyInfo | None = None
    error: str = ""
    prior: bool = False
    record: str = ""
    patient: str = ""


class Message(Frozen):
    """One turn of the dialogue."""

    id: str
    role: Literal["user", "assistant"]
    text: str
    attachments: tuple[str, ...] = ()
    at: str = ""


class Case(Frozen):
    """One patient's thread.

    `facts` is append-only in the order read; `current` is what holds now.
    """

    thread: str = ""
    messages: tuple[Message, ...] = ()
    facts: tuple[Fact, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def current(self) -> tuple[Fact, ...]:
        """The latest fact of each key, in the order in which the keys were first read.

        A mere possibility ("could this be PE?") never replaces what is known.
        """
        latest: dict[tuple[str, str], Fact] = {}
        for fact in self.facts:
            if fact.status is FactStatus.POSSIBLE and fact.key in latest:
                continue
            if fact.name == "allergy" and fact.value and fact.status is FactStatus.PRESENT:
                latest.pop(("allergy", "None"), None)  # "no known allergies" no longer holds
            latest[fact.key] = fact
        return tuple(latest.values())

    def fact(self, name: str) -> Fact | None:
        """The current fact of that name, or None."""
        found = [f for f in self.current if f.name == name and f.status is not FactStatus.FAMILY]
        return found[-1] if found else None
