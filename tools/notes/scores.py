"""Scores that a text states: "CURB-65 score is 4", "NEWS 7". A calculator's own result, where whole, stands first."""

from __future__ import annotations

import re
from typing import NamedTuple

from bedside.core.answer import Refusal
from bedside.core.case import Fact, FactStatus
from bedside.tools.notes.context import context_of
from bedside.tools.notes.document import Document
from bedside.tools.notes.quantities import Read
from bedside.tools.notes.times import when_of


class StatedScore(NamedTuple):
    """A score by its canonical name: its label, how it is written, and the highest value."""

    name: str
    label: str
    written: re.Pattern[str]
    highest: float


_VALUE = (
    r"(?:\s*\([^()\d]{1,20}\))?\s*(?:total\s+|risk\s+)?(?:score[ds]?|points?)?\s*"
    r"(?:is|was|of|at|=|:|-(?=\d)|now|came to|calculated (?:as|at))?\s*"
    r"(?P<value>\d{1,2}(?:\.5)?)(?![\d.]\d|\d|\s?[-–+]\s?\d|\s?\+|"
    r"\s*(?:to|or)\s+\d|\s?%|\s?(?:mg|years?|yo)\b)(?:\s?/\s?(?P<of>\d{1,2})(?!\d))?"
)


def _named(name: str, label: str, words: str, highest: float, flags: int = re.I) -> StatedScore:
    return StatedScore(name, label, re.compile(rf"\b(?:{words}){_VALUE}", flags), highest)


SCORES = (
    _named("curb65", "CURB-65", r"CURB[ -]?65", 5),
    _named("crb65", "CRB-65", r"CRB[ -]?65", 4),
    _named("cha2ds2_vasc", "CHA2DS2-VASc", r"CHA(?:2|₂)?DS(?:2|₂)?[ -]?VASc?", 9),
    _named("wells_pe", "Wells score for PE", r"(?:PE )?Wells(?:['’]s?)?(?: PE| for PE| score for PE)?", 12.5),
    _named("qsofa", "qSOFA", r"q-?SOFA", 3),
    _named("news2", "NEWS2", r"(?i:NEWS[ -]?2)|NEWS(?:(?i: score))?", 20, 0),
)
LABELS = {score.name: score.label for score in SCORES}
_OF_DVT = re.compile(r"\s*(?:for |\()?DVT\b", re.I)


def read_scores(doc: Document) -> Read:
    """Every score stated with its value, as a quantity in ``{score}``; an impossible one is refused."""
    out = Read([], [])
    for score in SCORES:
        for found in score.written.finditer(doc.text):
            if score.name == "wells_pe" and _OF_DVT.match(doc.text, found.end()):
                continue
            _add(doc, score, found, out)
    return out


def _add(doc: Document, score: StatedScore, found: re.Match[str], out: Read) -> None:
    span, value = doc.span(found.start(), found.end()), float(found["value"])
    if value > score.highest:
        why = f"{span.text!r} is impossible for {score.label}; it was not used."
        do = f"Write {score.label} as one value between 0 and {score.highest:g}."
        out.refused.append((Refusal(code="BED-NOTE-001", subject=score.label, why=why, do=do), span))
        return
    supposed = context_of(doc, found.start(), found.end()).hypothetical
    out.facts.append(
        Fact(
            name=score.name,
            label=score.label,
            value=value,
            unit="{score}",
            as_written=doc.text[found.start("value") : found.end()].strip(),
            status=FactStatus.POSSIBLE if supposed else FactStatus.PRESENT,
            time=when_of(doc, found.start(), found.end()).text,
            span=span,
        )
    )
