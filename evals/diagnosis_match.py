"""Which diseases of the list a stated diagnosis means, by the strictest way that finds any.

By name; by another name; by their words without those that seldom tell diseases apart ("acute", "syndrome"), spelling
and number aside; else by ICD-10 category.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bedside.knowledge.diseases import Disease, plain_name

_EMPTY = frozenset({"of", "the", "a", "an", "with", "due", "to", "in", "and", "or", "by"})
# Words that seldom tell two diseases apart, and words that mean the same.
_SOFT = frozenset({
    "acute", "chronic", "active", "malignant", "disease", "syndrome", "infection", "disorder", "idiopathic", "primary",
    "essential", "simple", "uncomplicated", "infantile", "adult", "type", "condition", "classic", "typical", "severe",
})  # fmt: skip
_SAME = {
    "newborn": "neonatal", "neonate": "neonatal", "kidney": "renal", "carcinoma": "cancer", "adenocarcinoma": "cancer",
    "neoplasm": "cancer", "malignancy": "cancer", "intoxication": "poisoning", "overdose": "poisoning",
    "toxicity": "poisoning", "hemorrhage": "bleeding", "pulmonary": "lung", "hepatic": "liver", "cardiac": "heart",
}  # fmt: skip
_SPELLINGS = (("ae", "e"), ("oe", "e"), ("our", "or"), ("isation", "ization"), ("itre", "iter"), ("’", ""))
_CATEGORY = 3
# Longer codes say side and encounter, and no other disease.
_LONGEST = 6


class Match(NamedTuple):
    """The diseases meant (row numbers), and how: name, other name, words of a name, ICD-10 category; "" for none."""

    rows: frozenset[int]
    how: str


def match(diagnosis: str, rows: tuple[Disease, ...]) -> Match:
    """The diseases that a diagnosis means, by the strictest way that finds any."""
    wanted = {_key(variant) for variant in variants(diagnosis)}
    own = [{_key(v) for v in variants(row.name)} for row in rows]
    other = [{_key(v) for name in row.also for v in variants(name)} for row in rows]
    for how, keys in (("name", own), ("other name", other)):
        found = frozenset(i for i, named in enumerate(keys) if named & wanted)
        if found:
            return Match(found, how)
    fewer = {_softened(key) for key in wanted} - {frozenset()}
    found = frozenset(i for i, row in enumerate(rows) if not fewer.isdisjoint(map(_softened, own[i] | other[i])))
    if found:
        return Match(found, "words of a name")
    categories = {code[:_CATEGORY] for key in wanted for code in _codes().get(key, ())}
    found = frozenset(i for i, row in enumerate(rows) if row.icd10[:_CATEGORY] in categories)
    return Match(found, "ICD-10 category" if found else "")


def words_of_name(name: str) -> frozenset[frozenset[str]]:
    """The words of every variant of a name, without those that seldom tell diseases apart."""
    return frozenset(_softened(_key(variant)) for variant in variants(name)) - {frozenset()}


def variants(name: str) -> tuple[str, ...]:
    """The name as it is, without what stands in brackets, and what stands in them alone."""
    outside = re.sub(r"\([^)]*\)", " ", name)
    inside = re.findall(r"\(([^)]{2,})\)", name)
    return tuple(dict.fromkeys(v for v in (name, outside, *inside) if plain_name(v)))


def named_in(text: str, diagnosis: str, disease: Disease | None) -> bool:
    """Whether a text names the diagnosis, by any of its names."""
    names = {plain_name(v) for v in variants(diagnosis)}
    names |= {plain_name(n) for n in (disease.names if disease else ())}
    plain = f" {plain_name(text)} "
    return any(f" {name} " in plain for name in names if len(name) > 2)


def _key(name: str) -> frozenset[str]:
    """The words of a name whatever their order, spelling and number: "secondary syphilis" is "syphilis, secondary"."""
    return frozenset(_spelled(w) for w in plain_name(name).split() if w not in _EMPTY)


def _spelled(word: str) -> str:
    for british, american in _SPELLINGS:
        word = word.replace(british, american)
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] not in "sui" else word


def _softened(key: frozenset[str]) -> frozenset[str]:
    return frozenset(_SAME.get(word, word) for word in key if word not in _SOFT)


@lru_cache(maxsize=1)
def _codes() -> dict[frozenset[str], tuple[str, ...]]:
    """ICD-10-CM codes by the words of their description and of the terms included in them."""
    import simple_icd_10_cm as icd

    out: dict[frozenset[str], tuple[str, ...]] = {}
    for code in icd.get_all_codes(with_dots=True):
        if icd.is_chapter_or_block(code) or len(code) > _LONGEST:
            continue
        for name in (icd.get_description(code), *icd.get_inclusion_term(code)):
            for variant in variants(re.sub(r",? (?:NOS|unspecified)\b", "", name)):
                key = _key(variant)
                out[key] = (*out.get(key, ()), code)
    return out
