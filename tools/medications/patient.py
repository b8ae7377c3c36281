"""What the record says that the safety of medicines hangs on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from bedside.core.case import Case, Fact, FactStatus
from bedside.knowledge.drugs import generic
from bedside.tools.medications.kidney import Kidney, clearance, filtration

_HELD = (FactStatus.PRESENT, FactStatus.HISTORICAL)
_MAY_HOLD = (FactStatus.PRESENT, FactStatus.POSSIBLE)
# A state that a question may name without a patient: "is lisinopril safe in pregnancy?"
_STATES = {
    "pregnancy": re.compile(r"\bpregnan(?:t|cy)\b(?!\s+test)|\btrimester\b", re.I),
    "breastfeeding": re.compile(r"\bbreast-?\s?feed(?:ing|s)?\b|\blactati(?:on|ng)\b|\bnursing mothers?\b", re.I),
}


@dataclass(frozen=True)
class Patient:
    """A patient's facts, by what they are for.

    Attributes:
        medicines: what is taken now, by generic name (or class, where only that is written).
        allergies: what the patient reacts to, now or ever, each with its fact.
        known: other facts that hold now, or are asked about or possible, by name.
        past: facts of an earlier time, by name.
        named: pregnancy or breastfeeding, where the question names it as such and no fact speaks of it.
    """

    medicines: dict[str, Fact]
    allergies: dict[str, Fact]
    known: dict[str, Fact]
    past: dict[str, Fact]
    named: frozenset[str] = frozenset()

    @classmethod
    def of(cls, facts: tuple[Fact, ...], question: str = "") -> Patient:
        """Reads facts in the order given; the latest of each key holds.

        Denied, stopped and relatives' facts hold nothing, except that an allergy of the past stays one. What is
        possible counts, since a drug is checked before it is given; medicines and allergies only where they are told.
        """
        medicines: dict[str, Fact] = {}
        allergies: dict[str, Fact] = {}
        known: dict[str, Fact] = {}
        past: dict[str, Fact] = {}
        for fact in Case(facts=facts).current:
            if fact.name == "medication":
                if fact.status is FactStatus.PRESENT and fact.value:
                    medicines[generic(str(fact.value)) or str(fact.value)] = fact
            elif fact.name == "allergy":
                if fact.status in _HELD and fact.value:
                    allergies[str(fact.value)] = fact
            elif fact.status in _MAY_HOLD:
                known[fact.name] = fact
            elif fact.status is FactStatus.HISTORICAL:
                past[fact.name] = fact
        told = {fact.name for fact in facts}
        named = frozenset(n for n, words in _STATES.items() if n not in told and words.search(question))
        return cls(medicines, allergies, known, past, named)

    def number(self, name: str) -> float | None:
        """A measurement in its canonical unit; None where it is not known."""
        fact = self.known.get(name)
        return float(fact.value) if fact is not None and isinstance(fact.value, int | float) else None

    @property
    def female(self) -> bool | None:
        """Whether the patient is female; None where the sex is not known."""
        fact = self.known.get("sex")
        return fact.value == "female" if fact is not None and fact.value in {"male", "female"} else None

    def state(self, name: str) -> tuple[Fact, ...] | None:
        """The facts of ``pregnancy`` or ``breastfeeding``; None for a man and where none is recorded or named."""
        if self.female is False:
            return None
        fact = self.known.get(name) or (self.known.get("positive_pregnancy_test") if name == "pregnancy" else None)
        return (fact,) if fact is not None else () if name in self.named else None

    @property
    def pregnant(self) -> bool:
        """Whether the patient is, or may be, pregnant."""
        return self.state("pregnancy") is not None

    @cached_property
    def egfr(self) -> Kidney | None:
        """eGFR in mL/min/1.73 m2."""
        return filtration(self.known, self.female, self.pregnant)

    @cached_property
    def crcl(self) -> Kidney | None:
        """Creatinine clearance in mL/min, or eGFR in its place."""
        return clearance(self.known, self.female, self.egfr)

    @property
    def empty(self) -> bool:
        """Whether there is nothing a drug could be checked against."""
        return not (self.medicines or self.allergies or self.past or self.named or set(self.known) - {"sex"})
