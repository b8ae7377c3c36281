"""Section headings of a note ("PMH:", "Allergies:"), and what stands under each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bedside.knowledge.phrases import Match
from bedside.tools.notes.lexicon import Term

_COLON = re.compile(r"\s{0,2}(?:[:=]|[-–](?=\s))")
_BLANK = re.compile(r"\n[ \t]*\n")
_STOP = re.compile(r"[.;]\s")


class Section(NamedTuple):
    """One section: its body's span, and its kind: history, family, allergy, medication or other."""

    start: int
    end: int
    kind: str


def sections_of(text: str, matches: Sequence[Match[Term]]) -> list[Section]:
    """The sections of a text in order.

    A heading is a known phrase followed by a colon. What stands on the heading's own line ends with its sentence; with
    nothing there, the section goes on to the next heading or empty line.
    """
    headings = [h for m in matches if (h := _heading(text, m))]
    out = []
    for index, (_, body, kind) in enumerate(headings):
        limit = headings[index + 1][0] if index + 1 < len(headings) else len(text)
        line = text.find("\n", body, limit)
        line = limit if line < 0 else line
        if text[body:line].strip():
            stop = _STOP.search(text, body, line)
            limit = min(limit, stop.start() if stop else line)
        else:
            blank = _BLANK.search(text, line, limit)
            limit = min(limit, blank.start() if blank else limit)
        out.append(Section(body, limit, kind))
    return out


def _heading(text: str, match: Match[Term]) -> tuple[int, int, str] | None:
    groups = match.payload.groups
    kind = next((g.removeprefix("section_") for g in groups if g.startswith("section_")), "")
    colon = _COLON.match(text, match.end) if kind else None
    if colon is None or text[max(0, match.start - 8) : match.start].rstrip(" \t-*•#")[-1:] not in {
        "",
        "\n",
        ".",
        ";",
        ":",
    }:
        return None
    return match.start, colon.end(), kind
