"""What a question asks of the record, by rule: which list, which measurement, which drug or condition, and of when.

A question that wants advice ("should she …", "which dose …") is none of these: the record answers what is, and the
guidelines what to do.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from bedside.knowledge.drugs import drug_table
from bedside.retrieval.asking import questions_in
from bedside.tools.notes.document import Document

_ADVICE = re.compile(
    r"\b(?:should|ought|shall|treat\w*|manage\w*|therapy|dos(?:e|es|ing|age)|safe\w*|avoid|start|begin|commence|"
    r"give(?! me)|offer|switch|increase|reduce|adjust\w*|target|goal|recommend\w*|guidelines?|indicated|indication|"
    r"contra-?indicat\w*|interact\w*|risk|first[- ]line|best|alternatives?|instead|if|why|causes?|caused by|means?|"
    r"sever(?:e|ity)|score|calculate|would|could|need\w*|benefit|refer|work[- ]?up|investigat\w*|differential|"
    r"antibiotics?|abx|management|plan|do next|next step|how (?:do|to|can|much|often|long|quickly)|"
    r"can (?:i|we|he|she|they|you)|may (?:i|we|he|she|they)|(?:a|the) normal|normal (?:range|value|level)s?|"
    r"cut-?offs?|threshold|defin\w+|(?:which|what) (?:drugs?|medicines?|medications?|treatments?|tests?) "
    r"(?!(?:is|was|are|were|do|does|did|has|have|had)\b)\w+)\b",
    re.I,
)
_OWN = re.compile(
    r"\b(?:is|was) (?:he|she|the patient|this patient) (?:currently |already |now |still )?(?:on|taking)\b|"
    r"\bdoes (?:he|she|the patient) (?:still )?take\b|\b(?:prescribed|recorded|documented|on (?:file|record)|"
    r"in (?:the|his|her|their|this) (?:record|chart|file|notes))\b",
    re.I,
)
_STILL_ADVICE = re.compile(r"\b(?:should|ought|if|safe\w*|start|interact\w*|avoid|switch|recommend\w*|would)\b", re.I)
_OF_PATIENT = re.compile(
    r"\b(?:he|she|his|hers?|him|they|their|patient|patient's|record|chart|file|man|woman|boy|girl|child|mr|mrs|ms)\b",
    re.I,
)
_LISTS = re.compile(
    r"\b(?:any|list|show|current\w*|active|latest|last|past|previous|known|recent|all|ever|trend|summar\w+|has|had|have|"
    r"says?|said|written|mention\w*)\b",
    re.I,
)
_FEW_WORDS = 5
_TOPICS = {
    "allergy": r"allerg\w*|intoleran\w*|nkd?a|adverse (?:drug )?reactions?",
    "medicine": (
        r"medicines?|medications?|meds|drugs?(?! (?:allerg|intoleran|reaction))|tablets|pills|prescri\w*|"
        r"what (?:is|was) (?:he|she|the patient) "
        r"(?:currently |now )?(?:on|taking)|what does (?:he|she|the patient) take"
    ),
    "problem": (
        r"problems?|conditions?|diagnos[ei]s|diagnosed|co-?morbidit\w*|medical history|past history|pmhx?|"
        r"illness(?:es)?"
    ),
    "result": (
        r"labs?|bloods|blood (?:tests?|results?|work)|results?|biochemistry|fbc|cbc|u&es?|lfts?|full blood count|lipids"
    ),
    "vital": r"vitals?|vital signs|obs|observations",
    "encounter": (
        r"encounters?|visits?|admissions?|admitted|appointments?|hospitali[sz]\w*|consultations?|last seen|"
        r"been (?:to|in) (?:the )?(?:hospital|clinic)"
    ),
    "procedure": r"procedures?|operations?|surger\w+|operated",
    "immunisation": r"immuni[sz]\w*|vaccin\w*|jabs?|shots?|boosters?",
    "note": r"notes?|letters?|reports?|discharge summar\w+|documents?",
    "person": r"how old|age|sex|gender|date of birth|dob|born",
    "summary": (
        r"summar(?:y|i[sz]e)|overview|about (?:this|the) patient|"
        r"what is (?:in|on) (?:the|this|her|his) (?:record|file|chart)"
    ),
}
_TOPIC = {name: re.compile(rf"\b(?:{pattern})(?!\w)", re.I) for name, pattern in _TOPICS.items()}
_TREND = re.compile(
    r"\b(?:trends?|trending|over time|over the (?:years|months|last)|chang(?:e|ed|ing)|ris(?:e|ing|en)|rose|"
    r"fall(?:ing|en)?|fell|(?:going|gone|went) (?:up|down)|improv\w*|worsen\w*|deteriorat\w*|better|worse|progress\w*|"
    r"serial|graph|chart|plot|curve|how(?:'s|’s| is| are| has| have)\b.{0,60}\b(?:going|doing|been)|"
    r"compared|course|stable|steady|develop\w*|evol\w*)\b",
    re.I,
)
_WHICH = {
    "highest": re.compile(r"\b(?:highest|maximum|max|peak|greatest|top)\b", re.I),
    "lowest": re.compile(r"\b(?:lowest|minimum|min|nadir|smallest)\b", re.I),
    "first": re.compile(r"\b(?:first|earliest|initial|baseline)\b", re.I),
    "all": re.compile(r"\b(?:all|every|each|list|values|full)\b", re.I),
}
_PAST = re.compile(
    r"\b(?:past|previous\w*|earlier|ever|stopped|former\w*|resolved|history|all|old|used to|was|had)\b", re.I
)
_TAKES = re.compile(
    r"\b(?:on|taking|takes?|took|prescri\w+|had|has|have|received?|given|stopped|started|uses?|used|medic\w*|meds)\b",
    re.I,
)
_HAS = re.compile(
    r"\b(?:has|have|had|is|was|any|history|known|diagnosed|suffers?|when|does|record\w*|since|still|last|latest|previous|active)\b",
    re.I,
)
_BETWEEN = re.compile(
    r"\bbetween\s+(?:\w+\s)?(\d{4}(?:-\d{2}(?:-\d{2})?)?)\s+and\s+(?:\w+\s)?(\d{4}(?:-\d{2}(?:-\d{2})?)?)\b", re.I
)
_WHEN_IT_WAS = re.compile(r"^\W*(?:and )?when (?:did|was|were)\b", re.I)
_SINCE = re.compile(r"\b(?:since|after|from)\s+(?:\w+\s)?(\d{4}(?:-\d{2}(?:-\d{2})?)?)\b", re.I)
_BEFORE = re.compile(r"\b(?:before|until|prior to|up to)\s+(?:\w+\s)?(\d{4}(?:-\d{2}(?:-\d{2})?)?)\b", re.I)
_DURING = re.compile(r"\b(?:in|on|of|during|at)\s+(?:\w+\s)?(\d{4}(?:-\d{2}(?:-\d{2})?)?)\b", re.I)
_WORD = re.compile(r"[a-z0-9]+")
# A condition asked after in these words is looked up; "does he have pneumonia?" is also a question for the tools.
_ON_RECORD = re.compile(
    r"\b(?:ever|history|known|previous\w*|past|record\w*|chart|file|diagnosed|active|resolved|had|did|was|when|since|last|"
    r"smok\w*)\b",
    re.I,
)
_HAVING = re.compile(
    r"\b(?:does|did|has) (?:he|she|the patient|this patient) (?:ever )?(?:have|had|suffer\w*)\b|\bhistory of\b", re.I
)
_OF_MANY = frozenset({
    "acute", "chronic", "disease", "disorder", "syndrome", "finding", "body", "index", "injury", "infection", "status",
    "history", "problem", "condition", "situation", "primary", "secondary", "right", "left", "mild", "severe", "viral",
    "patient", "known", "active", "medical", "blood", "pressure", "record",
})  # fmt: skip
_LONG_WORD = 5
_PRESSURE = ("systolic_bp", "diastolic_bp")
# What several findings, or one under another word, are called when a record is asked.
_ALSO = (
    (re.compile(r"\b(?:kidney|renal) function\b", re.I), ("egfr", "creatinine")),
    (re.compile(r"\bliver (?:function|tests?|enzymes)\b|\bLFTs?\b", re.I), ("bilirubin", "alt", "ast", "albumin")),
    (re.compile(r"(?<!ldl )(?<!hdl )(?<!total )\bcholesterol\b", re.I), ("total_cholesterol",)),
    (re.compile(r"\bblood count\b|\b(?:FBC|CBC)\b", re.I), ("haemoglobin", "white_cells", "platelets")),
    (re.compile(r"\blipids?\b", re.I), ("total_cholesterol", "ldl", "hdl", "triglycerides")),
)
_SMOKES = re.compile(r"\b(?:smok\w*|tobacco)\b", re.I)


class Asked(NamedTuple):
    """What one question asks of the record.

    Attributes:
        part: the question.
        topics: lists asked for: allergy, medicine, problem, result, vital, encounter, procedure, immunisation, note,
            person, summary.
        measures: findings whose values are asked for.
        implied: those of `measures` that a word for several stands for ("kidney function").
        drugs: drugs, classes and allergens named.
        conditions: findings asked after by name.
        problems: words of the record's own problems that the question names.
        words: all words of it, for what only the record has a name for.
        trend: whether the course over time is asked for.
        which: highest, lowest, first, all; "" for the latest.
        past: whether what is over counts too.
        since: earliest day, as written; "" where open.
        before: the day before which; "" where open.
        alone: whether only the record can answer it. "Does he have pneumonia?" is looked up, and put to the tools too.
    """

    part: str
    topics: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    implied: frozenset[str] = frozenset()
    drugs: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    trend: bool = False
    which: str = ""
    past: bool = False
    since: str = ""
    before: str = ""
    alone: bool = True


class Names(NamedTuple):
    """What only the record has a name for: its results beside the findings, and its problems, in lower case."""

    results: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


NO_NAMES = Names()


def asked_of_record(question: str, known: Names = NO_NAMES) -> tuple[Asked, ...]:
    """What a message asks of the record, one for each of its questions that asks anything of it.

    Args:
        question: the question of the message.
        known: what only the record has a name for.
    """
    out: list[Asked] = []
    for part in questions_in(question):
        asked = asked_in(part, known, out[-1] if out else None)
        if asked is not None:
            out.append(asked)
    return tuple(out)


def asked_in(part: str, known: Names = NO_NAMES, before: Asked | None = None) -> Asked | None:
    """What one question asks of the record; None where it asks nothing of it. "And its trend?" leans on `before`."""
    told = _WHEN_IT_WAS.match(part) or (_OWN.search(part) and not _STILL_ADVICE.search(part))
    if _ADVICE.search(part) and not told:
        return None
    words = frozenset(_WORD.findall(part.lower()))
    matches = Document.of(part, "question").matches
    names = [(m.payload.kind, m.payload.name) for m in matches]
    measures = [n for kind, n in names if kind == "quantity"]
    measures += [n for kind, _ in names if kind == "bp" for n in _PRESSURE]
    implied = [n for pattern, also in _ALSO if pattern.search(part) for n in also if n not in measures]
    measures += implied
    measures += [head for head in known.results if head and set(_WORD.findall(head)) <= words and head not in measures]
    about = bool(_OF_PATIENT.search(part) or _LISTS.search(part)) or len(part.split()) <= _FEW_WORDS
    topics = [t for t, pattern in _TOPIC.items() if about and pattern.search(part)]
    drugs = [n for kind, n in names if kind in {"drug", "allergen"}]
    drugs = [d for d in drugs if d in drug_table().allergens or "allergy" in topics or _TAKES.search(part)]
    conditions = [n for kind, n in names if kind in {"present", "historical", "timed"} and _HAS.search(part)]
    conditions += ["smoker"] if _SMOKES.search(part) else []
    problems = _problems(words, known) if _HAS.search(part) or _HAVING.search(part) else ()
    if _HAVING.search(part) and not (topics or measures or drugs or conditions or problems):
        topics = ["problem"]
    trend = bool(_TREND.search(part))
    if trend and not (measures or topics) and before is not None:
        measures = list(before.measures)
    if not (topics or measures or drugs or conditions or problems):
        return None
    since, until = _span(part)
    return Asked(
        part=part,
        topics=tuple(topics),
        measures=tuple(dict.fromkeys(measures)),
        implied=frozenset(implied),
        drugs=tuple(dict.fromkeys(drugs)),
        conditions=tuple(dict.fromkeys(conditions)),
        problems=problems,
        alone=bool(topics or measures or drugs or _ON_RECORD.search(part)),
        words=words,
        trend=trend,
        which=next((name for name, pattern in _WHICH.items() if pattern.search(part)), ""),
        past=bool(_PAST.search(part) or _HAVING.search(part)),
        since=since,
        before=until,
    )


def _problems(words: frozenset[str], known: Names) -> tuple[str, ...]:
    """The telling words of the record's problems that a question uses."""
    telling = {w for text in known.problems for w in _WORD.findall(text) if len(w) >= _LONG_WORD and w not in _OF_MANY}
    return tuple(sorted(telling & words))


def _span(part: str) -> tuple[str, str]:
    """The days asked about: from, inclusive, and before, exclusive, as far as they are written ("2016", "2016-08")."""
    if between := _BETWEEN.search(part):
        return between[1], f"{between[2]}~"
    since, before = _SINCE.search(part), _BEFORE.search(part)
    if since or before:
        return since[1] if since else "", before[1] if before else ""
    during = _DURING.search(part)
    # "~" sorts after every digit and dash: all days that begin so lie before it.
    return (during[1], f"{during[1]}~") if during else ("", "")
