"""Age and sex: "67-year-old man", "67M", "a woman of 34", "sorry, he is 76", "6-month-old girl"."""

from __future__ import annotations

import re

from bedside.core.case import Fact, FactStatus
from bedside.knowledge.terms import finding
from bedside.tools.notes.document import Document
from bedside.tools.notes.quantities import Read, make_fact, refuse_number
from bedside.tools.notes.times import NOW
from bedside.tools.notes.told_of import brought_in, told_of

_SEX_WORDS = {
    "man": "male", "male": "male", "gentleman": "male", "boy": "male", "m": "male", "he": "male", "his": "male",
    "him": "male", "mr": "male", "guy": "male", "lad": "male", "femal": "female", "femail": "female",
    "woman": "female", "female": "female", "lady": "female", "girl": "female", "f": "female",
    "she": "female", "her": "female", "mrs": "female", "miss": "female", "ms": "female",
    "husband": "male", "father": "male", "dad": "male", "son": "male", "brother": "male", "grandfather": "male",
    "wife": "female", "mother": "female", "mum": "female", "mom": "female", "daughter": "female", "sister": "female",
    "grandmother": "female", "grandson": "male", "granddaughter": "female", "nephew": "male", "niece": "female",
    "primigravida": "female", "multigravida": "female", "primipara": "female", "multipara": "female",
}  # fmt: skip
_NOUN = r"(?:man|woman|male|female|femal|femail|gentleman|lady|boy|girl|guy|lad)"
_RELATIVE = (
    r"(?:mother|father|mum|mom|dad|brother|sister|son|daughter|wife|husband|partner|grandmother|grandfather|aunt|uncle|"
    r"cousin|sibling|child|grandson|granddaughter)s?"
)
_OLD = re.compile(
    r"(?P<n>\d{1,4}(?:\.\d+)?)[\s-]*(?:(?P<u>years?|yrs?|y|months?|mths?|mo|weeks?|wks?|days?)[\s-]*(?:old|of[\s-]age)(?!\w)|"
    r"(?P<y>y\s?[./]?\s?o|yr\s?o)\b\.?)",
    re.I,
)
_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12,
}  # fmt: skip
# "five weeks old", "a baby of ten weeks", "7/52 old": as parents and nurses write the age of a baby.
_SPELT_AGE = re.compile(
    rf"\b(?:(?P<word>{'|'.join(_NUMBERS)})[\s-]+(?P<u>years?|months?|weeks?|days?)[\s-]+old\b"
    rf"|\b(?:baby|infant|boy|girl|child)\s+of\s+(?P<of>\d{{1,2}}|{'|'.join(_NUMBERS)})\s+(?P<ou>months?|weeks?|days?)\b"
    r"|(?<![\d/])(?P<n>\d{1,2})\s?/\s?(?P<part>7|52|12)[\s-]+(?:old\b|boy\b|girl\b|baby\b|(?-i:[MF])\b))",
    re.I,
)
_PARTS = {"7": "d", "52": "w", "12": "m"}
_LETTER = re.compile(r"(?P<n>\d{1,3})\s?[-/,]?\s?(?:y(?:rs?|ears?)?\s?)?(?P<sex>[MF])(?![\w/])")
# "78f" in lower case could be a French gauge, and "50m" metres: it counts at the head of a clause and before one.
_SMALL_LETTER = re.compile(
    r"(?P<n>\d{1,3})\s?(?:y(?:rs?|o)?\s?)?(?P<sex>[mf])(?![\w/])(?=\s*(?:$|[,.;:()\n–-]|\s(?!walk|ago|away|"
    r"catheter|chest drain|drain|"
    r"tall|sprint|run|swim|gauge|tube)))"
)
_HEAD = re.compile(r"(?:^|[,.;:(\n]\s*|\b(?:patients?|pts?|a|an|this|new|of|for|in|old|is)\s+)$", re.I)
_AGE_THEN = re.compile(
    r"\b(?!(?:patient|pt|his|her|is|the|and|of|whose|current|man|woman|male|female)\b)[a-z]+[ \t]+(?:at\s+)?age\s*$",
    re.I,
)
_NUMBER_NOUN = re.compile(rf"(?P<n>\d{{1,3}})\s?[-/,]?\s?(?:y(?:rs?|ears?)?\s)?(?P<sex>{_NOUN})\b", re.I)
_BEFORE = re.compile(
    rf"(?:\b(?:he|she|patient|pt)(?:\s+(?:is|was|were)|'s|’s)|\b(?:Mr|Mrs|Ms|Miss)\.?\s+[a-z'’-]+,?|\bI(?:\s+am|['’]m)|"
    rf"\baged?\b(?:\s*/\s*sex)?(?:\s*(?:is|:|=|-))?|\b{_NOUN}\s+of|\b{_NOUN}\s*,)"
    r"\s*(?:now |actually |only |in fact |about )?$",
    re.I,
)
_PLAIN = re.compile(
    r"(?P<n>\d{1,4})(?:[\s-]*(?P<u>years?|yrs?|months?|weeks?|days?)\b)?(?!\w|\.\d|:\d|\s?[%/°+]|\s?[-–]\s?\d|"
    r"\s?(?:kg|cm|mm|mg|bpm|st|lbs?|ft|"
    r"weeks?|hours?|hrs?|min|units?|kilos?|pounds|cigarettes|pack|beats|breaths|"
    r"stone|or (?:over|older|above|more)|and (?:over|older|above))\b)",
    re.I,
)
_NOT_THE_PATIENT = re.compile(
    rf"\b(?:{_RELATIVE}(?:\s+(?:is|was|who is|died|had\s+\w+))?,?\s*\(?(?:at|aged?|age)?|"
    rf"at (?:the )?age(?: of)?|died(?: at)?(?: age)?d?|"
    rf"(?:people|patients|adults|those|anyone|children|women|men|diagnosed|persons)"
    rf"(?: who are)?(?: aged| age| over| under)?)\s*$",
    re.I,
)
_OF_RELATIVE = re.compile(rf"[^\w,;.]*(?:\w+[^\w,;.]+)?{_RELATIVE}\b", re.I)
_BORN_TO = re.compile(r"\b(?:born|delivered|infant|newborn)\b[^.;]{0,20}\b(?:to|by|of)\s+an?\s*$", re.I)
_CHILD = re.compile(r"\W*child\b", re.I)
_OPENS = re.compile(r"(?:^|[.;\n])\s*(?:an?|this|the)?\s*$", re.I)
_MOTHER = r"(?:primi|multi)(?:gravida|para)"
_NOUN_AFTER = re.compile(rf"[\s,-]{{0,3}}(?:[A-Za-z]+[ -]){{0,3}}?(?P<sex>{_NOUN}|{_MOTHER}|M|F)(?!\w)")
_ONES = [word for word, number in _NUMBERS.items() if number < 10]
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_IN_WORDS = re.compile(
    rf"\b(?P<tens>{'|'.join(_TENS)})(?:[ -](?P<ones>{'|'.join(_ONES)}))?[ -]years?[ -](?:old|of[ -]age)\b", re.I
)
_STATED = re.compile(r"\b(?:sex|gender)\s*[:=]?\s*(?P<sex>male|female|m|f)\b", re.I)
_NOUN_ALONE = re.compile(rf"\b(?P<sex>(?i:{_NOUN})|Mr|Mrs|Miss|Ms)\b")
_PRONOUN = re.compile(r"\b(?P<sex>he|she|his|her|him)\b", re.I)
_RELATIVE_NEAR = re.compile(rf"\b{_RELATIVE}\b", re.I)
_RELATIVE_BEFORE = re.compile(rf"\b{_RELATIVE}\b(?!.*(?:\b(?:he|she|patient|pt)\b|[.;\n]))", re.I | re.S)
_NEAR_AGE = frozenset(
    {"man", "woman", "male", "female", "femal", "femail", "gentleman", "lady", "boy", "girl", "he", "she"}
)
_PREGNANT = re.compile(r"pregnan|gestation|antenatal|trimester", re.I)
_NEWBORN_WEEKS = 12
_AFTER_AN_EVENT = re.compile(r"\s*(?:post|into|in|after|since|from|out|on|off)\b", re.I)
_PER_YEAR = {"y": 1.0, "m": 12.0, "w": 52.1775, "d": 365.25}
_FAHRENHEIT_FROM = 95


