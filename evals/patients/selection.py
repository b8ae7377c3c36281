"""Which facts of a case a question asks for: by rule, so that the same question always has the same answer.

A question is taken part by part. Of a part, its main words decide and what stands behind "when", "during" and the like
only helps. A fact is asked for where it shares a finding or a concept with the main words; where the facts differ in
how many they share, those that share most. An open question ("what happened?") is about a section; one with neither is
answered by the facts that have most of its telling words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from bedside.core.base import Frozen
from bedside.evals.patients.case import CaseFact, Section
from bedside.evals.patients.concepts import concept_names, concepts_in, general_no, is_open, of_family
from bedside.evals.patients.topics import asked_sections, named_in, sections_of, shared, stems_of, weights

_MOST = 5
_ENOUGH = 0.5
# One part of a question from the next; a list of nouns ("smoke or drink") stays one part.
_VERBS = "do|does|did|is|are|was|were|have|has|had|can|could|how|what|when|where|which|who|any|please|tell"
_PARTS = re.compile(rf"[?;.!]+\s*|,?\s+(?:and|or|but)\s+(?=(?:{_VERBS})\b)|,\s+(?=(?:{_VERBS})\b)", re.I)
_BESIDE = re.compile(
    r"\b(?:when|during|while|before|after|since|with|because of|along with)\b(?! you (?:go|going))", re.I
)
_ALTERNATIVES = re.compile(r",|\b(?:or|and)\b", re.I)
# "Is he sleepy?" asks for neither.
_PERSON = frozenset({"age", "sex"})
# Of how it is rather than what: a fact is not asked for by these alone where the question names a thing as well.
_HOW = frozenset({"better", "worse", "severity", "lasts", "began", "onset", "again", "at_night", "at_rest", "exertion",
                  "spread", "warning", "afterwards", "standing", "red", "episode"})  # fmt: skip


class Part(Frozen):
    """One part of a question: what its main words name, what those beside them name, and whether of the family."""

    words: str
    main: frozenset[str]
    beside: frozenset[str]
    family: bool
    several: bool
    sections: frozenset[Section]


def selected(facts: tuple[CaseFact, ...], question: str, told: frozenset[str] = frozenset()) -> tuple[CaseFact, ...]:
    """The facts that a question asks for, in the order of the case.

    Args:
        facts: of the case.
        question: as it is asked.
        told: ids of facts told before; "what else?" is answered by others.
    """
    chosen: set[str] = set()
    for part in parts_of_question(question):
        chosen |= _of_part(facts, part, told)
    return tuple(f for f in facts if f.id in chosen)


@lru_cache(maxsize=4096)
def parts_of_question(question: str) -> tuple[Part, ...]:
    """A question part by part."""
    texts = [text for text in _PARTS.split(question) if text.strip(" ,.?!")]
    return tuple(_part(text) for text in texts)


def _part(text: str) -> Part:
    main = _main(text)
    named, other = _named(main), _named(text) - _named(main)
    if not named:
        named, other = other, frozenset()
    return Part(
        words=text,
        main=named,
        beside=other,
        family=of_family(text),
        several=bool(_ALTERNATIVES.search(main)),
        sections=_asked_sections(text, named),
    )


def _asked_sections(text: str, named: frozenset[str]) -> frozenset[Section]:
    opened = frozenset(is_open(text))
    if "family" in opened:
        return frozenset({"family"})
    return opened or (frozenset() if named else asked_sections(text))


def _named(text: str) -> frozenset[str]:
    return concepts_in(text, "asks") | (named_in(text) - _PERSON)


def _main(text: str) -> str:
    """What stands before "when", "during" and the like; the whole where nothing stands before."""
    found = next((m for m in _BESIDE.finditer(text) if m.start() > len("how often ")), None)
    return text[: found.start()] if found else text


def _of_part(facts: tuple[CaseFact, ...], part: Part, told: frozenset[str]) -> set[str]:
    things = part.main - _HOW
    if part.sections:
        found = _of_sections(facts, part.sections, told) | _sharing(facts, part, things)
        if found or not things:
            return found
    if part.main and (close := _sharing(facts, part, part.main)):
        return close
    if part.main and (no := _said_no(facts, part)):
        return no
    return _by_words(facts, part.words)


def _sharing(facts: tuple[CaseFact, ...], part: Part, main: frozenset[str]) -> set[str]:
    """The facts that share what the main words name, those that share most (with the words beside to decide)."""
    pool = [f for f in facts if not part.family or of_family(f.text) or f.section == "family"]
    named = {f.id: concepts_in(f.text, "tells") | named_in(f.text) | _OF_SECTION.get(f.section, _NONE) for f in pool}
    thing = main - _HOW
    rank = {i: _closeness(names, main, thing, part.beside) for i, names in named.items()}
    best = max(rank.values(), default=(0, 0, 0))
    if best[:2] == (0, 0) or (thing and best[0] == 0):
        return set()
    if part.several:
        keep = [i for i, r in rank.items() if (r[0] if thing else r[1])]
    else:
        least = best if best[2] else best[:2]
        keep = [i for i, r in rank.items() if r[: len(least)] >= least]
    rare = weights(tuple(names & main) for names in named.values())
    keep.sort(key=lambda i: -sum(rare[name] for name in named[i] & main))
    return set(keep[:_MOST])


def _closeness(
    names: frozenset[str], main: frozenset[str], thing: frozenset[str], beside: frozenset[str]
) -> tuple[int, int, int]:
    """How many things, how many main words in all, and how many beside them a fact shares."""
    return _count(names & thing), _count(names & main), _count(names & beside)


def _count(shared: frozenset[str]) -> int:
    """Concepts; a finding is most often one of them by another name, and counts alone only."""
    return len(shared & concept_names()) or int(bool(shared))


def _of_sections(facts: tuple[CaseFact, ...], sections: frozenset[Section], told: frozenset[str]) -> set[str]:
    """All facts of the sections where the case has any; else the first of those whose words are of it."""
    kept = any(f.section for f in facts)
    wanted = sections | (_REVIEW if "symptoms" in sections else frozenset())
    of: Callable[[CaseFact], bool] = (
        (lambda f: f.section in wanted) if kept else (lambda f: bool(sections_of(f.text) & wanted))
    )
    found = [f.id for f in facts if of(f)]
    left = [i for i in found if i not in told] if "symptoms" in sections else found
    return set(left) if kept else set(left[: _MOST + 1])


def _said_no(facts: tuple[CaseFact, ...], part: Part) -> set[str]:
    """A fact that says no to whatever it does not name, of the kind that is asked about."""
    kinds: set[Section] = set()
    if "medicines" in part.main:
        kinds.add("medicines")
    elif part.main & _PAST:
        kinds.add("past")
    elif not part.family and part.main - _LIFE and not any(n.startswith("test ") for n in part.main):
        kinds.add("symptoms")
    return {f.id for f in facts if kinds & set(general_no(f.text))}


_REVIEW: frozenset[Section] = frozenset({"review"})
_NONE: frozenset[str] = frozenset()
_OF_SECTION: dict[str, frozenset[str]] = {"medicines": frozenset({"medicines"}), "allergies": frozenset({"allergy"})}
_PAST = frozenset(
    {"operations", "cancer", "diabetes", "hypertension", "cholesterol", "heart_attack", "heart", "stroke", "asthma",
     "thyroid", "liver", "kidney", "bowel_disease", "polycystic", "hiv", "arthritis", "clots", "mental"}
)  # fmt: skip
_LIFE = frozenset({"age", "job", "hobby", "home", "smoking", "alcohol", "street_drugs", "sex", "condoms", "travel",
                   "contacts", "vaccines", "allergy", "died", "milestones", "birth"})  # fmt: skip


def _by_words(facts: tuple[CaseFact, ...], words: str) -> set[str]:
    stems = {f.id: stems_of(f.text) for f in facts}
    weight = weights(stems.values())
    asked = stems_of(words)
    return set([i for i, told in stems.items() if shared(asked, told, weight) >= _ENOUGH][:_MOST])
