"""How patients behave beside what they know: the table `manners.yaml`, and a patient who behaves like that."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from bedside.core.base import Frozen
from bedside.evals.patients.case import CaseFact, PatientCase
from bedside.evals.patients.contract import Reply, Said
from bedside.evals.patients.fact_selecting import DONT_KNOW, TellingPatient
from bedside.knowledge.terms import read_form


class Manner(Frozen):
    """What is said before and after an answer, how many facts it tells at most, and how many it adds unasked."""

    about: str
    most: int = Field(default=0, ge=0)
    more: int = Field(default=0, ge=0)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class Bias(Frozen):
    """What a patient who has it says, how many facts it tells at most, and what a model as doctor is told."""

    patient: tuple[str, ...] = Field(min_length=1)
    most: int = Field(default=0, ge=0)
    doctor: str = Field(min_length=1)


class Manners(Frozen):
    """The table, as its file explains it."""

    manners: dict[str, Manner]
    biases: dict[str, Bias]
    sensitive: tuple[str, ...]
    denied: dict[str, str]
    less: dict[str, str]

    def phrases(self) -> frozenset[str]:
        """Every line that is said as it is and tells nothing of a case."""
        return frozenset(
            line
            for lines in (
                *(words for m in self.manners.values() for words in (m.before, m.after)),
                *(b.patient for b in self.biases.values()),
            )
            for line in lines
            if line
        )


@lru_cache(maxsize=1)
def manners() -> Manners:
    """The table, checked.

    Raises:
        KnowledgeError: it breaks its form.
    """
    return read_form(Path(__file__).with_name("manners.yaml"), Manners, "BED-EVAL-002")


class MannerlyPatient:
    """Another patient with a temperament, a style or a bias: the same seed, case and talk always give the same.

    Args:
        inner: who answers.
        name: of the manner or bias.
        seed: by which lines are drawn.
    """

    def __init__(self, inner: TellingPatient, name: str, seed: int) -> None:
        table = manners()
        self._inner, self._seed = inner, seed
        self._manner = table.manners.get(name) or of_bias(table.biases[name])
        self.name = f"{inner.name}+{name}"

    def opening(self, case: PatientCase) -> Reply:
        """What the patient says first."""
        return self._around(case, 0, self._inner.opening(case))

    def reply(self, case: PatientCase, said: tuple[Said, ...], question: str) -> Reply:
        """The answer of the other, with as many facts and such words around them as the manner has."""
        reply = self._inner.reply(case, said, question)
        if self._manner.most and len(reply.used) > self._manner.most:
            reply = self.tell(case, tuple(f for f in case.facts if f.id in reply.used[: self._manner.most]))
        elif self._manner.more and reply.used:
            reply = self._and_more(case, said, reply)
        return self._around(case, len(said), reply)

    def tell(self, case: PatientCase, facts: tuple[CaseFact, ...]) -> Reply:
        """As the other tells it."""
        return self._inner.tell(case, facts)

    def _and_more(self, case: PatientCase, said: Sequence[Said], reply: Reply) -> Reply:
        """The same with the next facts of the case that were not told."""
        heard = " ".join(s.text for s in said if s.speaker == "patient")
        left = [f for f in case.facts if f.id not in reply.used and self.tell(case, (f,)).text not in heard]
        if not left:
            return reply
        more = self.tell(case, tuple(left[: self._manner.more]))
        return together(reply, more)

    def _around(self, case: PatientCase, turn: int, reply: Reply) -> Reply:
        words = (self._drawn(self._manner.before, case, turn), reply.text, self._drawn(self._manner.after, case, turn))
        if reply.text == DONT_KNOW:
            words = (words[0], reply.text, "")
        return reply.model_copy(update={"text": " ".join(w for w in words if w)})

    def _drawn(self, lines: tuple[str, ...], case: PatientCase, turn: int) -> str:
        return one_of(lines, f"{self._seed} {case.id} {turn} {lines[0]}") if lines else ""


class OwnTemper:
    """Another patient with the temperament that its case names, where it names one (3MDBench)."""

    def __init__(self, inner: TellingPatient, seed: int) -> None:
        self._inner, self._seed = inner, seed
        self.name = inner.name

    def opening(self, case: PatientCase) -> Reply:
        """What the patient says first."""
        return self._with(case).opening(case)

    def reply(self, case: PatientCase, said: tuple[Said, ...], question: str) -> Reply:
        """The answer, as such a patient gives it."""
        return self._with(case).reply(case, said, question)

    def tell(self, case: PatientCase, facts: tuple[CaseFact, ...]) -> Reply:
        """As the other tells it."""
        return self._inner.tell(case, facts)

    def _with(self, case: PatientCase) -> TellingPatient:
        known = case.temperament in manners().manners
        return MannerlyPatient(self._inner, case.temperament, self._seed) if known else self._inner


def one_of(lines: Sequence[str], key: str) -> str:
    """One of several lines, the same for the same key."""
    return lines[hashlib.sha256(key.encode()).digest()[0] % len(lines)]


def of_bias(bias: Bias) -> Manner:
    """A bias as a manner: said before every third answer or so."""
    return Manner(about="biased", most=bias.most, before=(*bias.patient, "", ""))


def together(one: Reply, other: Reply) -> Reply:
    """Two replies as one."""
    return one.model_copy(
        update={
            "text": f"{one.text} {other.text}",
            "used": (*one.used, *other.used),
            "false": (*one.false, *other.false),
            "invented": (*one.invented, *other.invented),
            "replaced": one.replaced or other.replaced,
            "untranslated": one.untranslated + other.untranslated,
            "tokens": one.tokens + other.tokens,
        }
    )
