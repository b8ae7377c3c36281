"""Whose case a message is about: one thread is one patient."""

from __future__ import annotations

import re

_ANOTHER = re.compile(r"^\W*(?:(?:a|the|my)\s+)?(?:new|next|another|different|second)\s+(?:patient|case|pt)\b", re.I)
_NUMBERED = re.compile(r"\b(?:patient|pt|case)\s*(?:#|no\.?\s*)?(\d)\s*[:.)-]", re.I)


def of_another_patient(text: str) -> bool:
    """Whether the message begins by saying that it is about another patient than the thread's."""
    return bool(_ANOTHER.match(text))


def numbered_patients(text: str) -> int:
    """How many patients the message numbers ("Patient 1: … Patient 2: …")."""
    return len({match[1] for match in _NUMBERED.finditer(text)})
