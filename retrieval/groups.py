"""Groups whose care differs so much that a passage must speak of them to answer for them."""

from __future__ import annotations

import re

_PREGNANT = r"(?<!non-)(?<!non )(?<!not )\bpregnan\w*"
# Gestation as it is charted: "24/40", "31+2", "36+0".
_WEEKS = r"(?<![\d/.+-])(?:[4-9]|[1-3]\d|4[0-2])(?:\+[0-6])?/40\b|(?<![\d/.+-])(?:2\d|3\d|4[0-2])\+[0-6](?![\d/.])"
_ADOLESCENT = re.compile(r"\b1[3-5](?:[- ]?(?:year|yr)s?[- ]old| ?y[/.]?o)\b", re.IGNORECASE)

# Each: its name, what names it in a question, and what names it in a passage.
GROUPS: tuple[tuple[str, str, str], ...] = (
    (
        "children",
        r"\b(child|children|child's|paediatric|pediatric|infants?|toddlers?|bab(y|ies)|neonat\w+|newborns?)\b"
        r"|\b(1[0-2]|[1-9])[- ]?(year|yr|month|week|day)s?[- ]old\b|\b\d+[- ](month|week|day)s?[- ]old\b"
        r"|\b(1[0-2]|[1-9]) ?y[/.]?o\b",
        r"\b(child\w*|paediatric|pediatric|infants?|neonat\w*|newborns?|all ages|any age|young people)\b",
    ),
    (
        "pregnancy",
        rf"{_PREGNANT}|\b(trimester|gestation\w*|antenatal)\b|{_WEEKS}",
        rf"{_PREGNANT}|\b(trimester|gestation\w*|antenatal|childbearing|conceiv\w*|conception)\b|{_WEEKS}",
    ),
    ("breastfeeding", r"\b(breast-?\s?feed\w*|lactat\w+|nursing mother)\b", r"\b(breast-?\s?fe\w*|lactation)\b"),
    ("dialysis", r"\b(dialysis|ha?emodialysis)\b", r"\b(dialysis|ha?emodialysis)\b"),
)

# A question with one of these words is about pregnancy or birth whatever the record says.
_OBSTETRIC = re.compile(
    rf"{_PREGNANT}|{_WEEKS}|\b(trimester|gestation\w*|antenatal|obstetric\w*|pre-?\s?eclamp\w*|eclamp\w*|conceiv\w*|"
    r"conception|post-?partum|post-?natal|labour|labor|childbearing|miscarr\w*|booking weight)\b",
    re.IGNORECASE,
)
_FOR_PREGNANT = re.compile(r"(?<!non-)(?<!non )(?<!not )\bpregnant\b(?! or planning)(?! or may)", re.IGNORECASE)
_IN_PREGNANT = re.compile(r"\b(?:in|for)\s+(?:a\s+)?pregnant (?:wom[ae]n|adults?|people|patients?)\b", re.IGNORECASE)
_NON_PREGNANT = re.compile(r"\bnon-?\s?pregnant\b|\bnot pregnant\b", re.IGNORECASE)


def groups_in(text: str) -> tuple[str, ...]:
    """The groups that a text names."""
    return tuple(name for name, asks, _ in GROUPS if re.search(asks, text, re.IGNORECASE))


def speaks_of(group: str, text: str) -> bool:
    """Whether a passage's text speaks of a group."""
    return any(re.search(speaks, text, re.IGNORECASE) for name, _, speaks in GROUPS if name == group)


def obstetric(text: str) -> bool:
    """Whether a question is about pregnancy or birth."""
    return _OBSTETRIC.search(text) is not None


def only_for_pregnant(population: str) -> bool:
    """Whether a population, in words, is of pregnant people alone."""
    return _FOR_PREGNANT.search(population) is not None and not excludes_pregnant(population)


def about_pregnant(sentence: str) -> bool:
    """Whether a sentence advises for pregnant women ("in pregnant women with …")."""
    return _IN_PREGNANT.search(sentence) is not None


def excludes_pregnant(text: str) -> bool:
    """Whether a text is for people who are not pregnant."""
    return _NON_PREGNANT.search(text) is not None


def adolescent(text: str) -> bool:
    """Whether a text names an age of 13 to 15: a dose is then a child's, and other advice may be an adult's."""
    return _ADOLESCENT.search(text) is not None
