"""Blood pressure: "BP 88/56" is two facts with one span."""

from __future__ import annotations

import re
from typing import NamedTuple

from bedside.knowledge.terms import finding
from bedside.tools.notes.document import Document
from bedside.tools.notes.quantities import ELSEWHERE, LEAD, Read, add_value, refuse_number
from bedside.tools.notes.series import read_run
from bedside.tools.notes.times import When

_PAIR = re.compile(r"(\d{1,4})\s?(?:/|\\|over|by)\s?(\d{1,4})(?:\s?mm\s?(?:of\s?)?Hg)?(?![\d/])", re.I)
_PAIR_WITH_UNIT = re.compile(r"(\d{1,4})\s?/\s?(\d{1,4})\s?(?:mm\s?(?:of\s?)?Hg|millimet(?:er|re)s of mercury)", re.I)
# "Hypotensive at 78/42": the finding is the name of the pressure.
_NAMED_BY_FINDING = re.compile(
    r"\b(?:hypo|hyper|normo)tens\w+\s*(?:[(,:]\s*)?(?:(?:at|to|with|of|a|was)\s+){0,2}$", re.I
)
_SINGLE = re.compile(
    r"(\d{2,3})(?!\d|\s?/\s?\d|\s?[-–]\s?\d|\.\d)\s?(?:mm\s?(?:of\s?)?Hg)?(?:\s?(?:systolic|sys|/?\s?palp\w*))?", re.I
)


def read_pressures(doc: Document) -> Read:
    """Every blood pressure with its name, or without it where "mmHg" follows the pair."""
    out = Read([], [])
    done: set[int] = set()
    for match in doc.matches:
        if match.payload.kind != "bp" or ELSEWHERE.search(doc.text, max(0, match.start - 24), match.start):
            continue
        lead = LEAD.match(doc.text, match.end)
        position = lead.end() if lead else match.end
        if pair := _PAIR.match(doc.text, position):
            _add_run(doc, pair, match.start, out)
        elif single := _SINGLE.match(doc.text, position):
            add_value(doc, finding("systolic_bp"), float(single[1]), match.start, single.end(), single.group(), out)
        done.add(position)
    for word in doc.words:
        if not word.lower.isdigit() or word.start in done:
            continue
        named = _NAMED_BY_FINDING.search(doc.text, max(0, word.start - 30), word.start)
        if pair := (_PAIR if named else _PAIR_WITH_UNIT).match(doc.text, word.start):
            _add_pair(doc, pair, word.start, out)
    return out


class _Pair(NamedTuple):
    """A pressure with its match and where it ends."""

    match: re.Match[str]
    end: int


def _add_run(doc: Document, pair: re.Match[str], start: int, out: Read) -> None:
    """Adds a pressure and those that follow it in a run ("was 80/40 now 120/70")."""

    def parse(at: int) -> _Pair | None:
        following = _PAIR.match(doc.text, at)
        return _Pair(following, following.end()) if following and _possible(following) else None

    for _, each, when in read_run(doc.text, start, pair.start(), _Pair(pair, pair.end()), parse):
        _add_pair(doc, each.match, start, out, when)


def _possible(pair: re.Match[str]) -> bool:
    systolic, diastolic = float(pair[1]), float(pair[2])
    rows = finding("systolic_bp"), finding("diastolic_bp")
    return diastolic <= systolic and rows[0].plausible(systolic) and rows[1].plausible(diastolic)


def _add_pair(doc: Document, pair: re.Match[str], start: int, out: Read, when: When | None = None) -> None:
    systolic, diastolic = float(pair[1]), float(pair[2])
    rows = finding("systolic_bp"), finding("diastolic_bp")
    if not _possible(pair):
        refuse_number(doc, "blood pressure", start, pair.end(), "impossible for a blood pressure", out)
        return
    for row, value in zip(rows, (systolic, diastolic), strict=True):
        add_value(doc, row, value, start, pair.end(), pair.group(), out, when)
