"""The sections of a written note, by its headings, against those of the reference."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bedside.evals.scoring.rouge import overlap_f1, words_of

WANTED, WRITTEN, CONTENT = "sections in the reference", "sections written", "ROUGE-1 within sections"

# Headings as notes have them, under the four parts of ACI-Bench (Yim 2023, doi:10.1038/s41597-023-02487-3).
_PARTS = {
    "subjective": (
        "chief complaint", "cc", "hpi", "history of present illness", "history", "medical history", "subjective",
        "past medical history", "past surgical history", "past history", "social history", "family history",
        "medications", "current medications", "allergies", "review of systems", "ros", "interval history",
    ),
    "objective_exam": (
        "physical exam", "physical examination", "examination", "exam", "vitals", "vital signs", "vitals reviewed",
        "objective",
    ),
    "objective_results": ("results", "labs", "lab results", "laboratory results", "imaging", "diagnostics", "findings"),
    "assessment_and_plan": (
        "assessment and plan", "assessment & plan", "assessment/plan", "assessment", "plan", "impression", "a/p", "a&p",
        "impression and plan", "instructions", "diagnosis", "recommendations",
    ),
}  # fmt: skip
_PART_OF = {heading: part for part, headings in _PARTS.items() for heading in headings}
_HEADING = re.compile(r"^[\s#*]*(?P<name>[A-Za-z][A-Za-z &/]{0,40}?)\s*[*]*\s*(?::[*]*\s*(?P<rest>.*))?$")


def section_marks(said: str, references: Sequence[str]) -> dict[str, float]:
    """How many parts of the note the first reference has, how many of them are written, and how alike they are.

    A reference without headings has no parts, and the note is then scored as a whole alone.
    """
    wanted = sections_of(references[0]) if references else {}
    mine = sections_of(said)
    alike = [overlap_f1(words_of(mine.get(part, "")), words_of(text), 1) for part, text in wanted.items()]
    return {
        WANTED: float(len(wanted)),
        WRITTEN: float(sum(part in mine for part in wanted)),
        CONTENT: sum(alike),
    }


def sections_of(text: str) -> dict[str, str]:
    """The text of each part that a heading begins; "" stands before the first and is left out."""
    out: dict[str, list[str]] = {}
    part = ""
    for line in text.splitlines():
        found = _HEADING.match(line)
        named = _PART_OF.get(" ".join(found["name"].lower().split())) if found else None
        if found and named:
            part = named
            out.setdefault(part, [])
            line = found["rest"] or ""
        if part:
            out[part].append(line)
    return {part: "\n".join(lines).strip() for part, lines in out.items() if "\n".join(lines).strip()}
