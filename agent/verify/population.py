"""The groups that a recommendation is for, read from its population and its sentence, tested against the patient.

Only what is known against a patient counts: an unknown age or sex passes. Advice for pregnancy alone is the exception;
it needs a pregnancy, or at least words about one, because silence nearly always means that there is none.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import inf
from typing import NamedTuple

from bedside.knowledge.conditions import Known

_ADULT_AGE = 16
_CHILD_BELOW = 18
_MENOPAUSE_FROM = 40
_NEVER = 200

_MALE = frozenset({"men", "man", "male", "males", "boy", "boys"})
_FEMALE = frozenset({"women", "woman", "female", "females", "girl", "girls"})
_GROWN = frozenset({"men", "man", "women", "woman"})
_CHILD = re.compile(r"child|young|boy|girl|infant|neonat|newborn|bab|toddler|adolesc|teenage", re.I)

_WHO = (
    r"(?P<who>young people|people|persons?|patients?|outpatients?|inpatients?|those|anyone|everyone|adults?|"
    r"women|woman|females?|men|man|males?|boys?|girls?|child(?:ren)?|infants?|neonates?|newborns?|bab(?:y|ies)|"
    r"toddlers?|adolescents?|teenagers?)"
)
_AGED = r"(?:,?\s+(?:who\s+are\s+)?(?:aged?\s+)?"
_BAND = (
    _AGED + r"(?:(?:(?<=aged )|(?<=age ))(?:between\s+)?(?P<first>\d{1,3})\s*(?:to|and|-|–)\s*(?P<last>\d{1,3})"
    r"|(?P<up>\d{1,3})(?:\s+years?)?\s+(?:and|or)\s+(?:over|older|above|more)"
    r"|(?P<down>\d{1,3})(?:\s+years?)?\s+(?:and|or)\s+(?:under|younger|below|less)"
    r"|(?:over|older\s+than|above)\s+(?P<over>\d{1,3})"
    r"|(?:under|younger\s+than|below)\s+(?P<under>\d{1,3}))"
    r"(?!\d|\s*(?:%|mg|g\b|kg|mmol|mm|mL|L\b|micro|units?|points?|hours?|days?)))?"
)
_MENTION = re.compile(rf"\b{_WHO}\b{_BAND}", re.I)
# "adults aged 65 and over, or with cardiovascular disease": the age is one way in, not a bound.
_OTHER_WAY_IN = re.compile(r"\s*,?\s*or\s+(?:with|who|those|have|having|at)\b", re.I)
# A sentence names whom it is for at its start or after "in", "for" or "to"; elsewhere the word is about something else.
_ADDRESSED = re.compile(r"(?:^|\b(?:in|for|to)\b)(?:\s*\(?[A-Za-z-]+){0,3}\s*$", re.I)
_DENIES = re.compile(
    r"\b(?:not|never|no|avoid\w*|except|unless|contraindicat\w*|stop(?:ped)?|risks?|harms?|causes?)\b(?! more| less)",
    re.I,
)

_NOT_PREGNANT = re.compile(
    r"\bnon-?\s?pregnant\b|\bnot\s+(?:currently\s+)?pregnant(?:\s+or\s+recently\s+pregnant)?\b", re.I
)
_MAY_BECOME = re.compile(
    r"\bplan(?:ning|s)?\s+(?:a\s+)?pregnancy|\b(?:may|might|could|can|who)\s+become\s+pregnant|childbearing", re.I
)
_BESIDE_OTHERS = re.compile(r"\b(?:including|or|and)\s+(?:in\s+|during\s+)?pregnan", re.I)
_IN_PREGNANCY = re.compile(
    r"(?:\b(?:in|during|for|to)\s+(?:the\s+\w+\s+trimester\s+of\s+)?(?:severe\s+)?|^)"
    r"(?:pregnancy\b|pregnant\s+(?:women|woman|people|adults?|patients?))",
    re.I,
)
_LISTED = re.compile(r"\s*(?:,|or\b|and\b)", re.I)
# Each stage: what names it in a recommendation, what speaks of it in a message.
_STAGES = {
    "pregnancy": (r"pregnan|eclamp", r"pregnan|gestation|trimester|antenatal|obstetric|eclamp|gravid|\bweeks?\s+preg"),
    "birth": (
        r"after (?:birth|delivery)|postnatal|postpartum|eclamp",
        r"after (?:birth|delivery|giving birth)|post-?natal|post-?partum|gave birth|delivered|eclamp|newborn",
    ),
    "breastfeeding": (r"breast-?\s?fe|lactat", r"breast-?\s?fe|lactat|nursing"),
}


class Patient(NamedTuple):
    """What is known of the patient that decides to which groups he or she belongs.

    Attributes:
        age: in years, None where unknown.
        sex: "male", "female" or "".
        stages: for "pregnancy" and "breastfeeding" what is known; nothing where nothing is.
        words: what the clinician wrote.
    """

    age: float | None = None
    sex: str = ""
    stages: dict[str, bool] = {}  # noqa: RUF012 - never changed
    words: str = ""

    @classmethod
    def of(cls, known: Known, words: str) -> Patient:
        """The patient of these known values and messages."""
        age = next((float(v) for v in known.get("age", ()) if isinstance(v, int | float)), None)
        sex = next((str(v) for v in known.get("sex", ()) if isinstance(v, str)), "")
        stages = {s: any(known[s]) for s in ("pregnancy", "breastfeeding") if known.get(s)}
        return cls(age, sex.lower(), stages, words)

    def speaks_of(self, stage: str) -> bool:
        """Whether the stage is known to hold, or is not known and the messages speak of it."""
        said = re.search(_STAGES[stage][1], self.words, re.I) is not None
        return self.stages.get(stage, said)


class Groups(NamedTuple):
    """Whom a text is for.

    Attributes:
        low: the youngest age in years; `high`: the age from which it is no more.
        sex: "male", "female", or "" for both.
        grown: whether it says only men, women or adults, so that boys and girls are not meant.
        stages: it is for these stages of motherhood alone.
        not_pregnant: it excludes pregnancy.
        postmenopausal: it is for women after the menopause.
        words: the words that say so, for a reader.
    """

    low: float = 0
    high: float = inf
    sex: str = ""
    grown: bool = False
    stages: tuple[str, ...] = ()
    not_pregnant: bool = False
    postmenopausal: bool = False
    words: str = ""


class _Mention(NamedTuple):
    low: float
    high: float
    sex: str
    grown: bool
    words: str


@lru_cache(maxsize=4096)
def population_groups(population: str) -> Groups:
    """The groups that a recommendation's `population` names."""
    may_become = _MAY_BECOME.search(population) is not None
    rest = _MAY_BECOME.sub(" ", _NOT_PREGNANT.sub(" ", population))
    stages = tuple(s for s, (names, _) in _STAGES.items() if re.search(names, rest, re.I))
    beside = _BESIDE_OTHERS.search(rest)
    if may_become or (beside and not re.search(r"\bwom[ae]n\b", rest[: beside.start()], re.I)):
        stages = ()
    return _joined([_read(m, population) for m in _MENTION.finditer(population)], population, stages)


