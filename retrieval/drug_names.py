"""Drugs in a text, with every name a passage might use for them: generic, brand, class, members of a class.

Names come from ``bedside.knowledge.drugs``. A drug that table lacks is still recognised as one by its
INN stem (WHO, The use of stems in the selection of INN, 2018), so that no passage on another drug answers for it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bedside.knowledge.drugs import classes_of, drug_table, drugs_in, drugs_in_class, is_class

_STEM = re.compile(
    r"\b(?!april\b|peptide)[a-z]{2,}(?:cillin|penem|bactam|mycin|micin|kacin|floxacin|cycline|conazole|nidazole|"
    r"bendazole|prazole|prazan|olol|pril|sartan|statin|gliptin|gliflozin|glitazone|glutide|zepatide|natide|parin|"
    r"xaban|gatran|grel|triptan|gepant|setron|zepam|zolam|mab|nib|vir|dipine|thiazide|semide|oxetine|pramine|"
    r"triptyline|racetam|gabalin|caine|profen|coxib|dronate|fibrate|methasone|nisolone|nisone|cortisone|platin|"
    r"rubicin|taxel|tidine|phylline|meterol|moterol|tropium|lukast|steride|afil|curonium|curium|fungin|quine|"
    r"azepine|tecan|trexate|ciclovir|lisib|ciclib|rafenib|cept|kinra|relin|relix|parib|vaptan|ciguat|fenacin|begron)\b",
    re.IGNORECASE,
)

# Classes of the table whose name is an everyday word: "how much fluid" asks for no drug.
_EVERYDAY = frozenset({"fluid", "electrolyte", "hormone", "antidote", "stimulant"})

# Advice on the class says nothing of a member: "an antibiotic is offered" is no answer about nitrofurantoin.
_WIDE = frozenset({"antibiotic", "other antibiotic"})


class DrugNamed(NamedTuple):
    """A drug or class met in a question.

    Attributes:
        written: as the question has it.
        name: the canonical name.
        itself: canonical names of that same thing: the drug; for a class, the class and its members.
        kin: `itself` and the classes it belongs to: what a passage must name to answer for it.
        forms: what a text may call any of them: every written name of the drug and its classes, and for a class the
            generic names of its members.
    """

    written: str
    name: str
    itself: frozenset[str]
    kin: frozenset[str]
    forms: tuple[str, ...]


def drugs_named(text: str) -> tuple[DrugNamed, ...]:
    """Every drug and class in `text`, in order. A class with no members ("antibiotic") names no drug."""
    known = [(m.start, text[m.start : m.end], m.name) for m in drugs_in(text, classes=True)]
    out = [(start, _known(written, name)) for start, written, name in known]
    met = {word for _, written, _ in known for word in written.lower().split()}
    for match in _STEM.finditer(text):
        word = match.group().lower()
        if word not in met:
            named = frozenset({word})
            out.append((match.start(), DrugNamed(match.group(), word, named, named, (word,))))
    out = [(start, drug) for start, drug in out if not is_class(drug.name) or _names_drugs(drug)]
    return tuple(drug for _, drug in sorted(out, key=lambda pair: pair[0]))


def _names_drugs(drug: DrugNamed) -> bool:
    return len(drug.itself) > 1 and drug.name not in _EVERYDAY


@lru_cache(maxsize=8192)
def drug_set(text: str) -> frozenset[str]:
    """The canonical names of every drug and class in `text`, and drugs known by their stem alone."""
    stems = {match.group().lower() for match in _STEM.finditer(text)}
    return frozenset({m.name for m in drugs_in(text, classes=True)} | stems)


@lru_cache(maxsize=1024)
def _known(written: str, name: str) -> DrugNamed:
    itself = frozenset({name, *drugs_in_class(name)})
    kin = itself.union(set(classes_of(name)) - _WIDE)
    above = (name, *(one for one in classes_of(name) if one != name))
    forms = (*(form for one in above for form in _written_names(one)), *drugs_in_class(name))
    return DrugNamed(written, name, itself, kin, forms)


@lru_cache(maxsize=1)
def _all_written() -> dict[str, tuple[str, ...]]:
    table = drug_table()
    out: dict[str, list[str]] = {name: list(row.also) for name, row in table.classes.items()}
    for written, name in (*table.synonyms.items(), *table.brands.items()):
        out.setdefault(name, []).append(written)
    return {name: (name, *others) for name, others in out.items()}


def _written_names(name: str) -> tuple[str, ...]:
    return _all_written().get(name, (name,))
