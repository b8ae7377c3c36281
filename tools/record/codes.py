"""Codes and words of a record as our findings, drugs and allergens. A code comes before the words beside it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bedside.core.case import FactStatus
from bedside.core.errors import KnowledgeError
from bedside.knowledge.drugs import drug_table, drugs_in, generic, misspelt
from bedside.knowledge.terms import TERMINOLOGY, Finding, convert, finding, findings, load_yaml, to_canonical
from bedside.tools.notes.read import read_facts
from bedside.tools.record.elements import Concept

_STATES = {"absent": FactStatus.ABSENT, "past": FactStatus.HISTORICAL}
_ALLERGY_TO = re.compile(
    r"^(?:(?:drug |food |environmental )?(?:allergy|allergic(?: reaction)?|intolerance|hypersensitivity|"
    r"adverse reaction)\s+(?:to|caused by)\s+|(?:propensity to adverse reactions?)\s+to\s+)|"
    r"\s+(?:allergy|intolerance|hypersensitivity|allergen(?:ic extract)?)$",
    re.I,
)
_NONE_KNOWN = re.compile(r"\bno (?:known|history of)\b.*\ballerg|\bNKD?A\b|\bnot allergic\b", re.I)
_NONE_CODES = frozenset({"SNOMED 716186003", "SNOMED 409137002"})
_OF_ANOTHER_KIND = re.compile(r"\b(?:food|environment\w*|latex)\b", re.I)
# UCUM units that notes write otherwise (https://ucum.org/ucum, 2024).
_UCUM = {
    "[lb_av]": "lb", "[in_i]": "in", "[degF]": "°F", "[degC]": "Cel", "{beats}/min": "/min", "{breaths}/min": "/min",
    "10*3/uL": "10^3/uL", "10*3/mm3": "10^3/uL", "10*9/L": "10*9/L", "10*6/mL": "10^3/uL", "meq/L": "mmol/L",
    "mEq/L": "mmol/L", "1": "", "{ratio}": "", "[pH]": "[pH]", "ratio": "",
}  # fmt: skip


class Meaning(NamedTuple):
    """A finding that a concept stands for, and how the concept says it stands."""

    name: str
    status: FactStatus


class _Table(NamedTuple):
    measured: dict[str, tuple[str, str]]
    findings: dict[str, Meaning]
    drugs: dict[str, str]


@lru_cache(maxsize=1)
def _table() -> _Table:
    """The codes of the findings and of ``record_codes.yaml``, checked.

    Raises:
        KnowledgeError: a code leads to no finding or drug.
    """
    raw = load_yaml(TERMINOLOGY / "record_codes.yaml")
    measured = {f.code: (f.name, "") for f in findings().values() if f.code.startswith("LOINC ")}
    meant = {f.code: Meaning(f.name, FactStatus.PRESENT) for f in findings().values() if f.code.startswith("SNOMED ")}
    for code, target in raw["loinc"].items():
        name, _, variant = str(target).partition("/")
        measured[f"LOINC {code}"] = (finding(name).name, variant)
    for code, target in raw["snomed"].items():
        state, _, name = str(target).rpartition(":")
        meant[f"SNOMED {code}"] = Meaning(finding(name).name, _STATES.get(state, FactStatus.PRESENT))
    drugs = {f"RXNORM {code}": generic(str(name)) for code, name in raw["rxnorm"].items()}
    lost = next((code for code, name in drugs.items() if not name), "")
    if lost:
        raise KnowledgeError(f"record_codes.yaml: {lost} names no drug.", "Correct the entry.", code="BED-KNOW-022")
    return _Table(measured, meant, drugs)


def measured_as(concept: Concept) -> str:
    """The finding that an Observation measures, by its LOINC codes; "" where none is listed. Words do not count.

    Words would take a urine sodium, or a goal, for a serum sodium.
    """
    return next((_table().measured[c][0] for c in concept.codes if c in _table().measured), "")


def canonical_value(concept: Concept, value: float, unit: str) -> float | None:
    """A value in the unit of the finding that the concept measures; None where the unit is missing or does not fit.

    Args:
        concept: of the Observation; its LOINC code tells urea from urea nitrogen.
        value: as the record has it.
        unit: UCUM, or as the laboratory writes it.
    """
    found = next((_table().measured[c] for c in concept.codes if c in _table().measured), None)
    if found is None:
        return None
    name, variant = found
    row = finding(name)
    plain = _UCUM.get(unit, unit)
    if plain == "" and row.unit not in ("", "{score}", "{INR}", "[pH]"):
        return None  # a number without a unit is not guessed: a record has a place for the unit
    for other in row.variants:
        if variant in other.terms:
            return to_canonical(value, plain, row.unit, other.units, other.bare)
    if plain == "" or plain == row.unit:
        return round(value, 4)
    return convert(name, value, plain)


@lru_cache(maxsize=2048)  # a problem that comes back has its words read once
def meanings(concept: Concept) -> tuple[Meaning, ...]:
    """The findings that a condition or a coded answer stands for: by its codes, else by its words as a note's."""
    coded = tuple(dict.fromkeys(_table().findings[c] for c in concept.codes if c in _table().findings))
    return coded or tuple(dict.fromkeys(_said(concept.text)))


