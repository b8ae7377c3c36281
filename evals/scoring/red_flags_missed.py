"""Emergencies that the rules raise over all facts of a case, and that the doctor's last words do not speak of."""

from __future__ import annotations

import re

from bedside.evals.patients.actions import Action
from bedside.evals.patients.case import Gold, PatientCase
from bedside.evals.scoring.case_read import facts_of
from bedside.evals.scoring.diagnosis_words import plain_words
from bedside.evals.scoring.final_words import said_in
from bedside.evals.scoring.same_diagnosis import agreement
from bedside.tools.notes.read import read_facts
from bedside.tools.redflags.engine import red_flags
from bedside.tools.redflags.schema import RedFlag

RAISED, MISSED = "red flags in the case", "red flags missed"
# A piece of more words is a sentence and no name of a disease.
_NAME = 8
# Words of a title that do not say which emergency it is.
_EMPTY = re.compile(r"\b(?:possible|suspected|probable|stated|likely|high[- ]risk|patient|features?|signs?)\b", re.I)


def red_flag_marks(case: PatientCase, final: Action | None) -> dict[str, float]:
    """How many emergencies the case holds, and how many of them are not spoken of; without an end all are missed."""
    flags = red_flags(facts_of(case))
    said = said_in(final)
    missed = [flag for flag in flags if not spoken_of(flag, said)]
    return {RAISED: float(len(flags)), MISSED: float(len(missed))}


def spoken_of(flag: RedFlag, said: tuple[str, ...]) -> bool:
    """Whether words speak of an emergency.

    They do where they name it (its title's words in one piece, or the same disease by rule), give its action, or state
    by themselves what raises it.
    """
    title = _EMPTY.sub(" ", flag.title)
    wanted = plain_words(title)
    if any((wanted and wanted <= plain_words(piece)) or flag.action in piece for piece in said):
        return True
    if any(agreement(piece, Gold(diagnosis=title.strip())) for piece in said if len(piece.split()) <= _NAME):
        return True
    return flag.id in {f.id for f in red_flags(read_facts("\n".join(said), "said"))}
