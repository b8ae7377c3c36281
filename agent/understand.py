"""What the message asks, read by rule: its question, and whether it is a "what if"."""

from __future__ import annotations

import re

from bedside.retrieval.intent import intents_of

_ASKS = re.compile(
    r"^\W*(?:(?:and|so|but|then|also|ok|okay|please|now)\b\W*)*"
    r"(?:what|which|who|whom|when|where|why|how|is|are|was|were|do|does|did|can|could|should|shall|would|will|may|might|"
    r"calculate|compute|estimate|assess|interpret|summari[sz]e|explain|advise|recommend|list|give|tell|show|measure|"
    r"segment)\b",
    re.I,
)
_SUPPOSES = re.compile(r"\b(?:what if|(?:and|but|even)\s+if|if|suppose|supposing|assuming|imagine)\b", re.I)
_SENTENCE = re.compile(r"[^.?!\n]*(?:\.(?=\d)[^.?!\n]*)*[.?!\n]|[^.?!\n]+(?:\.(?=\d)[^.?!\n]*)*$")
_TEXT_PER_QUESTION = 600


def question_of(text: str) -> str:
    """The part of a message that asks something; "" where it only tells.

    Every interrogative or imperative sentence, in order; a long message is cut to its last `_TEXT_PER_QUESTION`
    characters of asking, because the question of a long note stands at its end.
    """
    asks = []
    for match in _SENTENCE.finditer(text):
        sentence = match.group().strip()
        if sentence.endswith("?") or (_ASKS.match(sentence) and len(sentence) < 300):
            asks.append(sentence)
    return " ".join(asks)[-_TEXT_PER_QUESTION:].strip()


def supposes(text: str) -> bool:
    """Whether the message says "what if": then its facts hold for one turn only."""
    return bool(_SUPPOSES.search(text)) and "?" in text


def only_supposes(text: str) -> bool:
    """Whether the question is a bare "and if …?", which asks the standing question again under a supposition."""
    question = question_of(text) or text
    return supposes(text) and not intents_of(_SUPPOSES.sub(" ", question)) and len(question) < 200
