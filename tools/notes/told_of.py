"""Whom a message is about: "My son is 6 and he is wheezing" is about the son, who is the patient and no relative.

A relative whom the writer calls "my" or "our" is taken for the patient where the message says nothing of the writer's
own health and names no other patient. "My sister has meningitis. I feel fine" is about the writer. Whom somebody
brings is the patient too, and who brings is not: "a woman of 30 brings her daughter, who is 2".
"""

from __future__ import annotations

import re
from functools import lru_cache

_RELATIVES = "son|daughter|husband|wife|partner|mother|mum|mom|father|dad|brother|sister|grandmother|grandfather"
_TOLD = re.compile(
    r"(?:^|[.!?;\n,]\s*|\b(?:that|and|because|think|please)\s+)(?:my|our)\s+(?:(?!(?:my|our|her|his)\b)\w+[\s-]+){0,5}?"
    rf"(?P<who>{_RELATIVES})\b"
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
# Who is brought, taken or called about is the patient; what stands before it is of whoever brings.
_BRINGS = (
    r"(?:brings?|brought|carr(?:y|ies|ied|ying)(?=\s+in\b)"
    r"|(?:calls?|called|calling|rings?|rang|ringing|phones?|phoned)(?:\s+\w+)?\s+about)\s+(?:in\s+)?(?:her|his|their|my|our)"
)
_TAKES = (
    r"(?:takes|took|rushes|rushed|drives|drove)\s+(?:her|his|their)(?=\s[^.;]{3,60}?\sto\s+(?:\w+\s+)?"
    r"(?:ED|ER|A&E|hospital|emergency|GP|doctor|clinic|pa?ediatrician|physician|urgent)\b)"
)
_COMES_WITH = (
    r"(?:mother|mum|mom|father|dad|parents?)\s+(?:presents?|presented|comes?|came|attends?|attended)\s+"
    r"(?:to\s+(?:\w+\s+){1,3})?with\s+(?:her|his|their)(?=\s[^,.;]{0,20}\d+[\s-]*(?:year|yr|month|week|day|y))"
)
# "Brought her in after her daughter found her" brings "her": no such word stands between "her" and the patient.
_BETWEEN = (
    r"(?:(?!(?:a(?! half)|after|and(?! a half)|as|at|because|before|but|by|for|from|her|his|in|into|my|of|on|once|or|"
    r"our|since|so|that|the|their|to|when|where|while|who|with|is|was|has|had|says|said)\b)[\w/]+[\s-]+){0,8}?"
)
_WHO_IS_BROUGHT = (
    rf"(?P<who>{_RELATIVES}|child|baby|infant|toddler|newborn|boy|girl|grandson|granddaughter|nephew|niece|"
    r"\d+[\s-](?:years?|yrs?|months?|weeks?|days?)[\s-]olds?(?=\s*(?:[,.;(]|$|(?:who|with|because|due|in|to|for|after)\b)))"
)
_ONLY_ALONG = (
    r"(?!['’]s?\b)(?!\s+(?:along|too|as well|home\b(?! from)|for (?:support|company)|to (?:school|work|nursery|bed|"
    r"interpret|translate|help)|with (?:her|him|them|me)\b))"
)
_BROUGHT = re.compile(
    rf"(?<!who )(?<!who has )\b(?:{_BRINGS}|{_TAKES}|{_COMES_WITH})\s+{_BETWEEN}{_WHO_IS_BROUGHT}\b{_ONLY_ALONG}", re.I
)
# A patient told of in a sentence before: "34F with a cough. She brought her son".
_EARLIER = re.compile(
    r"(?:\b\d{1,3}[\s-]?(?:y|month|week|day|[MF]\b)|\b(?:woman|man|lady|gentleman|male|female|she|he)\b)[^\n]*?"
    r"(?:[.;:](?!\d)|\n)",
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
    if found is None or _PATIENT.search(text, 0, found.start()) or _EARLIER.search(text, 0, found.start()):
        return None
    return found
