"""A summary for the patient: plain words, what happens next, when to come back at once; it promises nothing."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from bedside.agent.interview.emergencies import would_settle
from bedside.agent.interview.heard import Heard
from bedside.agent.interview.parent import parent_answers
from bedside.agent.interview.suits import Person, suits
from bedside.core.case import FactStatus
from bedside.knowledge.diseases import Disease
from bedside.knowledge.terms import load_yaml

_SURE, _LIKELY, _SERIOUS = 0.85, 0.5, 0.3
_OTHERS, _OTHER_SHARE = 2, 0.05
_WARNED = 4
THANKS = "Thank you for telling me all this; I know that it is not easy when one feels unwell."
NOT_SURE = "From what we know so far I cannot say what causes this, and I do not want to guess."
NEXT_UNKNOWN = "Next, a clinician should see you and find out more."
NEXT = "Next, your clinician will go through this with you, examine you and decide with you what to test or to treat."
NOW = "Some of what you describe needs to be looked at now, not later: {titles}. Please do not wait."
SERIOUS = "It is one of the things that should not wait: please let a clinician see to it today."
WORSE = "Get medical help at once if you get worse quickly, or notice one of these: {signs}."
WORSE_ALONE = "Get medical help at once if you get worse quickly, or if you are worried."
# The same, said to the parent of a small child.
_TO_PARENT = {
    "when one feels unwell": "when a child is unwell",
    "clinician should see you and": "clinician should see your child and",
    "examine you and": "examine your child and",
    "if you get worse": "if your child gets worse",
    "or notice one of these": "or if you notice one of these",
}
POSSIBLE = "Possible "
CHECK = "A clinician has to check all of this before anything is done."


def plain_summary(heard: Heard, first: tuple[tuple[Disease, float], ...], guided: bool) -> str:
    """The summary, in the order in which a patient needs it: what is urgent comes first."""
    parts = [THANKS]
    if heard.flags:
        parts.append(NOW.format(titles="; ".join(said_plainly(f.title) for f in heard.flags[:2])))
    parts.append(_could_be(first) if first else NOT_SURE)
    if first and not heard.flags and first[0][0].cannot_miss and first[0][1] >= _SERIOUS:
        parts.append(SERIOUS)
    parts.append(NEXT if first and guided else NEXT_UNKNOWN)
    signs = signs_to_return_for(heard)
    parts.append(WORSE.format(signs="; ".join(signs)) if signs else WORSE_ALONE)
    return _to_parent(" ".join([*parts, CHECK]), heard.person)


def _to_parent(text: str, person: Person) -> str:
    if parent_answers(person):
        for words, said in _TO_PARENT.items():
            text = text.replace(words, said)
    return text


def _could_be(first: tuple[tuple[Disease, float], ...]) -> str:
    (disease, share), *others = first
    name = plain_disease(disease)
    if share >= _SURE:
        return f"What you told me and what was found fits best with {name}."
    how = "could well be" if share >= _LIKELY else "may be"
    named = dict.fromkeys(plain_disease(d) for d, s in others[:_OTHERS] if s >= _OTHER_SHARE)
    rest = [other for other in named if other != name]
    also = f" Other things are possible too, such as {' or '.join(rest)}." if rest else ""
    return f"From what you told me and what was found, this {how} {name}, but it is not certain.{also}"


def plain_disease(disease: Disease) -> str:
    """A disease as a patient calls it; where there is no plain name, that doctors call it so."""
    plain = _plain_names()
    known = next((plain[name.lower()] for name in disease.names if name.lower() in plain), "")
    return known or f"what doctors call {_lowered(disease.name)}"


def said_plainly(title: str) -> str:
    """The title of an emergency in plain words where there are such."""
    words = title.removeprefix(POSSIBLE)
    return _plain_names().get(words.lower(), _lowered(words))


def signs_to_return_for(heard: Heard) -> tuple[str, ...]:
    """What would make an emergency of this by rule, if it came now: the likeliest first, in plain words.

    A sign that is denied today is one to come back for.
    """
    ranking = heard.ranking
    if ranking is None:
        return ()
    signs = _return_signs()
    found = tuple(fact for fact in heard.facts if fact.status is not FactStatus.ABSENT)
    likely: dict[str, float] = {}
    for name in would_settle(found):
        if name in signs and suits(signs[name], heard.person):
            columns = ranking.table.reads.get(name, ())
            likely[signs[name]] = max((float(ranking.share @ ranking.table.share[:, i]) for i in columns), default=0.0)
    return tuple(sorted(likely, key=lambda sign: (-likely[sign], sign))[:_WARNED])


def _lowered(name: str) -> str:
    """A name inside a sentence; one that begins with a word of capitals or a person's name keeps its capital."""
    first = name.split()[0]
    keeps = (
        not name[1:2].islower()
        or first.endswith("'s")
        or first.strip(",") in _proper_names()
        or _CAPITAL_WITHIN.match(first)
    )
    return name if keeps else name[0].lower() + name[1:]


# "Stevens-Johnson", "IgA"; but "non-ST-elevation".
_CAPITAL_WITHIN = re.compile(r"(?!(?:Non|Hyper|Anti)-)\w[^A-Z]*[A-Z]")


@lru_cache(maxsize=1)
def _proper_names() -> frozenset[str]:
    """Names of people and places that diseases held here begin with."""
    return frozenset(load_yaml(Path(__file__).with_name("proper_names.yaml")))


def _plain_names() -> dict[str, str]:
    return _words("plain_names.yaml")


def _return_signs() -> dict[str, str]:
    return _words("return_signs.yaml")


@lru_cache(maxsize=2)
def _words(file: str) -> dict[str, str]:
    words: dict[str, str] = load_yaml(Path(__file__).with_name(file))
    return words
