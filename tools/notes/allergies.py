"""Allergies: which drug, of whom, and how bad. None may be lost: only a denial that touches an allergy counts."""

from __future__ import annotations

import re
from typing import NamedTuple

from bedside.core.case import Fact, FactStatus
from bedside.knowledge.drugs import severe_reaction
from bedside.knowledge.phrases import Match
from bedside.knowledge.terms import finding
from bedside.tools.notes.context import context_of
from bedside.tools.notes.document import Document
from bedside.tools.notes.lexicon import Term
from bedside.tools.notes.quantities import make_fact
from bedside.tools.notes.times import NOW

_ALLERGIC_TO = re.compile(
    r"(?:\b(?P<said>allerg(?:y|ic|ies)|anaphyla(?:xis|ctic(?:\s+(?:reaction|shock))?)|hypersensitiv\w+|"
    r"(?:adverse |bad |severe )?reaction|reacts|reacted)\s+(?:reaction )?to|"
    r"\b(?:(?:rash|urticaria|hives|angio-?\s?o?edema|(?:facial|lip|tongue) swelling|anaphylaxis|reaction)\s+"
    r"(?:with|to|from|(?P<after>after|following)))|\ballerg(?:y|ies|ic)\s*[:=-]?)\s*"
    r"(?:the |a |an |any |oral |iv |taking )?[\"'“‘(]?$",
    re.I,
)
_EXCEPT = re.compile(r"\s*,?\s*(?:except|apart from|other than|bar|but)\s+(?:to |for )?$", re.I)
_CORRECTED = re.compile(
    r"\b(?:NKD?A|no (?:known )?(?:drug )?allerg(?:y|ies))\s*[.,;:!–-]*\s*"
    r"(?:\b(?:no|oh|sorry|wait|actually|correction|hang on|scratch that|scrap that|in fact|"
    r"edit|except)\b[\s.,;:!–-]*)+$",
    re.I,
)
_IS_ALLERGEN = re.compile(
    r"[\"'”’)]?[\s-]*(?:drug )?(?:allerg(?:y|ic|ies)|anaphylaxis|hypersensitivity|rash|hives|urticaria|angio-?o?edema|"
    r"reaction)\b(?!\s+(?:clinic|test))",
    re.I,
)
_SMALL = (
    r"(?:(?:is|was|been|be|being|to|has|had|have|having|known|any|an?|history|hx|of|currently|actually|really|truly|"
    r"drug|"
    r"evidence|reported|confirmed|true|longer|previous|documented|ever|"
    r"that|he|she|who|the|severe|medication)[ \t]+){0,6}$"
)
_DENIED = re.compile(
    rf"\b(?:not|no|nil|never|denies|denied|denying|nor|neither|without|(?:is|was|are|has|does)n['’]?t)[ \t]+{_SMALL}",
    re.I,
)
_DENIED_AFTER = re.compile(
    r"\s*(?:[:=–-]\s*(?:no|nil|none|denied|neg(?:ative)?|-ve)\s*(?:[,.;)\n]|$)|"
    r"(?:is |was |has been |now )?(?:denied|excluded|ruled out|refuted|disproved|de-?labell?ed)\b)",
    re.I,
)
_DOUBTED = re.compile(
    rf"(?:\?\s?|\b(?:possible|possibly|probable|suspected|query|"
    rf"questionable|may|might|could|unsure if)[ \t]+{_SMALL})$",
    re.I,
)
_ASKS_IT = re.compile(
    r"\s*(?:is|was|are|does|do|did|has)\s+(?:\w+\s+)?(?:he|she|they|patient|pt|there|it)\b"
    r"(?!.*\b(?:with|in|despite|given)\b)",
    re.I | re.S,
)
_RELATIVE_AFTER = re.compile(
    r"[\s,;–-]*(?:(?:that|it|which|this)\s+)?(?:was|is)\s+(?:actually\s+|really\s+)?(?:of\s+)?(?:his|her|the|my)\s+"
    r"(?:mother|mum|mom|father|dad|brother|sister|wife|husband|partner|son|daughter|aunt|uncle)\b",
    re.I,
)
_REACTION = re.compile(
    r"\s*(?:[(:–-]|,?\s*which caused|,?\s*which gave|,?\s*(?:causes|causing|caused|gives|gave|with))\s*"
    r"(?:(?:an?|him|her|severe|mild|to)\s+)*$",
    re.I,
)
_REACTIONS = frozenset(
    {"rash", "urticaria", "anaphylaxis", "facial_swelling", "vomiting", "diarrhoea", "wheeze", "dyspnoea"}
)
# "presents with anaphylaxis to peanuts" is an emergency now, and not only an allergy.
_HAPPENS_NOW = re.compile(
    r"\b(?:in|present(?:s|ed|ing)? with|develop(?:s|ed|ing)|now|currently|acute|having)\s+(?:\w+\s)?$", re.I
)
_NOTHING = re.compile(r"\s*(?:nil|none|no|nkda|n/a)\b", re.I)
_TO_A_DRUG = re.compile(r"\s+to\s+(?!medic|drugs|any|anything)", re.I)
_WORDS_AFTER = 60


