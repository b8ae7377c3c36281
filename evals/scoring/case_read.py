"""All that a case holds, as text and as the facts that are read in it by rule."""

from __future__ import annotations

import re
from functools import lru_cache

from bedside.core.case import Fact
from bedside.evals.patients.case import PatientCase
from bedside.tools.notes.read import read_facts

_ENDS = re.compile(r"(?<=[.!?;])\s+(?=[A-Z0-9(])|\n+")


def text_of(case: PatientCase) -> str:
    """The objective, the context, every fact and every result under its name, a line each."""
    results = (f"{', '.join(r.name[-2:])}: {r.text}" for r in case.results)
    lines = (case.objective, case.context, case.complaint, *(f.text for f in case.facts), *results)
    return "\n".join(f"{line.strip().rstrip('.')}." for line in lines if line.strip())


@lru_cache(maxsize=1024)
def facts_of(case: PatientCase) -> tuple[Fact, ...]:
    """The facts that rules read in it."""
    return read_facts(text_of(case), case.id)


def sentences_of(text: str) -> tuple[str, ...]:
    """The sentences of a text; a line end ends one too."""
    return tuple(s.strip() for s in _ENDS.split(text) if s.strip())