def read_people(doc: Document) -> Read:
    """Age in years and sex, in text order. An age of months, weeks or days becomes a fraction of a year."""
    out = Read([], [])
    sexes: list[Fact] = []
    for word in doc.words:
        if word.lower.isdigit() and doc.text[max(0, word.start - 1) : word.start] not in {".", "/", "$", "£", "-"}:
            _age_at(doc, word.start, out, sexes)
    for found in _IN_WORDS.finditer(doc.text):
        _age_in_words(doc, found, out, sexes)
    if not any(f.name == "age" for f in out.facts):
        out.facts.extend(_spelt_age(doc))
    if not sexes:
        sexes = _sex_alone(doc)
    out.facts.extend(sexes)
    return out


def _age_at(doc: Document, start: int, out: Read, sexes: list[Fact]) -> None:
    text = doc.text
    before = text[max(0, start - 32) : start]
    found = _OLD.match(text, start) or _attached(text, start) or _NUMBER_NOUN.match(text, start)
    told = _told_before(doc, before) if found is None else None
    if found is None and (cue := told or _BEFORE.search(before)):
        found = _PLAIN.match(text, start)
        # "She is 28 weeks" is a gestation; "aged 6 months" and "my son is 8 months" are ages.
        young = cue.group().lower().startswith("age") or _is_childs_age(doc, cue.group().lower(), found)
        if found and (found["u"] or "y")[0].lower() != "y" and not young:
            return
    if found is None or _of_someone_else(doc, found, before):
        return
    groups = found.groupdict()
    unit = (groups.get("u") or "y")[0].lower()
    years = round(float(groups["n"]) / _PER_YEAR[unit], 4)
    row = finding("age")
    if not row.plausible(years):
        refuse_number(doc, row.label, start, found.end(), "impossible for an age", out, row)
        return
    out.facts.append(_age(doc, found, years))
    _sex_of_age(doc, found, sexes, before)


