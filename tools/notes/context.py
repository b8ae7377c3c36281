"""What the words around a mention make of it: negated, possible, of the family, historical, or only asked about.

After ConText (Harkema 2009, doi:10.1016/j.jbi.2009.05.002): a cue reaches over the rest of its sentence until a word
ends its scope. Extended for terse notes (a comma ends some scopes), section headings and questions.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from bedside.knowledge.phrases import Match
from bedside.tools.notes.document import Document
from bedside.tools.notes.lexicon import VALUES, Term
from bedside.tools.notes.negation import marked, reaches
from bedside.tools.notes.told_of import brought_in, told_of

_LIST_CUES = frozenset({
    "differential", "differentials", "differential includes", "differential diagnosis", "ddx", "consider",
    "considering", "considered", "rule out", "r/o", "to rule out", "exclude", "to exclude",
})  # fmt: skip
_NEAR_HISTORY = frozenset(
    {"prev", "previous", "previously", "prior", "past", "old", "remote", "childhood", "recurrent", "ex"}
)
_AGED = re.compile(r"(?:\d|\b(?:y(?:ea)?rs?|y|mo|mths?|months?|wks?|w|weeks?|days?|d|hrs?|hours?))[\s-]*$", re.I)
_RELATIVE_HAS = re.compile(
    r"\s*(?:\([^)]*\)\s*)?(?:,?\s*(?:aged?\s*)?\d+,?\s*)?(?:both |also |all )?"
    r"(?:(?:suddenly|recently|sadly|once|already|nearly|almost|apparently)\s+)?"
    r"(?:had|has|have|with|died|suffer\w*|was|is|went|lost|got|took|developed|collapsed|allergic|diagnosed|dropped|passed|"
    r"succumbed|survived|underwent|needed|presented|came down|ended up|recovered|gets|lives|living|killed|:|of|-)"
    r"(?:\W|$)",
    re.I,
)
_WHEN_YOUNG = re.compile(
    r"[^,.;]{0,25}\bwhen (?:I|he|she|they) (?:was|were) (?:\d|(?:a |much |very )*"
    r"(?:child|teenager|boy|girl|baby|kid|younger|young|small|little|pregnant with)\b)",
    re.I,
)
# "Overdose at 16, now 31": an age that the patient has left behind; "at 14" alone may be a time of day.
_AT_AGE = re.compile(
    r"[^,.;]{0,25}?\b(?:(?P<surely>at (?:the )?age(?: of)?|aged|when(?: (?:I|he|she) was)?)|at)\s+(?P<age>\d{1,2})\b"
    r"(?!\s?(?:[:/%°]|\.\d|(?:am|pm|h|hrs?|o['’]?clock|weeks?|wks?|months?|days?|hours?|min\w*|mg|mmol|mm|cm|kg|bpm|mph)\b))",
    re.I,
)
_STATED_AGE = re.compile(
    r"\b(?P<a>\d{2,3})[\s-]?(?:[MF]\b|y(?:ears?|rs?|o)?\b)|\bnow\s+(?:aged\s+)?(?P<b>\d{2})\b(?!\s?(?:[%/:.]\d?|\w))",
    re.I,
)
_CLOCK_FROM = 13
# What to do if something happens: then all of a list is only looked out for, up to somebody of whom more is told.
_ADVICE = re.compile(
    r"\b(?:told|advis\w*|advice|attend|return|come back|go|call|ring|seek|stop|warn\w*|safety.?net\w*|contact)\b"
    r"[^.]*$",
    re.I,
)
_TELLS_MORE = re.compile(
    r"[,;]\s*(?:he|she|I|they|patient|pt|has|have|is|was|on|none)\b|\b(?:now|today|currently)\b|\d", re.I
)
# "Brought in by his daughter with confusion": what he comes with is his.
_BROUGHT_BY = re.compile(
    r"\b(?:(?:brought|carried|accompanied|sent|referred|bought|driven|taken|rushed|escorted|found|seen)\s+"
    r"(?:in\s+|(?:in)?to\s+(?:[\w'’]+\s+){1,5})?by|BIB|b/b"
    r"|(?:presents?|presented|attends?|attended|comes?|came|here|seen)\s+(?:today\s+)?(?:to\s+(?:\w+\s+){1,3})?with)\s+"
    r"(?:[\w-]+\s+){0,3}$",
    re.I,
)
_OF_WHO_BRINGS = re.compile(r"\s*,?\s*(?:\(|who\b|whose\b|has\b|had\b|have\b|is\b|was\b|also\b)", re.I)
_IN_RELATIVE = re.compile(r"\s*(?:in|\(|affecting)?\s*(?:his|her|the|a|my|both)?\s*", re.I)
_ANSWER_NO = re.compile(r"\s*[:=–-]\s*(?:no|nil|none|absent|negative)\s*(?:[,.;)\n]|$)", re.I)
# "Negative hepatitis C serology"; "Rh negative", "gram negative" and the like say something else.
_NEGATIVE = re.compile(
    r"(?:^|[,.;:(\n]\s*|\b(?:and|with|a|had|has|showed|shows|including|revealed|by|of)\s+)negative\s+$", re.I
)
_NEW_CLAUSE = re.compile(r"\b(?:but|and|however|although|though|while|he|she|they|patient|pt|who|I|also)\b", re.I)
# "Nitrites: pending": a result that nobody has yet.
_NOT_BACK = re.compile(
    r"\s*(?:[:=–-]|is|are)?\s*(?:results?\s*)?(?:still\s+|yet\s+)?(?:pending|awaited|awaiting|to follow|"
    r"not (?:yet )?(?:(?<=results not )back|done|sent|tested|performed|available))\b"
    r"(?=\s*(?:[,.;)\n]|$|(?:from|at|by|and|but|until|this|today|tomorrow)\b))",
    re.I,
)
_LASTS = re.compile(r"[^,.;]{0,12}\b(?:for|since|x)\s+(?:\d|the (?:past|last)|a |two|three|several|yesterday)", re.I)
_NEW = re.compile(r"(?:new|newly|acute|acutely|sudden|worsening)\b", re.I)
_COORDINATED = re.compile(r"[\s,/&]*(?:and|or|nor)?[\s,/&]*(?:the|a|any|his|her)?\s*", re.I)
_JOINED = re.compile(r"\b(?:and|or|nor)\b|[/&]", re.I)
# "weight change" names a quantity and gives none.
_VALUED = re.compile(r"[^,;\n]{0,25}?\d|\s+(?:is |was )?(?:normal|stable|ok|fine)\b", re.I)
_QUERY = re.compile(r"(?:^|[\s(,:;-])\?\s?$")
_STRONG_OWNED = re.compile(r"\b(?:his|her|their|my|the|\w+['’]s)\s+(?:\w+\s)?$", re.I)
_THIS = re.compile(r"(?<!is )(?<!be )(?<!was )\bthis\s+(?:\w+\s)?$", re.I)
_PERSON_WITH = re.compile(
    r"(?:\b(?:man|woman|male|female|lady|gentleman|boy|girl|patient|he|she|him|her|old)\b|\b\d+[MF]\b)"
    r"[^?]*\b(?:with|who has|has|given)\b(?P<rest>[^?]*)$",
    re.I,
)
# "to a woman 20 weeks pregnant" and "in a breastfeeding mother" say what one patient is, in whatever is asked of her.
_ONE_PERSON = r"(?:woman|man|lady|gentleman|patient|pt|mother|girl|boy|child|infant|adult|primip|male|female|\d+[MF])"
_TO_ONE = r"\b(?:to|for|in|on|with)\s+(?:an?|my|this|our)\s+(?:[\w-]+\s+){0,4}?"
_IS_TOLD_OF = re.compile(
    rf"{_TO_ONE}{_ONE_PERSON}\b,?\s*(?:who(?:['’]s| is| was)?\s+|(?:aged?|of)\s+\d+,?\s*)?"
    r"(?:(?:now|currently|about|approximately|\d+(?:\s?\+\s?\d)?[\s-]*(?:weeks?|wks?|months?)?)\s*)*$",
    re.I,
)
_TOLD_BEFORE, _OF_ONE = re.compile(rf"{_TO_ONE}$", re.I), re.compile(rf"\s+(?:[\w-]+\s+){{0,2}}?{_ONE_PERSON}\b", re.I)
_ASKED_VERB = re.compile(
    r"\b(?:have|be|need|get|develop\w*|indicates?|suggests?|means?|exclude|rule|is|are|or)\b", re.I
)


class Context(NamedTuple):
    """What holds of a mention. `asked`: it stands in the part of a sentence that asks."""

    negated: bool = False
    possible: bool = False
    family: bool = False
    historical: bool = False
    hypothetical: bool = False
    asked: bool = False


def context_of(doc: Document, start: int, end: int, course: str = "symptom") -> Context:
    """The context of a mention at [start, end).

    Args:
        doc: the text.
        start: first character of the mention.
        end: one past its last.
        course: ``symptom``, ``acute`` or ``chronic``, or ``state`` for pregnancy and the like; after a comma "history
            of" no longer reaches a symptom, and no doubt said of something else reaches a state.
    """
    flags = _before(doc, start, end, course) | _after(doc, start, end, course)
    if _of_who_brings(doc, end):
        flags.add("family")
    section = doc.section(start)
    if section == "history" and course != "symptom":
        flags.add("historical")
    if section == "family":
        flags.add("family")
    if _QUERY.search(doc.text, max(0, start - 3), start):
        flags.add("possible")
    sign = marked(doc, start, end)
    if sign is False:
        flags.add("negated")
    elif sign or ("negated" in flags and _restarts(doc, start, end)):
        flags.discard("negated")
    return Context(
        negated="negated" in flags,
        possible="possible" in flags,
        family="family" in flags,
        historical="historical" in flags,
        hypothetical="hypothetical" in flags,
        asked=_asked(doc, start, end),
    )


def _before(doc: Document, start: int, end: int, course: str) -> set[str]:
    sentence = doc.sentence(start)
    found: set[str] = {"negated"} if _NEGATIVE.search(doc.text[sentence.start : start]) else set()
    closed: set[str] = set()
    matches = doc.between(sentence.start, start)
    for index in range(len(matches) - 1, -1, -1):
        cue, groups = matches[index], matches[index].payload.groups
        if cue.payload.kind in VALUES and _VALUED.match(doc.text, cue.end):
            closed.add("negated")
        if "pseudo" in groups or not groups:
            continue
        if "end" in groups:
            break
        found |= _opened(doc, cue, groups, (start, end), course, matches[index + 1 :]) - closed
        closed |= _closes(doc, groups, matches[index - 1] if index else None, cue)
    return found


def _closes(doc: Document, groups: tuple[str, ...], previous: Match[Term] | None, cue: Match[Term]) -> set[str]:
    out = {"historical"} if "end_history" in groups else set()
    if "end_family" in groups:
        out.add("family")
    if "end_negation" in groups:
        glued = (
            previous is not None
            and "negated_before" in previous.payload.groups
            and not doc.text[previous.end : cue.start].strip()
        )
        if not glued:  # "not currently confused" is still negated
            out.add("negated")
    return out


def _opened(
    doc: Document,
    cue: Match[Term],
    groups: tuple[str, ...],
    mention: tuple[int, int],
    course: str,
    later: list[Match[Term]],
) -> set[str]:
    """What a cue before the mention says of it."""
    start, end = mention
    between = doc.text[cue.end : start]
    text = doc.text[cue.start : cue.end].lower()
    comma = "," in between
    out: set[str] = set()
    trailing = any(g.endswith("_after") for g in groups) and _finding_before(doc, cue)
    if "negated_before" in groups and not trailing and reaches(doc, cue, start, end):
        out.add("negated")
    if "possible_before" in groups and not trailing and (not comma or (text in _LIST_CUES and course != "state")):
        out.add("possible")
    if "hypothetical" in groups and (not comma or _watched_for(doc, cue, between)):
        out.add("hypothetical")
    if "family" in groups and not (comma and course in {"symptom", "state"}) and _of_relative(doc, cue, between, later):
        out.add("family")
    if "historical_before" in groups and not (
        course in {"symptom", "state"} and (comma or re.search(r"\bwith\b", between))
    ):
        near = text in _NEAR_HISTORY
        aged = text == "old" and _AGED.search(doc.text, max(0, cue.start - 10), cue.start)  # "3/7 old" is an age
        if not aged and (not near or (not comma and len(between.split()) <= 4)):
            out.add("historical")
    return out


def _watched_for(doc: Document, cue: Match[Term], between: str) -> bool:
    sentence = doc.sentence(cue.start)
    return bool(_ADVICE.search(doc.text, sentence.start, cue.end)) and not _TELLS_MORE.search(between)


def _of_relative(doc: Document, cue: Match[Term], between: str, later: list[Match[Term]]) -> bool:
    text = doc.text[cue.start : cue.end].lower()
    if later and "reporting" in later[0].payload.groups and later[0].start - cue.end <= 25:
        return False
    if "family" in text or text in {"fh", "fhx"}:
        return True
    brought = _BROUGHT_BY.search(doc.text, 0, cue.start) and not _OF_WHO_BRINGS.match(between)
    led = brought_in(doc.text)
    if led is not None and cue.end <= led.start() and led.end() <= cue.end + len(between):
        return False  # "a mother with asthma brings her daughter with fever"
    if text == told_of(doc.text) or brought:
        return False
    return _RELATIVE_HAS.match(between) is not None or not between.strip("'’s ")


def _of_who_brings(doc: Document, end: int) -> bool:
    """Whether a mention is of whoever brings the patient: "a woman, 20 weeks pregnant, brings her son"."""
    brought = brought_in(doc.text)
    return brought is not None and doc.sentence(brought.start()).start <= end - 1 < brought.start()


def _finding_before(doc: Document, cue: Match[Term]) -> bool:
    """Whether a finding stands before the cue in its clause, so that the cue speaks of that one.

    "Reported dyspnoea but denied cough" and "had dyspnoea and denied cough" deny what follows.
    """
    low = max(doc.sentence(cue.start).start, doc.text.rfind(",", 0, cue.start) + 1)
    found = [m for m in doc.between(low, cue.start) if m.payload.kind in {"present", "absent"}]
    denied = doc.text[cue.start : cue.end].lower() == "denied"  # "resolved", "absent" and the like close a clause
    return bool(found) and not (denied and _NEW_CLAUSE.search(doc.text, found[-1].end, cue.start))


def _after(doc: Document, start: int, end: int, course: str) -> set[str]:
    """What cues behind the mention say of it; further findings joined to it by "and" do not stand in the way."""
    sentence = doc.sentence(start)
    if _ANSWER_NO.match(doc.text, end, sentence.end + 1):
        return {"negated"}
    if _NOT_BACK.match(doc.text, end, sentence.end):
        return {"possible"}
    if _WHEN_YOUNG.match(doc.text, end, sentence.end) or _at_younger_age(doc, end, sentence.end):
        return {"historical"}
    reached, gaps = end, ""
    for m in doc.between(end, sentence.end):
        gap = doc.text[reached : m.start]
        groups = m.payload.groups
        if not groups and m.payload.kind in {"present", "absent"} and _COORDINATED.fullmatch(gap) and course != "state":
            reached, gaps = m.end, gaps + gap
            continue
        if not groups or "end" in groups or "," in gap or len(gap) > 30:
            return set()
        if gaps and not _JOINED.search(gaps):
            return set()  # "arm weakness, fever resolved" and "SOB, PE suspected" speak of the last one only
        if "family" in groups and doc.text[m.start : m.end].lower() != told_of(doc.text):
            return {"family"} if _IN_RELATIVE.fullmatch(gap) and gap.strip() else set()
        kinds = {"negated_after": "negated", "possible_after": "possible", "historical_after": "historical"}
        said = {kinds[g] for g in groups if g in kinds}
        if said:
            return said
    return set()


def _at_younger_age(doc: Document, start: int, stop: int) -> bool:
    """Whether the words behind a mention date it to an age, where the text states an older one of the patient."""
    said = _AT_AGE.match(doc.text, start, stop)
    if said is None or (not said["surely"] and int(said["age"]) < _CLOCK_FROM):
        return False
    return any(int(m["a"] or m["b"]) > int(said["age"]) + 1 for m in _STATED_AGE.finditer(doc.text))


def _restarts(doc: Document, start: int, end: int) -> bool:
    """After a comma, "new …" or a duration says that the finding is there ("no fever, cough for 3 days")."""
    before = doc.text[max(0, start - 12) : start]
    if "," not in before:
        return False
    return bool(_NEW.match(doc.text, start) or re.search(r",\s*(?:new|acute|worsening)\s$", before, re.I)) or bool(
        _LASTS.match(doc.text, end)
    )


def _asked(doc: Document, start: int, end: int) -> bool:
    """Whether the mention is what is asked, and not what the question takes for granted ("his pneumonia")."""
    sentence = doc.sentence(start)
    if start < sentence.asks_from or sentence.asks_from == sentence.end:
        return False
    before = doc.text[sentence.asks_from : start]
    if _STRONG_OWNED.search(before) or _THIS.search(before):
        return False
    if _IS_TOLD_OF.search(before) or (_TOLD_BEFORE.search(before) and _OF_ONE.match(doc.text, end)):
        return False
    person = _PERSON_WITH.search(before)
    return not (person and not _ASKED_VERB.search(person["rest"]))