class Listed(NamedTuple):
    """The drug named before: as what (``allergy`` or ``medication``), where its words end, and its status."""

    name: str
    end: int
    status: FactStatus


def read_allergy(doc: Document, match: Match[Term], before: Listed | None, consumed: set[int]) -> Fact | None:
    """The allergy that a drug or allergen is named for; None where nothing says that it is one.

    Args:
        doc: the text.
        match: the drug or allergen.
        before: the drug of the same list that stands before it; None where none does.
        consumed: starts of mentions that are the reaction and no finding; added to.
    """
    left = _ALLERGIC_TO.search(doc.text, max(0, match.start - 60), match.start)
    right = _IS_ALLERGEN.match(doc.text, match.end)
    end = right.end() if right else match.end
    if before and before.name == "allergy" and not left and not right:
        if before.status is FactStatus.ABSENT and "," in doc.text[before.end : match.start]:
            return None
        return _fact(doc, match, before.status, (match.start, _consume_reaction(doc, end, consumed)))
    excepted = _excepted(doc, match)
    if not (left or right or excepted or doc.section(match.start) == "allergy"):
        return None
    begin = left.start() if left else match.start
    status = FactStatus.PRESENT if excepted else _status(doc, begin, end)
    if status is None:
        return None
    if not (left and left["after"]) and not _HAPPENS_NOW.search(doc.text, max(0, begin - 24), begin):
        consumed.update(m.start for m in doc.between(begin, match.start))
    consumed.update(m.start for m in doc.between(match.end, end))
    return _fact(doc, match, status, (begin, _consume_reaction(doc, end, consumed)))


def _fact(doc: Document, match: Match[Term], status: FactStatus, words: tuple[int, int]) -> Fact:
    """The allergy as a fact; `as_written` holds its words with the reaction, so that its severity is not lost."""
    begin, end = words
    line = max(doc.sentence(begin).start, doc.text.rfind(",", 0, begin) + 1, begin - 24)
    if severe_reaction(doc.text[line:begin]):
        begin = line
    further = doc.text[end : min(doc.sentence(max(begin, end - 1)).end, end + _WORDS_AFTER)]
    if severe_reaction(further):
        end += len(further)
    written = " ".join(doc.text[begin:end].split())
    return make_fact(
        doc,
        finding("allergy"),
        match.start,
        match.end,
        value=match.payload.name,
        status=status,
        when=NOW,
        written=written,
    )


def _status(doc: Document, begin: int, end: int) -> FactStatus | None:
    """The status of an allergy whose words are [begin, end); None where it is said not to be a relative's."""
    before = doc.text[max(0, begin - 70) : begin]
    denied = _DENIED.search(before) is not None or _DENIED_AFTER.match(doc.text, end) is not None
    context = context_of(doc, begin, end, "state")
    if context.family:
        return None if denied else FactStatus.FAMILY
    if denied:
        return FactStatus.ABSENT
    if _RELATIVE_AFTER.match(doc.text, end):
        return FactStatus.FAMILY
    sentence = doc.sentence(begin)
    asked = begin >= sentence.asks_from and _ASKS_IT.match(doc.text[sentence.asks_from : begin])
    return FactStatus.POSSIBLE if asked or context.hypothetical or _DOUBTED.search(before) else FactStatus.PRESENT


def _excepted(doc: Document, match: Match[Term]) -> bool:
    """ "NKDA except penicillin" and "NKDA. No, wait: penicillin"."""
    if _CORRECTED.search(doc.text, max(0, match.start - 60), match.start):
        return True
    cues = [m for m in doc.between(doc.sentence(match.start).start, match.start) if "none_known" in m.payload.groups]
    return bool(cues) and _EXCEPT.fullmatch(doc.text, cues[-1].end, match.start) is not None


def _consume_reaction(doc: Document, end: int, consumed: set[int]) -> int:
    """Marks "rash" in "penicillin (rash)" as part of the allergy; gives where the words of the reaction end."""
    last = end
    for m in doc.between(end, end + 40):
        if m.payload.name in _REACTIONS and _REACTION.fullmatch(doc.text, end, m.start):
            consumed.add(m.start)
            last = m.end
    return last


def none_known(doc: Document, facts: list[Fact]) -> list[Fact]:
    """NKDA, or an allergy section that says none; not beside an allergy that the same text names."""
    if any(f.name == "allergy" and f.status is FactStatus.PRESENT for f in facts):
        return []
    spans = [
        (m.start, m.end)
        for m in doc.matches
        if "none_known" in m.payload.groups and not _TO_A_DRUG.match(doc.text, m.end)
    ]
    for section in doc.sections:
        nothing = _NOTHING.match(doc.text, section.start) if section.kind == "allergy" else None
        if nothing and not any(s <= nothing.end() and e >= section.start for s, e in spans):
            spans.append((section.start + len(nothing.group()) - len(nothing.group().lstrip()), nothing.end()))
    row = finding("allergy")
    return [make_fact(doc, row, s, e, value=None, status=FactStatus.ABSENT, when=NOW) for s, e in spans[:1]]