def _said(text: str) -> list[Meaning]:
    return [Meaning(f.name, f.status) for f in read_facts(text, "record") if _kind(f.name) == "presence"]


def _kind(name: str) -> str:
    row: Finding | None = findings().get(name)
    return row.kind if row is not None else ""


def drugs_of(concept: Concept) -> tuple[str, ...]:
    """The drugs that a medicine's words name, else its RxNorm code; () where neither names one that is known.

    Strengths stand between the parts of a combination ("Amoxicillin 250 MG / Clavulanate 125 MG"), which is looked up
    as a whole first.
    """
    bare = re.sub(
        r"\b\d+(?:\.\d+)?\s?(?:MG|MCG|UG|G|ML|UNT|MEQ|%|HR|ACTUAT)(?:/[A-Z]+)?\b", " ", concept.text, flags=re.I
    )
    joined = " ".join(re.sub(r"\s*/\s*", "/", bare).split())
    for words in (joined, concept.text):
        found = tuple(dict.fromkeys(d.name for d in drugs_in(words)))
        if found:
            return found
    return tuple(dict.fromkeys(_table().drugs[c] for c in concept.codes if c in _table().drugs))


def allergens_of(concept: Concept) -> tuple[str, ...]:
    """The drugs, classes or allergens of an allergy, by canonical name; () where none is known."""
    plain = _ALLERGY_TO.sub("", concept.text).strip()
    found = tuple(dict.fromkeys(d.name for d in drugs_in(plain, classes=True)))
    if found:
        return found
    table = drug_table()
    listed = tuple(a for a in table.allergens if re.search(rf"\b{re.escape(a)}s?\b", plain, re.I))
    if listed:
        return listed
    coded = tuple(dict.fromkeys(_table().drugs[c] for c in concept.codes if c in _table().drugs))
    if coded:
        return coded
    meant = table.allergy_names.get(plain.lower(), "") or misspelt(plain)
    return (meant,) if meant else ()


def allergen_text(concept: Concept) -> str:
    """What an allergy is to in the record's own words: "Allergy to grass pollen" is "grass pollen"."""
    return _ALLERGY_TO.sub("", concept.text).strip() or concept.text


def none_known(concept: Concept) -> bool:
    """Whether an entry says that no allergy, or no allergy to a drug, is known."""
    coded = not _NONE_CODES.isdisjoint(concept.codes)
    return coded or (bool(_NONE_KNOWN.search(concept.text)) and not _OF_ANOTHER_KIND.search(concept.text))