@lru_cache(maxsize=4096)
def sentence_groups(sentence: str) -> Groups:
    """The groups that a single sentence is addressed to; what it only says of a group, or denies, does not count."""
    found = []
    for match in _MENTION.finditer(sentence):
        before = sentence[: match.start()]
        if _ADDRESSED.search(before) and not _DENIES.search(before):
            found.append(_read(match, sentence))
    hit = _IN_PREGNANCY.search(_NOT_PREGNANT.sub("", sentence))
    listed = hit is not None and hit.start() > 0 and _LISTED.match(sentence[hit.end() :]) is not None
    only = hit is not None and not listed and not _DENIES.search(sentence) and not _MAY_BECOME.search(sentence)
    return _joined(found, sentence, ("pregnancy",) if only else ())


def mismatch(groups: Groups, patient: Patient) -> str:
    """Why the patient is none of those a text is for, as a clinician reads it; "" where nothing known says so."""
    whom = f"it is for {groups.words}"
    if groups.sex and patient.sex and patient.sex != groups.sex:
        return f"the patient is {patient.sex}; {whom}"
    if groups.stages and patient.sex == "male":
        return f"the patient is male; {whom}"
    if patient.age is not None:
        too_young = groups.grown and not groups.stages and patient.age < _ADULT_AGE
        if too_young or not groups.low <= patient.age < groups.high:
            return f"the patient is {patient.age:g} years old; {whom}"
    pregnant = patient.stages.get("pregnancy")
    if pregnant and (groups.not_pregnant or groups.postmenopausal):
        return f"the patient is pregnant; {whom}"
    if groups.postmenopausal and _before_menopause(patient):
        return f"the patient is {patient.age:g} years old; {whom}"
    if groups.stages and not any(patient.speaks_of(s) for s in groups.stages):
        stage = groups.stages[0]
        state = {"birth": "after birth"}.get(stage, {"pregnancy": "pregnant"}.get(stage, stage))
        said = "the patient is not" if patient.stages.get(stage) is False else "nothing says that the patient is"
        return f"{said} {state}; {whom}"
    return ""


def _before_menopause(patient: Patient) -> bool:
    young = patient.age is not None and patient.age < _MENOPAUSE_FROM
    return young and re.search("menopaus", patient.words, re.I) is None


def _read(match: re.Match[str], text: str) -> _Mention:
    who = match["who"].lower()
    low, high = (_ADULT_AGE, inf) if who.startswith("adult") else (0, inf)
    if _CHILD.match(who):
        low, high = 0, _CHILD_BELOW
    sex = "male" if who in _MALE else "female" if who in _FEMALE else ""
    words, aged = match["who"], False
    if not _OTHER_WAY_IN.match(text, match.end()):
        given = {name: int(n) for name, n in match.groupdict().items() if name != "who" and n}
        low = given.get("first", given.get("up", given.get("over", low)))
        # Whole years: "aged 40 to 74" lasts until the 75th birthday.
        ends = given.get("under", given.get("last", given.get("down", _NEVER)) + 1)
        high = min(high, ends) if ends < _NEVER else high
        words, aged = match[0], bool(given)
    return _Mention(low, high, sex, who in _GROWN and not aged, words)


def _joined(mentions: list[_Mention], text: str, stages: tuple[str, ...]) -> Groups:
    """Several groups are one: the widest ages, and a sex only where all agree."""
    not_pregnant = _NOT_PREGNANT.search(text)
    postmenopausal = re.search(r"\bpost-?menopausal\b", text, re.I) is not None
    sexes = {m.sex for m in mentions}
    words = list(dict.fromkeys(m.words for m in mentions))
    if stages or not_pregnant or postmenopausal:
        words = [text.rstrip(".")[:1].lower() + text.rstrip(".")[1:]]
    return Groups(
        low=min((m.low for m in mentions), default=0),
        high=max((m.high for m in mentions), default=inf),
        sex=sexes.pop() if len(sexes) == 1 else "",
        grown=bool(mentions) and all(m.grown or m.low >= _ADULT_AGE for m in mentions),
        stages=stages,
        not_pregnant=not_pregnant is not None,
        postmenopausal=postmenopausal,
        words=" and ".join(words),
    )
