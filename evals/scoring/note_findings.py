"""What is read by rule in a written note against what is read in the reference: findings with their negation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from bedside.tools.notes.read import read_facts

WRITTEN, REFERENCE, BOTH = "findings in the note", "findings in the reference", "findings in both"

Finding = tuple[str, str, str]


def finding_marks(said: str, references: Sequence[str]) -> dict[str, float]:
    """Counts against the reference with most in common, from which precision and recall are shares over all cases."""
    mine = findings_of(said)
    best = max((findings_of(r) for r in references), key=lambda r: len(r & mine), default=frozenset[Finding]())
    return {WRITTEN: float(len(mine)), REFERENCE: float(len(best)), BOTH: float(len(mine & best))}


@lru_cache(maxsize=1024)
def findings_of(text: str) -> frozenset[Finding]:
    """Each finding with whether it is there, and its value: "no fever" is another finding than "fever"."""
    return frozenset((f.name, f.status.value, _value(f.value)) for f in read_facts(text, "note"))


def _value(value: float | str | None) -> str:
    return f"{value:g}" if isinstance(value, float | int) else str(value or "").lower()
