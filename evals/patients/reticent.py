"""Patients who keep something back or tell it falsely: another one, with a case that lacks it or has it changed."""

from __future__ import annotations

from bedside.core.case import FactStatus
from bedside.evals.patients.actions import Ask
from bedside.evals.patients.case import CaseFact, PatientCase
from bedside.evals.patients.concepts import concept_names, concepts_in
from bedside.evals.patients.contract import Reply, Said
from bedside.evals.patients.fact_selecting import TellingPatient
from bedside.evals.patients.manners import manners, one_of
from bedside.evals.patients.selection import parts_of_question, selected
from bedside.evals.patients.topics import named_in, stems_of
from bedside.knowledge.terms import findings
from bedside.tools.notes.read import read_facts


class WithholdingPatient:
    """Keeps facts back until they are asked for directly or a second time.

    Args:
        inner: who answers.
        what: the id of a fact, or a word for what it is about; "" for what people are shy of (drink, drugs, sex).
    """

    def __init__(self, inner: TellingPatient, what: str = "") -> None:
        self._inner, self._what = inner, what
        self.name = f"{inner.name}+withholding" + (f":{what}" if what else "")

    def opening(self, case: PatientCase) -> Reply:
        """What the other says first, of the rest of the case."""
        return self._inner.opening(_without(case, _about(case, self._what)))

    def reply(self, case: PatientCase, said: tuple[Said, ...], question: str) -> Reply:
        """The answer of the other, of what is not kept back."""
        about = _about(case, self._what)
        asked = [s.text for s in said if s.speaker == "doctor" and isinstance(s.action, Ask)] if about else []
        again = {f.id for q in asked for f in selected(case.facts, q)}
        kept = (f.id for f in case.facts if f.id in about - again and not _asks_directly(question, f))
        return self._inner.reply(_without(case, frozenset(kept)), said, question)

    def tell(self, case: PatientCase, facts: tuple[CaseFact, ...]) -> Reply:
        """As the other tells it."""
        return self._inner.tell(case, facts)


class MisleadingPatient:
    """Denies facts or makes less of them; what it tells falsely is named in its replies.

    Args:
        inner: who answers.
        what: as of `WithholdingPatient`; "" for what people are shy of and smoking.
        seed: by which of two it is, denied or made less of.
    """

    def __init__(self, inner: TellingPatient, what: str, seed: int) -> None:
        self._inner, self._what, self._seed = inner, what, seed
        self.name = f"{inner.name}+misleading" + (f":{what}" if what else "")

    def opening(self, case: PatientCase) -> Reply:
        """What the other says first, of the changed case."""
        changed, false = self._changed(case)
        return _marked(self._inner.opening(changed), false)

    def reply(self, case: PatientCase, said: tuple[Said, ...], question: str) -> Reply:
        """The answer of the other, of the changed case."""
        changed, false = self._changed(case)
        return _marked(self._inner.reply(changed, said, question), false)

    def tell(self, case: PatientCase, facts: tuple[CaseFact, ...]) -> Reply:
        """Facts as the other tells them, changed."""
        changed, false = self._changed(case)
        ids = {f.id for f in facts}
        return _marked(self._inner.tell(changed, tuple(f for f in changed.facts if f.id in ids)), false)

    def _changed(self, case: PatientCase) -> tuple[PatientCase, frozenset[str]]:
        about = _about(case, self._what, ("smoking",))
        facts = tuple(f.model_copy(update={"text": self._falsely(case, f)}) if f.id in about else f for f in case.facts)
        false = frozenset(f.id for f, was in zip(facts, case.facts, strict=True) if f.text != was.text)
        return case.model_copy(update={"facts": facts}), false

    def _falsely(self, case: PatientCase, fact: CaseFact) -> str:
        if not _affirms(fact):
            return fact.text
        table = manners()
        about = concepts_in(fact.text, "tells")
        ways = [words[n] for words in (table.denied, table.less) for n in words if n in about and self._means(n)]
        if not ways:
            read = read_facts(fact.text, fact.id)
            names = [
                f.label for f in read if f.status is FactStatus.PRESENT and f.name in findings() and f.value is None
            ]
            ways = [f"I have no {name}." for name in names[:1]]
        if not ways:
            return fact.text
        return one_of(ways, f"{self._seed} {case.id} {fact.id}")

    def _means(self, concept: str) -> bool:
        """Whether a concept is what the patient misleads about."""
        return concept in ((*manners().sensitive, "smoking") if not self._what else concepts_of(self._what))


def _asks_directly(question: str, fact: CaseFact) -> bool:
    concepts = concepts_in(fact.text, "tells")
    about = concepts & frozenset(manners().sensitive) or concepts | named_in(fact.text)
    return any(about & part.main for part in parts_of_question(question))


def concepts_of(word: str) -> frozenset[str]:
    """The concepts that a word stands for: their own name, or what it names in a question."""
    return frozenset({word} & concept_names()) or concepts_in(word, "asks")


def _about(case: PatientCase, what: str, also: tuple[str, ...] = ()) -> frozenset[str]:
    """Ids of the facts that a word is about; for "" those that people are shy of, and what goes with them."""
    if not what:
        shy = frozenset((*manners().sensitive, *also))
        return frozenset(f.id for f in case.facts if _affirms(f) and concepts_in(f.text, "tells") & shy)
    if any(f.id == what for f in case.facts):
        return frozenset({what})
    concepts, names, stems = concepts_of(what), named_in(what), set(stems_of(what))
    return frozenset(
        f.id
        for f in case.facts
        if concepts & concepts_in(f.text, "tells") or names & named_in(f.text) or stems & set(stems_of(f.text))
    )


def _affirms(fact: CaseFact) -> bool:
    """Whether there is something to hide: a fact that only denies has nothing."""
    text = fact.text.lower()
    return not any(text.startswith(no) for no in ("no ", "non-", "denies", "does not", "patient denies", "he denies",
                                                   "she denies", "never", "patient does not"))  # fmt: skip


def _without(case: PatientCase, ids: frozenset[str]) -> PatientCase:
    return case.model_copy(update={"facts": tuple(f for f in case.facts if f.id not in ids)}) if ids else case


def _marked(reply: Reply, false: frozenset[str]) -> Reply:
    return reply.model_copy(update={"false": (*reply.false, *(i for i in reply.used if i in false))})