def _age(doc: Document, found: re.Match[str], years: float) -> Fact:
    start, end = found.span()
    written = found.group()
    return make_fact(doc, finding("age"), start, end, value=years, status=FactStatus.PRESENT, when=NOW, written=written)


def _spelt_age(doc: Document) -> list[Fact]:
    """The age of a baby or child in words or as a fraction of weeks ("7/52 old"); of the patient only."""
    found = _SPELT_AGE.search(doc.text)
    if found is None or _of_someone_else(doc, found, doc.text[max(0, found.start() - 32) : found.start()]):
        return []
    number, unit = found["word"] or found["of"] or found["n"], found["u"] or found["ou"] or _PARTS[found["part"]]
    count = float(_NUMBERS.get(number.lower(), 0) or number)
    return [_age(doc, found, round(count / _PER_YEAR[unit[0].lower()], 4))]


def _age_in_words(doc: Document, found: re.Match[str], out: Read, sexes: list[Fact]) -> None:
    """ "A fifty-two-year-old man"."""
    before = doc.text[max(0, found.start() - 32) : found.start()]
    if _of_someone_else(doc, found, before):
        return
    ones = _NUMBERS[found["ones"].lower()] if found["ones"] else 0
    out.facts.append(_age(doc, found, float(_TENS[found["tens"].lower()] + ones)))
    _sex_of_age(doc, found, sexes, before)


def _of_someone_else(doc: Document, age: re.Match[str], before: str) -> bool:
    who, brought = told_of(doc.text), brought_in(doc.text)
    if brought is not None and age.start() < brought.end():
        return age.start() < brought.start()
    behind = re.compile(rf"[\s-]*{who}\b", re.I)
    if who and (re.search(rf"\b{who}\b", before, re.I) or behind.match(doc.text, age.end())):
        return False
    return bool(
        _NOT_THE_PATIENT.search(before)
        or _BORN_TO.search(before)
        or _AGE_THEN.search(before)
        or _RELATIVE_BEFORE.search(before)
        or (
            _OF_RELATIVE.match(doc.text, age.end())
            and len(age.groupdict().get("sex") or "") != 1  # "82F BIB daughter"; "2 female partners" is no age
            and not _is_a_child(doc, age, before)
        )
        or doc.section(age.start()) == "family"
    )


def _is_childs_age(doc: Document, who: str, found: re.Match[str] | None) -> bool:
    """Whether weeks or months behind "my son is" are his age, and not those of a pregnancy or since an operation."""
    if found is None or not who.startswith(("son", "daughter")) or _PREGNANT.search(doc.text):
        return False
    with_child = who.startswith("daughter") and (found["u"] or "y")[0] in "wW" and int(found["n"]) > _NEWBORN_WEEKS
    return not with_child and _AFTER_AN_EVENT.match(doc.text, found.end()) is None


