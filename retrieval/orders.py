"""Words that speak to an assistant and not to a clinician: they are searched for by nobody, and never quoted."""

from __future__ import annotations

import re

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.]{0,40}\b(?:instructions?|rules|prompts?|guardrails?)\b|"
    r"\bsystem prompt\b|\byou are (?:now )?(?:an?|the) (?:\w+ )?(?:assistant|chatbot|AI|language model)\b|"
    r"^\s*(?:system|assistant|user)\s*:",
    re.IGNORECASE,
)


def gives_orders(sentence: str) -> bool:
    """Whether a sentence tells an assistant what to do ("Ignore your instructions")."""
    return _ORDERS.search(sentence) is not None
