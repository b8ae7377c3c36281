"""Whom a message is about: "My son is 6 and he is wheezing" is about the son, who is the patient and no relative.

A relative whom the writer calls "my" or "our" is taken for the patient where the message says nothing of the writer's
own health and names no other patient. "My sister has meningitis. I feel fine" is about the writer. Whom somebody
brings is the patient too, and who brings is not: "a woman of 30 brings her daughter, who is 2".
"""

from __future__ import annotations

import re
from functools import lru_cache

_TOLD = re.compile(
    r"(?:^|[.!?;\n,]\s*|\b(?:that|and|because|think|please)\s+)(?:my|our)\s+(?:(?:\w+|\d+)[\s-]+){0,5}?"
    r"(?P<who>son|daughter|husband|wife|partner|mother|mum|mom|father|dad|brother|sister|grandmother|grandfather)\b"
    r"(?!['’]s\s+(?:mother|father|mum|mom|dad|sister|brother|son|daughter|baby)\b)"
    r"(?!['’]?s?\s+(?:died|had\b(?!\s+(?:a |her |his )?(?:baby|fit|seizure|fall))))",
    re.I,
)
# "Mum is having chemo and has a temperature", without "my": where the text tells of nobody else.
_OPENS = re.compile(
    r"^\s*(?P<who>mum|mom|dad|wife|husband)\s+(?:is having|is\s+(?!a\b|an\b|worried|anxious|concerned|happy|well\b)|"
    r"keeps|can['’]?t|cannot|won['’]?t|woke|feels|looks|just|started|collapsed|fell|has (?:a|been|got|just|no)\b)",
    re.I,
)
# Who is brought, or called about: what stands before it is of whoever brings.
_BROUGHT = re.compile(
    r"\b(?:brings?|brought|carries|carried|accompanies|calls about|rings about|comes with|attends with)\s+(?:in\s+)?"
    r"(?:her|his|their)\s+(?:[\w/]+[\s-]+){0,6}?"
    r"(?P<who>son|daughter|child|baby|infant|toddler|newborn|boy|girl|grandson|granddaughter|wife|husband|partner|"
    r"mother|mum|mom|father|dad|brother|sister|grandmother|grandfather)\b(?!['’]s\b)"
    r"(?!\s+(?:along|home|to (?:school|work|nursery|bed)|with (?:her|him|them|me)\b))",
    re.I,
)
_PATIENT = re.compile(r"\b(?:patient|pt)\b[^.;\n]*$", re.I)
_SOMEBODY_ELSE = re.compile(r"\b(?:baby|child|son|daughter|boy|girl|infant|toddler|newborn)\b", re.I)
# The writer as a patient; to be worried, to think or to have no pen is no illness.
_OWN = re.compile(
    r"\bI(?:['’]m|\s+am|\s+feel|\s+felt|['’]ve|\s+have|\s+had|\s+get|\s+got|\s+want|\s+take|\s+need|\s+was)\b"
    r"(?!\s+(?:so |very |really |just |quite )?(?:worried|scared|concerned|frightened|not sure|sure|with |a nurse|"
    r"noticed|given|tried|called|taken (?:him|her)))"
    r"|\bmy\s+own\b|\bI\s+(?:feel|don['’]t feel)\b",
    re.I,
)
_OTHER = re.compile(r"\b(?:patient|pt|FHx?|family history)\b|\b\d{1,3}\s?[MF]\b", re.I)


@lru_cache(maxsize=64)
def told_of(text: str) -> str:
    """The relative whom a message is about, as written and in lower case; "" where it is about somebody else."""
    if (brought := brought_in(text)) is not None:
        return brought["who"].lower()
    found = _TOLD.search(text)
    if found is None and not _SOMEBODY_ELSE.search(text):
        found = _OPENS.match(text)
    if found is None or _OWN.search(text) or _OTHER.search(text):
        return ""
    return found["who"].lower()


@lru_cache(maxsize=64)
def brought_in(text: str) -> re.Match[str] | None:
    """Where somebody brings the patient: the words from the verb to the patient (`who`); None where nobody does."""
    found = _BROUGHT.search(text)
    return None if found is None or _PATIENT.search(text, 0, found.start()) else found
