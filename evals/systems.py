"""The two systems that `grounded` compares: Bedside, and its core model asked directly with the same passages."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bedside.core.base import Frozen
from bedside.core.events import Answered, EvidenceFound
from bedside.core.evidence import Evidence, EvidenceKind
from bedside.evals.grounding import Reply, Sentence

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from bedside.api import Assistant
    from bedside.core.answer import Answer

BEDSIDE, DIRECT = "bedside", "model alone"
_PROMPT = Path(__file__).resolve().parent / "data" / "direct_answer.txt"
_TOKENS = 320
# Refusals of the search: nothing held answers. Others speak of a file, a tool or the time.
_SEARCH = "BED-SEARCH"
_CITES = re.compile(r"\[(\d+(?:\s*[,;-]\s*\d+)*)\]")
_ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z\[\d*-])|(?<=\])\s*(?=[A-Z*-])|\n+")
# Ways in which a model says that its passages do not answer.
_DECLINES = re.compile(
    r"\b(?:passages?|guidelines?|information|evidence|text|context)\b[^.]*\b(?:do|does|did|is|are) not\b"
    r"|\bnot (?:mentioned|specified|provided|stated|addressed|covered|included)\b"
    r"|\bcannot (?:answer|be (?:answered|determined))\b"
    r"|\bno (?:specific |relevant )?(?:information|passages?|guidance)\b"
    r"|\bI (?:do not|don't|cannot|can't)\b",
    re.I,
)


class Found(Frozen):
    """What Bedside gathered for a question, and so what the model alone is given: passages and the patient's facts."""

    passages: tuple[Evidence, ...] = ()
    facts: tuple[Evidence, ...] = ()

    @property
    def numbered(self) -> tuple[tuple[Evidence, ...], ...]:
        """The sentences found, by passage, in the order in which the passages were found; the first is [1]."""
        ids = dict.fromkeys(e.source.id for e in self.passages)
        return tuple(tuple(e for e in self.passages if e.source.id == i) for i in ids)


def ask_bedside(assistant: Assistant, question: str) -> tuple[Reply, Found, Answer]:
    """Asks in a fresh thread.

    Raises:
        BedsideError: the turn could not be finished.
    """
    started = time.perf_counter()
    answer: Answer | None = None
    evidence = []
    for event in assistant.stream(question):
        if isinstance(event, EvidenceFound):
            evidence.append(event.evidence)
        if isinstance(event, Answered):
            answer = event.answer
    if answer is None:
        raise RuntimeError("a stream ends in Answered or raises")
    seconds = time.perf_counter() - started
    found = Found(
        passages=tuple(e for e in evidence if e.kind is EvidenceKind.PASSAGE),
        facts=tuple(e for e in evidence if e.kind is EvidenceKind.FACT),
    )
    return of_answer(answer, found.facts, seconds), found, answer


def of_answer(answer: Answer, facts: tuple[Evidence, ...] = (), seconds: float = 0.0) -> Reply:
    """An Answer as a Reply: every claim with the evidence it cites."""
    sentences = tuple(
        Sentence(text=c.text, cited=tuple(answer.evidence[i] for i in c.evidence if i in answer.evidence))
        for c in answer.claims
    )
    lines = [f"{c.text} [{', '.join(c.evidence)}]" for c in answer.claims]
    lines += [f"({r.code}) {r.subject}: {r.why}" for r in answer.refusals]
    return Reply(
        system=BEDSIDE,
        sentences=sentences,
        declined=any(r.code.startswith(_SEARCH) for r in answer.refusals),
        given=facts,
        seconds=seconds,
        text="\n".join(lines),
    )


def ask_directly(model: BaseChatModel, question: str, found: Found) -> Reply:
    """Asks the core model alone, with everything found in its prompt.

    Raises:
        ModelUnavailableError: the model is not there or too slow.
    """
    from langchain_core.messages import HumanMessage

    passages = [f"[{n}] {' '.join(e.quote for e in p)}" for n, p in enumerate(found.numbered, 1)]
    text = _PROMPT.read_text(encoding="utf-8").format(
        facts="; ".join(e.statement for e in found.facts) or "no facts recorded",
        passages="\n".join(passages) or "(none)",
        question=question,
    )
    started = time.perf_counter()
    answer = model.bind(max_tokens=_TOKENS, temperature=0).invoke([HumanMessage(content=text)])
    return of_text(answer.text, found, time.perf_counter() - started)


def of_text(text: str, found: Found, seconds: float = 0.0) -> Reply:
    """Free text with [n] citations as a Reply; a number beyond the passages given cites nothing."""
    parts = [p.strip() for p in _ENDS.split(_cites_before_stops(text)) if re.search(r"[A-Za-z]{2}", _CITES.sub("", p))]
    declining = [p for p in parts if _DECLINES.search(p)]
    numbered = found.numbered
    sentences = []
    for part in (p for p in parts if p not in declining):
        numbers = [n for m in _CITES.finditer(part) for n in _numbers(m.group(1))]
        cited = tuple(e for n in dict.fromkeys(numbers) if 0 < n <= len(numbered) for e in numbered[n - 1])
        sentences.append(Sentence(text=normal_end(_CITES.sub("", part)), cited=cited))
    return Reply(
        system=DIRECT,
        sentences=tuple(sentences),
        declined=bool(declining),
        given=found.facts,
        seconds=seconds,
        text=text,
    )


def normal_end(text: str) -> str:
    """A sentence without the space that a citation leaves before its full stop."""
    return re.sub(r"\s+([.,;!?])", r"\1", " ".join(text.split()))


def _cites_before_stops(text: str) -> str:
    """Moves "first. [1] Second" to "first [1]. Second": a citation belongs to the sentence it follows."""
    return re.sub(r"([.!?])\s*((?:\[\d+(?:\s*[,;-]\s*\d+)*\]\s*)+)", lambda m: f" {m[2].strip()}{m[1]} ", text)


def _numbers(inside: str) -> list[int]:
    """The numbers of "1, 3" and of "1-3"."""
    out = []
    for part in re.split(r"[,;]", inside):
        ends = [int(n) for n in part.split("-")]
        out += list(range(ends[0], ends[-1] + 1)) if len(ends) == 2 else ends
    return out
