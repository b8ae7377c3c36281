"""Names that look like a drug and are none that is known here, so that silence about them is not taken for safety.

A drug shows by the stem of its international name, or by standing where a drug to be started stands ("start Zurzuvae").
Source of the stems: WHO, The use of stems in the selection of international nonproprietary names (INN) for
pharmaceutical substances, 2018. Only stems that end few other words are taken.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bedside.knowledge.drugs import drugs_in, generic, misspelt
from bedside.tools.notes.read import read_note

_ENDS = (
    "mab", "tinib", "ciclib", "rafenib", "metinib", "zomib", "parib", "lisib", "sertib", "degib", "prazole",
    "conazole", "nidazole", "bendazole", "oxacin", "cycline", "cillin", "penem", "bactam", "mycin", "micin",
    "kacin", "fungin", "vir", "vudine", "citabine", "pril", "sartan", "dipine", "olol", "vastatin", "fibrate",
    "gliptin", "gliflozin", "glitazone", "glutide", "zepatide", "xaban", "gatran", "parin", "grel", "grelor",
    "teplase", "setron", "triptan", "gepant", "lukast", "meterol", "buterol", "daterol", "tropium", "solone",
    "anolone", "onide", "oxetine", "pramine", "triptyline", "peridol", "peridone", "sidone", "piprazole", "apine",
    "azepam", "zolam", "barbital", "racetam", "gabalin", "bamate", "curium", "fentanil", "profen", "fenac", "coxib",
    "oxicam", "fylline", "phylline", "semide", "thiazide", "vaptan", "sentan", "ciguat", "afil", "losin", "zosin",
    "steride", "dronate", "mustine", "rubicin", "taxel", "platin", "trexate", "trexed", "tecan", "poside", "relix",
    "limus", "nimod", "orexant", "tadine", "kiren", "quine", "renone", "bradine", "grastim", "poetin", "reotide",
    "upitant", "lapitant", "caftor", "nicline", "stigmine", "melteon", "toclax", "lutamide", "estrant", "oxifene",
    "nercept", "lazine", "flurane", "cetrapib", "siran", "xostat",
)  # fmt: skip
_STEM = re.compile(rf"\b(?:cef[a-z]{{5,}}|[a-z]{{3,}}(?:{'|'.join(_ENDS)}))\b", re.I)
_STARTED = re.compile(
    r"\b(?i:start(?:ing|ed)?|begin|commence|initiate|prescribe|add|try)\s+(?:(?:her|him|them)\s+on\s+|on\s+)?"
    r"(?:([A-Z][a-z]{4,})(?=\s*(?:[?.,;!\n]|$)|\s+(?:\d|for|in|to|with|at|now|today|as)\b)|"
    r"([A-Za-z][a-z]{4,})(?=\s+\d+(?:\.\d+)?\s?(?:mg|g|mcg|micrograms?|units?)\b(?!\s?/)))"
)
# What is started and is no drug.
_OTHER = frozenset({
    "oxygen", "fluids", "dialysis", "therapy", "treatment", "physiotherapy", "chemotherapy", "radiotherapy", "blood",
    "feeding", "monitoring", "ventilation", "compressions", "cooling", "steroids", "carbamate", "anthracycline",
    "methicillin", "meticillin",
})  # fmt: skip


@lru_cache(maxsize=256)
def unknown_drugs(text: str) -> tuple[str, ...]:
    """The names in a text that look like drugs and are none known here, as written, in order."""
    known = [(m.start, m.end) for m in drugs_in(text, classes=True)]
    found = [(m.start(), m.group()) for m in _STEM.finditer(text)]
    found += [(m.start(m.lastindex or 0), m[m.lastindex or 0]) for m in _STARTED.finditer(text)]
    out: dict[str, str] = {}
    for start, word in sorted(found):
        inside = any(begin <= start < end for begin, end in known)
        if not inside and word.lower() not in _OTHER and not generic(word):
            out.setdefault(word.lower(), word)
    read = {f.span.text.lower() for f in read_note(text, "question").facts} if out else set()
    return tuple(word for lower, word in out.items() if lower not in read)


def said_of_unknown(text: str) -> tuple[str, ...]:
    """That nothing was checked of such names, and which known drugs they may be misspellings of; () where none is."""
    names = unknown_drugs(text)
    if not names:
        return ()
    near = {name: meant for name in names if (meant := misspelt(name))}
    hint = "".join(f" If by {name} {meant} is meant, ask again with that name." for name, meant in near.items())
    return (
        f"Not in the table held here, and no drug known here: {', '.join(names)}. Nothing was checked of it, which is "
        f"no sign that it is safe; look it up in the label.{hint}",
    )
