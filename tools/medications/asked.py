"""Which drugs a question asks about: those to be started, not those that are taken, stopped, denied or a relative's."""

from __future__ import annotations

import re
from functools import lru_cache

from bedside.core.case import FactStatus
from bedside.knowledge.drugs import drugs_in, generic
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
        out[generic(mention.name) or mention.name] = None
    return tuple(out)


def asks_for_review(question: str) -> bool:
    """Whether a question is about the safety of medicines as such, whichever drugs it names."""
    return _REVIEWS.search(question) is not None
