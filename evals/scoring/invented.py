"""What a patient tells that the case does not hold, and what it tells falsely."""

from __future__ import annotations

from bedside.core.case import Fact, FactStatus
from bedside.evals.patients.case import PatientCase
from bedside.evals.patients.dialogue import Dialogue, Turn
from bedside.evals.scoring.case_read import facts_of, sentences_of, text_of
from bedside.tools.notes.read import read_facts

INVENTED, FALSE = "findings invented by the patient", "facts told falsely"
_SAID = (FactStatus.PRESENT, FactStatus.HISTORICAL, FactStatus.POSSIBLE)


def invented_marks(case: PatientCase, dialogue: Dialogue) -> dict[str, float]:
    """How many findings the patient told that the case does not hold, and how many facts it told falsely."""
    told = [t for t in dialogue.turns if t.speaker == "patient"]
    invented = {name for turn in told for name in (*_by_itself(turn), *invented_in(case, turn))}
    return {INVENTED: float(len(invented)), FALSE: float(len({i for turn in told for i in turn.false}))}


def invented_in(case: PatientCase, turn: Turn) -> tuple[str, ...]:
    """Names of findings that rules read as there in what was said, and read nowhere in the case.

    A sentence of the case is not read again. What is told falsely is counted apart. Only English is read.
    """
    if case.language != "en" or turn.language != "en" or turn.false:
        return ()
    whole = _plain(text_of(case))
    new = " ".join(s for s in sentences_of(turn.text) if _plain(s) not in whole)
    if not new.strip():
        return ()
    held = {f.name for f in facts_of(case) if _is_said(f)}
    return tuple(dict.fromkeys(f.name for f in read_facts(new, "said") if _is_said(f) and f.name not in held))


def _by_itself(turn: Turn) -> tuple[str, ...]:
    """Names of findings that a model's words were caught inventing, and that were said; what was put aside was not."""
    return () if turn.replaced else tuple(said.rpartition(" ")[0] or said for said in turn.invented)


def _is_said(fact: Fact) -> bool:
    return fact.status in _SAID


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).rstrip(".")
