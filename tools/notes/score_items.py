"""Items that only a score asks for: "calf tenderness", "labile INR", "no cough", grades such as "tense ascites".

Their words are in ``knowledge/terminology/score_inputs.yaml`` and are looked for apart from those of the findings, so
that one phrase may be a finding and show several items as well. What a note does not mention gives no fact here: that
silence is no denial is for the scores to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from bedside.core.case import Fact, FactStatus
from bedside.knowledge.phrases import Phrase, PhraseMatcher
from bedside.knowledge.terms import Finding, finding, score_inputs
from bedside.tools.notes.context import Context, context_of
from bedside.tools.notes.document import Document
from bedside.tools.notes.item_facts import facts_that_follow
from bedside.tools.notes.lexicon import Term, span_of
from bedside.tools.notes.presence import is_earlier, is_recent, turned
from bedside.tools.notes.quantities import make_fact
from bedside.tools.notes.since import days_since
from bedside.tools.notes.times import When, when_of

_THERE = frozenset({FactStatus.PRESENT, FactStatus.HISTORICAL})
# "Suggestive of grade 3 encephalopathy" is how a grade is given.
_JUDGED = re.compile(r"\b(?:suggest\w*|consistent with|compatible with|indicat\w+|in keeping with)\b[^.;,]*$", re.I)


# A denial inside the words of a pattern: "tonsils without exudate", "INR is not labile".
_DENIED_INSIDE = re.compile(r"\b(?:not|without|no|nor|never|free of)\b", re.I)
# No pattern of an item is as long as this.
_REACH = 200
_JOINED_TO = re.compile(r"\s*(?:/|\bor\b|\bnor\b)\s*", re.I)
_NEGATIVE = re.compile(r"\bnegative\s+(?:(?:serum|test|for)\s+)?$", re.I)


class _Mention(NamedTuple):
    """Words that speak of an item: the kind of its term (``present``, ``absent``, ``timed`` or ``past``) and span.

    `loose`: a pattern found them, so that words of its own may stand between, and deny it.
    """

    row: Finding
    kind: str
    start: int
    end: int
    loose: bool = False


def read_score_items(doc: Document, known: Iterable[Fact]) -> list[Fact]:
    """Every item of a score that the text speaks of, in text order.

    Args:
        doc: the text.
        known: facts read already, from which further items follow.
    """
    lower = doc.text.lower()
    facts = [fact for mention in _mentions(doc, lower) if (fact := _presence(doc, mention)) is not None]
    facts += [fact for row, words in _graded() for fact in _grade(doc, row, words, _places(row, lower))]
    facts += facts_that_follow([*known, *facts])
    return sorted(facts, key=lambda f: (f.span.start, f.span.end))


@lru_cache(maxsize=1)
def _matcher() -> PhraseMatcher[Term]:
    phrases = []
    for row in score_inputs().values():
        if row.kind == "presence":
            terms = {"present": row.terms, "absent": row.absent, "timed": row.timed, "past": row.past}
            phrases += [Phrase(t, Term(kind, row.name)) for kind, ts in terms.items() for t in ts]  # type: ignore[arg-type]
            phrases += [Phrase(t, Term("present", row.name), exact=True) for t in row.exact]
    return PhraseMatcher(phrases)


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[Finding, list[re.Pattern[str]]]]:
    rows = (row for row in score_inputs().values() if row.kind == "presence" and row.patterns)
    return [(row, [re.compile(p, re.I) for p in row.patterns]) for row in rows]


@lru_cache(maxsize=1)
def _graded() -> list[tuple[Finding, list[tuple[re.Pattern[str], str]]]]:
    """Of each category its patterns with the word that each means; those of a mention without a grade last."""
    out = []
    for row in score_inputs().values():
        words = [(re.compile(p, re.I), word) for word, ps in row.grades.items() for p in ps]
        words += [(re.compile(p, re.I), "") for p in row.patterns] if row.kind == "category" else []
        if words:
            out.append((row, words))
    return out


def _places(row: Finding, lower: str) -> list[tuple[int, int]]:
    """Where in a text, given in lower case, patterns of the item can be: around a part of a word that each holds."""
    found = sorted(i for cue in row.cues for i in _every(cue, lower))
    out: list[tuple[int, int]] = []
    for i in found:
        if out and i - _REACH <= out[-1][1]:
            out[-1] = (out[-1][0], i + _REACH)
        else:
            out.append((max(0, i - _REACH), i + _REACH))
    return out


def _hits(pattern: re.Pattern[str], text: str, places: list[tuple[int, int]]) -> Iterator[re.Match[str]]:
    for start, end in places:
        yield from pattern.finditer(text, start, end)


def _every(cue: str, lower: str) -> Iterator[int]:
    at = lower.find(cue)
    while at >= 0:
        yield at
        at = lower.find(cue, at + len(cue))


def _mentions(doc: Document, lower: str) -> list[_Mention]:
    """The mentions in order; of two of one item that overlap, the one that begins first, then the longer."""
    found = [
        _Mention(finding(m.payload.name), m.payload.kind, m.start, m.end) for m in _matcher().every(doc.text, doc.words)
    ]
    for row, patterns in _patterns():
        places = _places(row, lower)
        for pattern in patterns:
            loose = "not " not in pattern.pattern
            found += [_Mention(row, "present", *span_of(hit), loose) for hit in _hits(pattern, doc.text, places)]
    reached: dict[str, int] = {}
    out = []
    for mention in sorted(found, key=lambda m: (m.start, -m.end)):
        if mention.start >= reached.get(mention.row.name, 0):
            reached[mention.row.name] = mention.end
            out.append(mention)
    return out


def _presence(doc: Document, mention: _Mention) -> Fact | None:
    """The fact of a mention; None where it says nothing of the patient."""
    row = mention.row
    context = context_of(doc, mention.start, mention.end, row.course)
    when = when_of(doc, mention.start, mention.end)
    status = _status(doc, mention, context, when)
    # A finding in further words is read for what is there; that it is not there, its own words say.
    if status is None or (row.stands_for and status not in _THERE):
        return None
    if row.stands_for:
        row = finding(row.stands_for)
    return make_fact(doc, row, mention.start, mention.end, value=None, status=status, when=when)


def _status(doc: Document, mention: _Mention, context: Context, when: When) -> FactStatus | None:
    row, kind = mention.row, mention.kind
    earlier = is_earlier(context, when)
    recent = is_recent(row, when) or days_since(doc.text, mention.start, mention.end) <= row.within_days
    if kind == "timed" and not recent:
        return None
    if kind == "past" and not earlier:
        return None
    if row.of_family:
        if not context.family:
            return None
    elif context.family:
        return None if context.negated else FactStatus.FAMILY
    if context.asked or context.hypothetical:
        return FactStatus.POSSIBLE
    if kind == "absent":
        return FactStatus.PRESENT if turned(doc, mention.start) else FactStatus.ABSENT
    if context.negated or _inside_denial(doc, mention):
        return FactStatus.ABSENT
    if earlier and not (row.within_days and recent) and row.course != "chronic" and kind == "present":
        return FactStatus.HISTORICAL
    return FactStatus.POSSIBLE if context.possible else FactStatus.PRESENT


def _inside_denial(doc: Document, mention: _Mention) -> bool:
    """Whether words that deny a finding reach into the mention ("negative for HIV/AIDS")."""
    if mention.loose and _DENIED_INSIDE.search(doc.text, mention.start, mention.end):
        return True
    if _NEGATIVE.search(doc.text, max(0, mention.start - 24), mention.start):
        return True
    before = doc.between(max(0, mention.start - 40), mention.end)
    return any(
        m.payload.kind == "absent"
        and (mention.start < m.end or _JOINED_TO.fullmatch(doc.text, m.end, mention.start) is not None)
        for m in before
    )


def _grade(
    doc: Document, row: Finding, words: list[tuple[re.Pattern[str], str]], places: list[tuple[int, int]]
) -> list[Fact]:
    """The grades that a text gives, in order; a mention without one counts only where no other gives it."""
    graded: list[Fact] = []
    plain: list[Fact] = []
    taken: list[tuple[int, int]] = []
    for pattern, word in words:
        for hit in _hits(pattern, doc.text, places):
            start, end = span_of(hit)
            if any(start < e and s < end for s, e in taken):
                continue
            context = context_of(doc, start, end, row.course)
            if context.family or context.asked or context.hypothetical:
                continue
            if context.possible and not _JUDGED.search(doc.text, max(0, start - 40), start):
                continue
            denied = context.negated or (not word and _inside_denial(doc, _Mention(row, "present", start, end)))
            value = (row.denied if word in {"", row.denied} else "") if denied else word or row.plain
            if not value:
                continue
            taken.append((start, end))
            when = when_of(doc, start, end)
            fact = make_fact(
                doc, row, start, end, value=value, status=FactStatus.PRESENT, when=when, written=hit.group()
            )
            (graded if word or denied else plain).append(fact)
    return sorted(graded or plain, key=lambda f: f.span.start)
