"""Which drugs a question asks about: those to be started, not those that are taken, stopped, denied or a relative's."""

from __future__ import annotations

import re
from functools import lru_cache

from bedside.core.case import FactStatus
from bedside.knowledge.drugs import drugs_in, generic, is_class
from bedside.tools.notes.read import read_note

# A drug behind one of these is not to be started.
_NOT_STARTED = re.compile(
    r"\b(?:stop(?:ped|ping|s)?|discontinu\w+|withh[eo]ld\w*|hold(?:ing)?|instead of|rather than|in place of|off|"
    r"(?:switch\w*|chang\w+|convert\w*) from|replac(?:e|ed|ing)|(?:finished|completed|had|received|took|previous|prior|"
    r"past|earlier|last)(?: \w+){0,2}|overdose(?:d)? (?:of|on)|allerg\w+ to|reaction to|not (?:on|taking)|never|no|"
    r"without|"
    r"(?:level|levels) of|denies(?: taking)?)\s+(?:(?:a|an|the|her|his|any|course of|taking|oral|iv|dose of)\s+)*$",
    re.I,
)
_RELATIVE = re.compile(
    r"\b(?:mother|father|mum|dad|sister|brother|wife|husband|partner|son|daughter|aunt|uncle|grand\w+|family)\b"
    r"[^.;?!\n]{0,40}$",
    re.I,
)
_REVIEWS = re.compile(
    r"\b(?:interact\w*|(?:medicines?|medications?|drug) (?:review|check|safety)|safe|contra-?indicat\w*|"
    r"check (?:the |his |her |these |all )?(?:medicines|medications|drugs|meds)|"
    r"(?:medicines|medications|meds|drugs) (?:together|ok|okay|all right))\b",
    re.I,
)
# Words that would start a drug, or ask whether it may be; and those that ask for something else of it.
_STARTS = re.compile(
    r"\b(?:start\w*|begin\w*|commenc\w*|initiat\w*|prescrib\w*|giv(?:e|en|ing)|add(?:ing)?|us(?:e|ing)|tak(?:e|ing)|try|"
    r"switch\w*|combin\w*|safe\w*|ok|okay|fine|all ?right|problem|contra-?indicat\w*|interact\w*|together|rx|put|"
    r"can|may|should|could)\b",
    re.I,
)
_OF_DOSE = re.compile(r"\b(?:dos(?:e|es|age|ages|ing)|how (?:much|long|often|many)|what (?:is|are))\b", re.I)
_SHORT_WORDS = 5
# A class behind one of these is what the question looks for, and not a drug to be started.
_LOOKED_FOR = re.compile(
    r"\b(?:which|what|another|other|alternative|different|best|first[- ]line)\s+(?:\w+\s+)?$", re.I
)
# "Rifampicin-resistant", "heparin-induced", "digoxin toxicity": what the drug is named for, and not that it be given.
_NAMED_FOR = re.compile(
    r"[\s-]{1,2}(?:resist\w+|susceptib\w+|sensitiv\w+|intoleran\w+|induced|associated|related|allerg\w+|toxicity|"
    r"poisoning|overdose|withdrawal)\b",
    re.I,
)
_LOOKBACK = 70


@lru_cache(maxsize=256)
def asked_drugs(question: str) -> tuple[str, ...]:
    """The drugs and classes that a question would start, generic names, in order.

    Args:
        question: the user's words; what they say the patient takes, took, reacts to or a relative takes is left out.
    """
    read = [f for f in read_note(question, "question").facts if f.name in {"medication", "allergy"}]
    # "Is she on warfarin?" asks for a fact; "could she be put on warfarin?" is left to what stands before it.
    told = [f.span for f in read if f.status is not FactStatus.POSSIBLE or f.name == "allergy"]
    out: dict[str, None] = {}
    for mention in drugs_in(question, classes=True):
        if any(s.start < mention.end and mention.start < s.end for s in told):
            continue
        before = question[max(0, mention.start - _LOOKBACK) : mention.start]
        sentence = re.split(r"[.;?!\n]\s", before)[-1]
        if _NOT_STARTED.search(sentence) or _RELATIVE.search(sentence):
            continue
        if _NAMED_FOR.match(question, mention.end):
            continue
        if is_class(mention.name) and _LOOKED_FOR.search(sentence):
            continue
        out[generic(mention.name) or mention.name] = None
    return tuple(out)


def asks_for_review(question: str) -> bool:
    """Whether a question is about the safety of medicines as such, whichever drugs it names."""
    return _REVIEWS.search(question) is not None


def asks_to_start(question: str) -> bool:
    """Whether a question would start a drug or asks whether it may be, and not for its dose or what it is."""
    if _OF_DOSE.search(question):
        return False
    short = any(len(part.split()) <= _SHORT_WORDS for part in re.findall(r"[^.;!?\n]+(?=\?)", question))
    return short or _STARTS.search(question) is not None
