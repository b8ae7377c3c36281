"""Drugs: generic names, brands, classes, and which drugs an allergy covers.

The data are in ``knowledge/terminology/drugs.yaml``, loaded once. UK approved names are canonical (paracetamol,
adrenaline, furosemide); US names and brands lead to them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import ValidationError

from bedside.core.base import Frozen
from bedside.core.errors import KnowledgeError
from bedside.knowledge.phrases import Phrase, PhraseMatcher
from bedside.knowledge.terms import TERMINOLOGY, load_yaml

# Words of a reaction that can kill; after one to a penicillin, cephalosporins and carbapenems need care.
_SEVERE = re.compile(
    r"anaphyla|angio-?\s?o?edema|(?:facial|face|lip|tongue|throat|airway)s?\s+swell|swollen (?:face|lips?|tongue)|"
    r"\bsevere\b|life[- ]threatening|stevens|\bSJS\b|\bTEN\b|\bDRESS\b|collapse|intubat|cardiac arrest|\bITU\b|\bICU\b",
    re.I,
)
_MISSPELT_LETTERS = 7
_MISSPELT_CHANGES = 2


class DrugClass(Frozen):
    """One class of drugs.

    Attributes:
        drugs: its members, generic names.
        within: the wider class it belongs to; "" where none.
        also: other names of the class.
        cross: whether an allergy to one member counts for all.
    """

    drugs: tuple[str, ...]
    within: str = ""
    also: tuple[str, ...] = ()
    cross: bool = False


class DrugTable(Frozen):
    """The whole of ``drugs.yaml``."""

    classes: dict[str, DrugClass]
    synonyms: dict[str, str]
    brands: dict[str, str]
    related: dict[str, tuple[str, ...]]
    allergy_names: dict[str, str]
    allergens: tuple[str, ...]


class DrugMention(NamedTuple):
    """A drug (or a class of drugs) named in a text: its canonical name and the span, end exclusive."""

    name: str
    start: int
    end: int


@lru_cache(maxsize=1)
def drug_table() -> DrugTable:
    """The drugs, checked.

    Raises:
        KnowledgeError: ``drugs.yaml`` breaks its schema, or a synonym leads to a drug that no class holds.
    """
    raw: Any = load_yaml(TERMINOLOGY / "drugs.yaml")
    try:
        table = DrugTable.model_validate(raw)
    except ValidationError as error:
        raise KnowledgeError(
            f"drugs.yaml breaks its schema: {error}", "Correct the entry.", code="BED-KNOW-030"
        ) from error
    known = {drug for row in table.classes.values() for drug in row.drugs}
    lost = sorted({t for t in (*table.synonyms.values(), *table.brands.values()) if t not in known})
    lost += [c.within for c in table.classes.values() if c.within and c.within not in table.classes]
    if lost:
        raise KnowledgeError(
            f"drugs.yaml leads to {lost[0]!r}, which no class holds.", "Add it to a class.", code="BED-KNOW-031"
        )
    return table


@lru_cache(maxsize=1)
def _canonical() -> dict[str, str]:
    """Lower-cased written name to canonical drug or class."""
    table = drug_table()
    out: dict[str, str] = {}
    for name, row in table.classes.items():
        for written in (name, *row.also):
            out[_plain(written)] = name
    for row in table.classes.values():
        out.update({_plain(drug): drug for drug in row.drugs})
    for written, drug in (*table.synonyms.items(), *table.brands.items()):
        out[_plain(written)] = drug
    return out


@lru_cache(maxsize=1)
def _memberships() -> dict[str, tuple[str, ...]]:
    table = drug_table()
    out: dict[str, list[str]] = {}
    for name, row in table.classes.items():
        chain = [name]
        while table.classes[chain[-1]].within:
            chain.append(table.classes[chain[-1]].within)
        for drug in row.drugs:
            out.setdefault(drug, []).extend(c for c in chain if c not in out.get(drug, []))
        out.setdefault(name, []).extend(chain)
    return {drug: tuple(classes) for drug, classes in out.items()}


def _plain(written: str) -> str:
    return " ".join(written.lower().replace("-", " ").replace("/", " ").split())


def generic(name: str) -> str:
    """The canonical name of a drug or class: generic for a brand, UK for US; "" where it is not known."""
    return _canonical().get(_plain(name), "")


def is_class(name: str) -> bool:
    """Whether the name is of a class of drugs, not of one drug."""
    return generic(name) in drug_table().classes


def classes_of(name: str) -> tuple[str, ...]:
    """The classes of a drug, narrow before wide (("penicillin", "beta-lactam")); () where it is not known.

    Of a class: itself and the wider ones.
    """
    return _memberships().get(generic(name), ())


def drugs_in_class(name: str) -> tuple[str, ...]:
    """The generic names in a class, in the file's order; () where it is no class."""
    target = generic(name)
    return tuple(d for d, classes in _memberships().items() if target in classes and d not in drug_table().classes)


