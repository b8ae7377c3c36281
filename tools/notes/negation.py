"""How far a negation reaches: "no fever, cough or dyspnoea" denies three things, "no trauma, thunderclap headache" one.

Taking a finding for denied that is there is the worst misreading, so a comma ends a negation unless what follows is
plainly its list. Where that cannot be told, the finding counts as present.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from bedside.knowledge.phrases import Match
from bedside.knowledge.terms import Finding, finding
from bedside.tools.notes.document import Document
from bedside.tools.notes.lexicon import PRESENCE, VALUES, Term

# Findings that are an emergency by themselves: only a list that is closed denies them across a comma.
_RED = frozenset({
    "confusion", "thunderclap_headache", "non_blanching_rash", "facial_droop", "arm_weakness", "speech_disturbance",
    "seizure", "haematemesis", "melaena", "stridor", "facial_swelling", "suicidal_ideation", "saddle_anaesthesia",
    "urinary_retention", "pregnancy", "vaginal_bleeding", "immobilisation", "recent_surgery", "breastfeeding",
    "ongoing_seizure", "bilateral_sciatica", "positive_pregnancy_test", "postpartum", "gravida",
    "paracetamol_ingestion",
    "ingestion", "st_elevation", "silent_chest", "broken_sentences", "exhaustion", "cyanosis", "arrhythmia",
    "visual_disturbance", "fast_positive", "not_breathing", "unresponsive", "head_injury", "repeated_vomiting",
    "focal_deficit", "anticoagulated", "bleeding", "papilloedema", "testicular_pain", "sudden_testicular_pain",
    "tearing_pain", "ischaemic_limb_signs",
})  # fmt: skip
# A cue that announces a list by itself. A bare "no" does not: "no fever, cough" may be one denial and one complaint.
_LISTS = re.compile(
    r"(?:(?:den(?:y|ies|ied|ying)|without|w/o|(?:(?:does|did|do) not|doesn['’]t) have|ha(?:s|d|ve) no)"
    r"(?: (?:an?|any))?(?: known)?(?: history of)?|negative for|free (?:of|from)|absence of|nor|neither|"
    r"no (?:evidence|signs?|symptoms|features|complaints?|"
    r"clinical signs|(?:\w+ )?history|record|diagnosis|indications?|"
    r"findings|episodes) of|(?:is|was|are|were|tested|screened) negative for|not complaining of)$",
    re.I,
)
# "Does not regularly take aspirin, NSAIDs, or clopidogrel" announces a list, of drugs, too.
_TAKES_NONE = re.compile(r"\s+(?:\w+ly\s+)?(?:tak(?:e|ing)|us(?:e|ing)|smoke|drink|on|receiv\w+)\b", re.I)
_SEPARATOR = re.compile(
    r"\s*(?:[,;\n]\s*(?:(?P<closes>or|nor|and)\b)?|(?P<joins>\b(?:or|nor|and)\b)|(?P<slash>[/&]))\s*", re.I
)
_ITEM = re.compile(r"[\s'’-]*(?:[a-z]+[\s'’-]*){1,4}", re.I)
_NO_ITEM = re.compile(
    r"\b(?:with|on|since|for|at|from|after|well|alert|feels?|felt|looks?|has|had|is|was|takes|taking|known|new|acute|"
    r"worsening|ongoing|started|past|previous|prev|old|background|PMH|PMHx|patient|he|she|today|now|ago|week|day|"
    r"admits|endorses|reports|complains|indicating|suggesting|causing|leading|resulting|due|secondary)\b",
    re.I,
)
# "My back is agony": a clause with a verb of its own.
_CLAUSE = re.compile(
    r"\s*(?:(?:the|my|his|her|their|both|left|right)\s+){0,2}[a-z]+\s+(?:is|are|was|were|has|have|had|feels?|hurts?|aches|keeps?|"
    r"looks?|went|goes|won['’]?t|can['’]?t|cannot)\b",
    re.I,
)
# "Liver enlarged", "cough productive of sputum": a noun of which something is said is no item of a list.
_SAID_OF = re.compile(
    r"\s*(?:[a-z]+[\s'’-]+){0,3}?(?!(?:feeling|being|getting|is|very)\b)[a-z]+\s+(?:(?:very|slightly|markedly|mildly)\s+)?"
    r"(?:enlarged|raised|elevated|increased|decreased|reduced|low|high|present|positive|palpable|audible|visible|"
    r"swollen|distended|bulging|tender|painful|sore|stiff|rigid|weak|unsteady|red|hot|warm|cold|pale|inflamed|injected|"
    r"dilated|displaced|deviated|abnormal|impaired|irregular|prolonged|widened|productive|worse|severe)"
    r"(?:\s+(?:of|on|to|in|at|over|with|by|and|throughout|bilaterally)\b.*)?\s*",
    re.I,
)
# How a complaint comes: "or" behind it still closes the list ("no cough at night, wheeze or fever").
_HOW = re.compile(
    r"\s*\b(?:on|at|with|after|in|during|when|while)\s+(?:the\s+)?(?:exertion|exercise|activity|effort|walking|standing|"
    r"sitting|lying(?:\s+(?:flat|down))?|movement|inspiration|breathing(?:\s+in)?|swallowing|coughing|eating|meals?|food|"
    r"urination|passing\s+urine|intercourse|rest|night|morning|evening|sputum|phlegm|blood|mucus|palpation)\b",
    re.I,
)
# What stands behind "no" alone and is no complaint, so that complaints behind its comma are no list with it.
_BACKGROUND = frozenset({
    "recent_injury", "head_injury", "recent_travel", "recent_surgery", "anticoagulated", "immobilisation", "smoker",
})  # fmt: skip
# What "denies any recent …, … or previous …" may hold as well.
_DENIED_TOO = re.compile(r"\b(?:known|new|acute|past|previous|old)\b", re.I)
# "any systemic symptoms such as fever" is the item "fever".
_KINDS = re.compile(
    r"\s*(?:or\s+)?(?:[a-z-]+\s+){0,3}(?:symptoms?|complaints?|signs?|problems?)\s*,?\s*(?:such as|like|including)\s+",
    re.I,
)
# "trauma to the knee" says where, and not that it is there.
_WHERE = re.compile(
    r"\s+(?:to|in|of|over|on|around)(?:\s+(?:the|his|her|their|any|left|right|both))*(?:\s+[a-z]+){1,2}\s*", re.I
)
_AT_END = re.compile(rf"{_WHERE.pattern}$", re.I)
_LONG_LIST = 3
_HABITS = frozenset({"smoker", "alcohol_excess"})
_OF = re.compile(r"\b(?:of|for|from)$", re.I)
# "No masses, hepatomegaly, or splenomegaly were noted": what ends such a sentence is no part of its last item.
_WERE_SEEN = re.compile(
    r"\s+(?:is|was|are|were|has been|have been|could be)\s+(?:seen|found|present|palpable|"
    r"evident|heard|felt|\w+ed)\b[^,;]*$",
    re.I,
)
_MARK_AFTER = re.compile(
    r"\s?(?P<yes>\+{1,3}(?:\s?ve\b)?(?!\s?[\w/])|\+\s?ve\b)|\s?(?P<no>[-–−]\s?ve\b|neg\b(?! pressure))", re.I
)
_MARK_BEFORE = re.compile(
    r"(?P<yes>(?<!\w)\+\s?(?:ve\s(?:for\s)?)?)$|(?P<no>(?<!\w)(?:[-–−]\s?ve\s(?:for\s)?|neg\.?\s(?:for\s)?))$", re.I
)
_MINUS = re.compile(r"(?:^|(?P<list>[,;(/]\s*)|\s)[-–−](?P<space>\s?)$")
_PLUS_STYLE = re.compile(r"(?:^|[\s,;(])\+\s?[a-z]|[a-z]\s?\+(?:\s|,|$)|[,;]\s*[-–−]\s?[a-z]", re.I)


class _Item(NamedTuple):
    """One item of a list: the word that joins it to the one before ("", ",", "or", "and"), and its span."""

    joined: str
    start: int
    end: int


def marked(doc: Document, start: int, end: int) -> bool | None:
    """What a sign that touches a mention says: True for "CP+", False for "-ve", "neg" and "+ cough - fever"."""
    after, before = _MARK_AFTER.match(doc.text, end), doc.text[max(0, start - 9) : start]
    if after:
        return bool(after["yes"])
    if sign := _MARK_BEFORE.search(before):
        return bool(sign["yes"])
    minus = _MINUS.search(before)
    if minus is None:
        return None
    line = doc.text.rfind("\n", 0, start) + 1
    stop = doc.text.find("\n", end)
    bullet = not doc.text[line:start].strip(" \t-–−") and "\n" in doc.text
    style = (
        minus["list"] or not minus["space"] or _PLUS_STYLE.search(doc.text, line, stop if stop >= 0 else len(doc.text))
    )
    return False if style and not bullet else None


def reaches(doc: Document, cue: Match[Term], start: int, end: int) -> bool:
    """Whether a negation at `cue` holds for the finding at [start, end), which stands behind it in its sentence."""
    items = _items(doc, cue.end, start)
    place = next((i for i, item in enumerate(items) if item.start <= start < item.end), 0)
    if place == 0:
        return True
    said = doc.text[cue.start : cue.end]
    own = {m.payload.name for m in doc.between(cue.start, cue.start + 1) if m.payload.kind == "absent"}
    if not own.isdisjoint(_HABITS) and _LISTS.match(said) is None and all(i.joined != "or" for i in items[1:]):
        return False  # "never smoked, chest pain" and "does not drink, drowsy" go on to what is there
    name = next((m.payload.name for m in doc.between(start, start + 1) if m.payload.kind in PRESENCE), "")
    joints = [item.joined for item in items[1 : place + 1]]
    if "," not in joints:
        return ("and" not in joints or not own) and _joined(doc, items, place, name, joints)
    announced = _LISTS.match(said) is not None or _TAKES_NONE.match(doc.text, cue.end) is not None
    closing = next((item.joined for item in items[place:] if item.joined != ","), "")
    cautious = bool(name) and _may_be_there(doc, finding(name), said, end, announced)
    if joints[-1] == "," and _CLAUSE.match(doc.text, items[place].start, max(items[place].end, end)):
        return False  # "denies headache, speech is slurred"
    closes = {"and"} if announced else {"or", "and"}
    items = [item._replace(end=_without_how(doc, item)) for item in items] if closing == "or" else items
    if closes & set(joints[:-1]) or not all(_plain(doc, item, announced) for item in items[: place + 1]):
        return False  # an "or" or "and" before it has closed the list; "denies A or B, C, or D" goes on
    return _listed(doc, items, place, cautious, announced)


def _without_how(doc: Document, item: _Item) -> int:
    """Where an item ends without the words that say how the complaint comes."""
    how = _HOW.search(doc.text, item.start, item.end)
    return how.start() if how and how.end() == item.end else item.end


def _may_be_there(doc: Document, row: Finding, said: str, end: int, announced: bool) -> bool:
    """Whether a finding behind a comma could be one that is there, so that only a list that is closed denies it.

    "Denies fever, haematuria" denies a bleeding; "denies fever, confusion" and "denies alcohol, type 2 diabetes" may go
    on to what is there, and so does "no evidence of pneumothorax, pneumonia in left lower lobe".
    """
    if not announced:
        return _is_red(row)
    placed = _WHERE.match(doc.text, end) is not None if _OF.search(said) else row.course != "symptom"
    return placed or row.name in _RED


def _is_red(row: Finding) -> bool:
    """Whether it is an emergency, a kind of one ("hemiparesis" is weakness of an arm), or a condition."""
    return row.course != "symptom" or not _RED.isdisjoint((row.name, *row.implies))


def _joined(doc: Document, items: list[_Item], place: int, name: str, joints: list[str]) -> bool:
    """ "no fever or cough", "no fever and cough"; but "no fever and 14 weeks pregnant" says that she is.

    So does "without noticing and my back is agony": a clause with a verb of its own.
    """
    text = doc.text[items[place].start : items[place].end]
    clause = _CLAUSE.match(doc.text, items[place].start)
    return "and" not in joints or (name != "pregnancy" and not re.search(r"[\d+]", text) and not clause)


def _listed(doc: Document, items: list[_Item], place: int, cautious: bool, announced: bool) -> bool:
    last = place
    while last + 1 < len(items) and items[last].joined == "," and _plain(doc, items[last + 1], announced):
        last += 1
    closing = items[last].joined
    if closing == "or":
        return True
    if closing == "and":
        return announced or not cautious
    if cautious:
        return False
    return announced or (len(items) >= _LONG_LIST and last == len(items) - 1 and _complaint(doc, items[0]))


def _complaint(doc: Document, item: _Item) -> bool:
    """Whether an item names a complaint or a sign: "no meds, cough, wheeze" and "not drinking, drowsy" are no lists."""
    names = [m.payload.name for m in doc.between(item.start, item.end) if m.payload.kind in PRESENCE]
    return bool(names) and _BACKGROUND.isdisjoint(names)


def _items(doc: Document, begin: int, start: int) -> list[_Item]:
    """The items from a cue to the end of what it could reach."""
    stop = _stop(doc, begin, start)
    cuts = [(m.start(), m.end(), _word(m)) for m in _SEPARATOR.finditer(doc.text, begin, stop)]
    found = [m for m in doc.between(begin, stop) if m.payload.kind in PRESENCE]
    # Two findings side by side ("no SOB asthma") are no list either.
    cuts += [
        (found[i].end, found[i + 1].start, ",")
        for i in range(len(found) - 1)
        if doc.text[found[i].end : found[i + 1].start].isspace()
    ]
    cuts = [c for c in sorted(cuts) if not any(m.start < c[0] and c[1] < m.end for m in found)]
    out, at, joined = [], begin, ""
    for cut_start, cut_end, word in cuts:
        if cut_start < at:
            continue
        if doc.text[at:cut_start].strip() or joined:
            out.append(_Item(joined, at, cut_start))
        at, joined = cut_end, word
    return [*out, _Item(joined, at, stop)]


def _stop(doc: Document, begin: int, start: int) -> int:
    """Where a list must end: at the next negation, at "but" or "now", or with the sentence."""
    sentence = doc.sentence(start)
    for m in doc.between(start + 1, sentence.end):
        if not {"end", "end_negation", "negated_before", "none_known"}.isdisjoint(m.payload.groups):
            return begin + len(doc.text[begin : m.start].rstrip(" ,;\n"))
    text = doc.text[begin : sentence.end].rstrip(" .,;!?\n")
    seen = _WERE_SEEN.search(text)
    return begin + (seen.start() if seen and begin + seen.start() > start else len(text))


def _word(match: re.Match[str]) -> str:
    word = (match["closes"] or match["joins"] or "").lower()
    if match["slash"] or word == "nor":
        return "or"
    return word or ","


def _plain(doc: Document, item: _Item, announced: bool) -> bool:
    """Whether an item is a finding or a few words, without number, sign, drug or verb.

    In a list that is announced ("denies"), or closed by this item with "or", also what was before and the name of a
    quantity ("weight change").
    """
    matches = doc.between(item.start, item.end)
    found = [m for m in matches if m.payload.kind in PRESENCE]
    text = doc.text[item.start : item.end]
    for m in reversed(found):  # a name may hold a number ("factor V Leiden, prothrombin 20210A, …")
        if m.end <= item.end:
            text = f"{text[: m.start - item.start]}named{text[m.end - item.start :]}"
    sure = announced or item.joined == "or"
    text = _AT_END.sub("", _KINDS.sub("", text, count=1)) if sure else text
    if not _ITEM.fullmatch(text) or _NO_ITEM.search(_DENIED_TOO.sub("", text) if sure else text):
        return False
    if item.joined == "," and _SAID_OF.fullmatch(doc.text, item.start, item.end):
        return False
    if any(m.payload.kind in (set() if sure else {"drug", "allergen", *VALUES}) for m in matches):
        return False
    # "cough productive of sputum": words behind a finding say more of it, and so that it is there.
    rest = doc.text[found[-1].end : item.end] if found else ""
    return not rest.strip() or (sure and _WHERE.fullmatch(rest) is not None)
