"""The length of a pregnancy that is over: "born at 39 weeks", "SVD at 38+2", "ex-32/40" say that nobody is pregnant."""

from __future__ import annotations

import re
from functools import lru_cache

from bedside.knowledge.terms import findings
from bedside.tools.notes.document import Document

_WEEKS = re.compile(
    r"(?<![\d/+.])\d{1,2}(?:\s?\+\s?[0-6])?(?:\s?/\s?40|[\s-]{0,2}(?:weeks?|wks?|weekers?)\b(?!\s*(?:ago|old|later|post))|"
    r"(?<=\+\d)(?!\d))",
    re.I,
)
_BIRTH = (
    r"(?:born|delivered|delivering|deliver(?:y|ies)|births?|childbirth|SVD|NVD|NSVD|SVB|LSCS|EMCS|ELCS|EMLSCS|ELLSCS|"
    r"C-?[ ]?section|section|caesarean|cesarean|forceps|ventouse|induced)"
)
# "Born by section at", "baby delivered", "ex-": with "at", or right before; "presents at 39 weeks" is of now.
_BEFORE = re.compile(
    rf"(?:\b{_BIRTH}\b(?:\s+(?!present|admit|attend|now\b|seen|came|review|currently|at\b)[\w-]+){{0,6}}\s+at\s+"
    rf"(?:about\s+|approximately\s+|around\s+)?|\b{_BIRTH}\s+(?:(?:of|was)\s+)?|\bex[\s-]?|"
    r"\bgestation at (?:birth|delivery)\W{0,3})$",
    re.I,
)
_BEHIND = re.compile(
    r"(?:\s+(?:of\s+)?gestation)?\s*(?:at (?:birth|delivery)\b|prem\w*\b|"
    r"[\s-]*(?:newborn|neonate|infant|baby (?:boy|girl)\b)|"
    r"by (?:SVD|NVD|section|LSCS|forceps|ventouse|c-?\s?section|caesarean|cesarean))",
    re.I,
)

# "A 1100-g newborn, 31 weeks' gestation": the weeks at which that child was born, unless its mother stands between.
_NEWBORN = re.compile(
    r"\b(?:newborn|neonate|(?<!previous )(?:preterm|premature) (?:baby|infant|boy|girl|twin)|"
    r"(?:an?|ex|this)[ -]preterm(?=,|\s+(?:at|of|born)\b))\b"
    r"(?:(?!\b(?:mother|mum|woman|she|I|now|home|pregnan\w*|labou?r)\b)[^.;:\n]){0,40}$",
    re.I,
)
_NUMBER = 5  # characters of a number before "weeks of gestation"


@lru_cache(maxsize=1)
def of_pregnancy() -> frozenset[str]:
    """The findings that say that somebody is pregnant."""
    return frozenset({"pregnancy"} | {row.name for row in findings().values() if "pregnancy" in row.implies})


def is_of_a_birth(doc: Document, start: int, end: int) -> bool:
    """Whether the weeks in a mention at [start, end) are those at which a child was born."""
    begin = doc.sentence(start).start
    weeks = _WEEKS.search(doc.text, max(begin, start - _NUMBER), end + 8)
    if weeks is None or weeks.start() >= end:
        return False
    low = max(begin, weeks.start() - 90)
    clause = max(low, doc.text.rfind(",", low, weeks.start()) + 1)
    return bool(
        _BEFORE.search(doc.text, clause, weeks.start())
        or _BEHIND.match(doc.text, weeks.end())
        or _NEWBORN.search(doc.text, low, weeks.start())
    )
