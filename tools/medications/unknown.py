"""Names that look like a drug and are none that is known here, so that silence about them is not taken for safety.

A drug shows by the stem of its international name, or by being no word known here and standing where a drug stands
("start Zurzuvae", "is suzetrigine safe with warfarin", "give leqembi to a patient on warfarin").
Source of the stems: WHO, The use of stems in the selection of international nonproprietary names (INN) for
pharmaceutical substances, 2018. Only stems that end few other words are taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from bedside.knowledge.drugs import drugs_in, generic, misspelt
from bedside.knowledge.plain_words import is_plain_word
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
_WORD = r"(?P<word>[A-Za-z]{5,}(?:-[A-Za-z]+)?)(?![\w’'-])"
_WHO = (
    r"(?:her|him|them|me|us|someone|(?:the|this|that|a|an|my|our|your|his|her) (?:[\w-]+ ){0,3}?(?:patient|mother|"
    r"father|mum|dad|child|baby|son|daughter|wife|husband|man|woman|lady|boy|girl))"
)
_BEHIND = (
    r"(?=\s*(?:[?.,;!\n)/&+–—]|\s-\s|$)|\s+(?:\d+|with|and|plus|or|together|alongside|to|for|in|while|if|when|as|at|now|today|"
    r"tonight|tomorrow|daily|twice|once|during|before|after|instead|again|safely|too|also|on top|along)\b)"
)
_FINE = r"(?:safe|ok|okay|fine|all ?right)"
_BOTH = r"(?:with|and|plus|or|alongside|together with|[&+/])"
_SLOTS = (
    # "start her on X", "give X to …", "can I take X with …"
    re.compile(
        r"\b(?:start(?:ing|ed)?|begin(?:ning)?|commenc(?:e|ing)|initiat(?:e|ing)|prescrib(?:e|ing)|add(?:ing)?|"
        r"giv(?:e|ing)|tak(?:e|ing)|try(?:ing)?|combin(?:e|ing)|mix(?:ing)?|switch(?:ing)?(?: (?:her|him|them|me))? to|"
        rf"put(?:ting)? {_WHO} on)\s+(?:{_WHO}\s+)?(?:on\s+)?(?:(?:some|oral|iv|low-dose)\s+)?{_WORD}{_BEHIND}",
        re.I,
    ),
    # "is X safe", "can X be given"
    re.compile(
        rf"\b(?:is|are|can|may|could|should|would|does|do|will)\s+{_WORD}\s+(?:be\s+)?(?:{_FINE}|contra-?indicated|"
        r"compatible|allowed|given|started|used|taken|combined|prescribed|added|interact|affect)\b",
        re.I,
    ),
    re.compile(
        r"\b(?:safety of|interactions? (?:of|with|between)|interacts? with|contra-?indications? (?:of|to|for))\s+"
        rf"{_WORD}{_BEHIND}",
        re.I,
    ),
)
# Beside a drug: "X and warfarin", "is X safe with warfarin", "warfarin with X".
_JOINED_BEFORE = re.compile(rf"\b{_WORD}\s*(?:(?:is\s+)?(?:{_FINE}|interact\w*)\s+)?{_BOTH}\s*$", re.I)
_JOINED_BEHIND = re.compile(rf"\s*(?:{_FINE}\s+)?{_BOTH}\s+{_WORD}{_BEHIND}", re.I)
_BESIDE = 60
# What is started and is no drug.
_OTHER = frozenset({
    "oxygen", "fluids", "dialysis", "therapy", "treatment", "physiotherapy", "chemotherapy", "radiotherapy", "blood",
    "feeding", "monitoring", "ventilation", "compressions", "cooling", "steroids", "carbamate", "anthracycline",
    "methicillin", "meticillin", "anymore", "pretty", "allowed", "detox",
    "octogenarian", "physio", "pressors", "quitting", "sachet", "veering",
})  # fmt: skip


@lru_cache(maxsize=256)
def unknown_drugs(text: str) -> tuple[str, ...]:
    """The names in a text that look like drugs and are none known here, as written, in order."""
    known = [(m.start, m.end) for m in drugs_in(text, classes=True)]
    found = [(m.start(), m.group()) for m in _STEM.finditer(text)]
    found += [(start, word) for start, word in _in_slots(text, known) if not is_plain_word(word)]
    out: dict[str, str] = {}
    for start, word in sorted(found):
        inside = any(begin <= start < end for begin, end in known)
        if not inside and word.lower() not in _OTHER and not generic(word):
            out.setdefault(word.lower(), word)
    read = {f.span.text.lower() for f in read_note(text, "question").facts} if out else set()
    return tuple(word for lower, word in out.items() if lower not in read)


def ends_like_a_drug(word: str) -> bool:
    """Whether a word ends in the stem of an international name."""
    return _STEM.fullmatch(word) is not None


def _in_slots(text: str, known: list[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    """The words where a drug stands, whatever they are, each with where it begins."""
    for slot in _SLOTS:
        yield from ((m.start("word"), m["word"]) for m in slot.finditer(text))
    for start, end in known:
        before = _JOINED_BEFORE.search(text, max(0, start - _BESIDE), start)
        behind = _JOINED_BEHIND.match(text, end)
        yield from ((m.start("word"), m["word"]) for m in (before, behind) if m is not None)


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