@lru_cache(maxsize=1)
def drug_phrases() -> tuple[Phrase[str], ...]:
    """Every written name of a drug or class, with the canonical name. Names of up to three letters keep their case."""
    table = drug_table()
    out: list[Phrase[str]] = []
    for row in table.classes.values():
        out += [Phrase(drug, drug) for drug in row.drugs]
    for written, drug in (*table.synonyms.items(), *table.brands.items()):
        out.append(Phrase(written, drug, exact=len(written) <= 4 and written.isupper()))
    for name, row in table.classes.items():
        out += [Phrase(w, name, exact=len(w) <= 4 and w.isupper()) for w in (name, *row.also)]
    return tuple(out)


@lru_cache(maxsize=1)
def _matcher() -> PhraseMatcher[str]:
    return PhraseMatcher(drug_phrases())


@lru_cache(maxsize=2048)  # the gate asks for each passage again with every claim
def drugs_in(text: str, *, classes: bool = False) -> tuple[DrugMention, ...]:
    """Every drug named in a text, in order; brands and synonyms under their generic name.

    Args:
        text: any text.
        classes: also give the classes that are named ("an ACE inhibitor").
    """
    table = drug_table().classes
    found = (DrugMention(m.payload, m.start, m.end) for m in _matcher().find(text))
    return tuple(m for m in found if classes or m.name not in table)


def allergy_covers(allergen: str, drug: str) -> bool:
    """Whether an allergy means that a drug is to be avoided.

    It does where both are the same drug, where the allergen is a class that holds the drug, and where both drugs share
    a class in which an allergy to one member counts for all (amoxicillin and flucloxacillin). A cephalosporin is not
    covered by a penicillin allergy: see `allergy_related`.
    """
    source, target = generic(allergen), generic(drug)
    if not source or not target:
        return bool(allergen.strip()) and _plain(allergen) == _plain(drug)
    return source == target or bool(_avoided_classes(source) & set(classes_of(target)))


def allergy_related(allergen: str, drug: str) -> bool:
    """Whether a drug is not covered by an allergy but needs care because its class can cross-react."""
    if allergy_covers(allergen, drug):
        return False
    table = drug_table().related
    related = {r for c in _avoided_classes(generic(allergen)) for r in table.get(c, ())}
    return bool(related & set(classes_of(drug)))


def _avoided_classes(allergen: str) -> set[str]:
    table = drug_table().classes
    if allergen in table:
        return {allergen}
    return {c for c in classes_of(allergen) if table[c].cross}


def severe_reaction(words: str) -> bool:
    """Whether the words of an allergy ("anaphylaxis to amoxicillin") name a reaction that can kill."""
    return _SEVERE.search(words) is not None


@lru_cache(maxsize=4096)
def misspelt(word: str) -> str:
    """The drug or allergen that a misspelt word means ("penecillin"); "" where none is near, or two are.

    One or two letters may differ from a name of seven letters or more; the first letter must agree.
    """
    written = _plain(word)
    if len(written) < _MISSPELT_LETTERS - 1 or " " in written:
        return ""
    near: dict[int, set[str]] = {}
    names = {**{a: a for a in drug_table().allergens}, **_canonical()}
    for name, canonical in names.items():
        if (
            len(name) >= _MISSPELT_LETTERS
            and name[0] == written[0]
            and abs(len(name) - len(written)) <= _MISSPELT_CHANGES
        ):
            near.setdefault(_changes(written, name), set()).add(canonical)
    best = min(near, default=_MISSPELT_CHANGES + 1)
    return next(iter(near[best])) if best <= _MISSPELT_CHANGES and len(near[best]) == 1 else ""


def _changes(one: str, other: str) -> int:
    """Letters to add, drop or change to turn one word into the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]
