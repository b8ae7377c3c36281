"""What the message asks, read by rule: its question, what sort of answer it wants, and whether it is a "what if"."""

from __future__ import annotations

import re

from bedside.knowledge.schema import Intent

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

_INTENTS: tuple[tuple[Intent, str], ...] = (
    (Intent.DOSE, r"\bdos(?:e|es|ing|age)\b|\bhow (?:much|many (?:mg|grams|units|puffs))\b|\bloading\b|\bmg\b.*\?"),
    (Intent.SEVERITY, r"\bsever(?:e|ity)\b|\bhow (?:bad|sick|serious)\b|\bscore\b|\brisk\b|\bprognos"),
    (
        Intent.DISPOSITION,
        r"\bwhere\b|\badmi(?:t|ssion|tted)\b|\bdischarg|\bhospital\b|\bhome\b|\bicu\b|\bintensive care\b|\boutpatient\b",
    ),
    (
        Intent.CONTRAINDICATION,
        r"\bcontra-?indicat|\bsafe\b|\bavoid\b|\bcan (?:she|he|they|i|we|\w+) (?:be|take|have|use)\b"
        r"|\bcan \w+(?: \w+)? be (?:used|given|taken|continued)\b|\bstop(?:ped)?\b",
    ),
    (Intent.MONITORING, r"\bmonitor|\bfollow[- ]?up\b|\brecheck\b|\btarget\b|\bhow often\b"),
    (Intent.SCREENING, r"\bscreen(?:ing|ed)?\b"),
    (Intent.PREVENTION, r"\bprevent|\bprophyla|\bvaccin|\bimmuni[sz]"),
    (
        Intent.INVESTIGATION,
        r"\binvestigat|\bwhat tests?\b|\btests?\b|\bimaging\b|\bscan\b|\bx-?ray\b|\bwork-?up\b|\bwhich (?:blood|scan|test)",
    ),
    (
        Intent.DIAGNOSIS,
        r"\bdiagnos|\bcould (?:this|it) be\b|\bis (?:this|it|there)\b|\bwhat (?:is wrong|rhythm)\b|\bcriteria\b",
    ),
    (Intent.REFERRAL, r"\brefer|\bspecialist\b"),
    (
        Intent.TREATMENT,
        r"\btreat|\bmanag|\bantibiotic|\btherap|\bdrugs?\b|\bmedic(?:ine|ation)|\bgive\b|\bstart(?:ed)?\b|\banticoagul"
        r"|\bwhat should (?:i|we) do\b|\bprescri|\bfirst[- ]line\b|\bnext\b",
    ),
)


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


def intents_of(question: str) -> tuple[Intent, ...]:
    """What sort of answer the question wants, in the order of the table; () where no rule says."""
    return tuple(intent for intent, pattern in _INTENTS if re.search(pattern, question, re.I))


def supposes(text: str) -> bool:
    """Whether the message says "what if": then its facts hold for one turn only."""
    return bool(_SUPPOSES.search(text)) and "?" in text


def only_supposes(text: str) -> bool:
    """Whether the question is a bare "and if …?", which asks the standing question again under a supposition."""
    question = question_of(text) or text
    return supposes(text) and not intents_of(_SUPPOSES.sub(" ", question)) and len(question) < 200