def _told_before(doc: Document, before: str) -> re.Match[str] | None:
    """ "My husband is", "my wife," before an age, where the message is about that relative."""
    who = told_of(doc.text)
    said = (
        rf"\b{who}(?:\s+(?-i:[A-Z][a-z]+))?(?:\s+(?:he|she)['’]?s|\s+(?:is|was)|['’]s|\s*,|\s*\()\s*"
        r"(?:now |only |about |nearly |almost )?(?:aged?\s*)?$"
    )
    return re.search(said, before, re.I) if who else None


def _is_a_child(doc: Document, age: re.Match[str], before: str) -> bool:
    """Whether the patient is this child: "3-year-old child" opens a sentence; somebody's child does not."""
    return bool(_CHILD.match(doc.text, age.end()) and _OPENS.search(before))


def _attached(text: str, start: int) -> re.Match[str] | None:
    """ "67M", "(67 F)": a letter for the sex. With a space it must open a clause, and 95 F or more is a temperature."""
    found = _LETTER.match(text, start)
    if found is None:
        small = _SMALL_LETTER.match(text, start)
        temperature = small is not None and small["sex"] == "f" and int(small["n"]) >= _FAHRENHEIT_FROM
        return small if small and not temperature and _HEAD.search(text[max(0, start - 12) : start]) else None
    if " " in found.group():
        opens = text[:start].rstrip(" ")[-1:] in {"", "(", ",", ".", "\n", ":", ";"} or text[:start].endswith(
            (" a ", "A ")
        )
        if not opens or (found["sex"] == "F" and int(found["n"]) >= _FAHRENHEIT_FROM):
            return None
    return found


def _sex_of_age(doc: Document, age: re.Match[str], sexes: list[Fact], before: str) -> None:
    if brought_in(doc.text) is not None:  # the words near the age may be of whoever brings
        return
    if "sex" in age.groupdict():
        sexes.append(_sex(doc, age, "sex"))
        return
    after = _NOUN_AFTER.match(doc.text, age.end())
    if after:
        sexes.append(_sex(doc, after, "sex"))
        return
    words = re.findall(r"[A-Za-z]+", before)
    for word in reversed(words[-4:]):
        if word.lower() in _NEAR_AGE:
            start = age.start() - len(before) + before.rfind(word)
            sexes.append(_sex_fact(doc, start, start + len(word)))
            return


def _sex(doc: Document, match: re.Match[str], group: str) -> Fact:
    return _sex_fact(doc, match.start(group), match.end(group))


def _sex_fact(doc: Document, start: int, end: int) -> Fact:
    word = doc.text[start:end]
    value = _SEX_WORDS[word.lower()]
    return make_fact(doc, finding("sex"), start, end, value=value, status=FactStatus.PRESENT, when=NOW, written=word)


def _sex_alone(doc: Document) -> list[Fact]:
    """Sex that no age tells: as stated, of the relative told of, the first noun or title, pronouns where all agree."""
    if stated := _STATED.search(doc.text):
        return [_sex(doc, stated, "sex")]
    who, brought = told_of(doc.text), brought_in(doc.text)
    if brought is not None and who in _SEX_WORDS:
        return [_sex_fact(doc, *brought.span("who"))]
    if brought is not None:
        return _sex_behind(doc, brought.end())
    if who in _SEX_WORDS and (named := re.search(rf"\b{who}\b", doc.text, re.I)):
        return [_sex_fact(doc, named.start(), named.end())]
    if noun := _NOUN_ALONE.search(doc.text):
        return [_sex(doc, noun, "sex")]
    if _RELATIVE_NEAR.search(doc.text):
        return []  # "her father …": the pronoun may be of someone else
    return _sex_behind(doc, 0)


def _sex_behind(doc: Document, start: int) -> list[Fact]:
    """The sex of the pronouns from a place on, where all agree."""
    pronouns = list(_PRONOUN.finditer(doc.text, start))
    if len({_SEX_WORDS[p["sex"].lower()] for p in pronouns}) == 1:
        return [_sex(doc, pronouns[0], "sex")]
    return []
