"""A clinician's question, read for retrieval: what it asks, what it names, and every form those names may take.

The question proper is often one sentence at the end of a case; the case must not drown it, so words are taken from the
sentences that ask, and the case lends only the condition when the question names none ("where should he be treated?").
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bedside.retrieval.drug_names import DrugNamed, drugs_named
from bedside.retrieval.lexicon import Names, capital_names, other_names, run
from bedside.retrieval.words import STOP_WORDS, informative, stem, stems, words

_SENTENCE = re.compile(r"[^.?!\n]*(?:[.](?=\d)[^.?!\n]*)*[.?!\n]?")
_DOSE = re.compile(
    r"\b(dose|doses|dosed|dosage|dosing|how much|how many (mg|milligrams|grams|units|micrograms|tablets|puffs)|"
    r"mg/kg|units per|millilit\w+ per)\b",
    re.IGNORECASE,
)
_ALLERGY = re.compile(r"allerg\w*|anaphyla\w* (?:to|with|after)|intoleran\w*|hypersensitiv\w*", re.IGNORECASE)
_LONG = 40

# Groups whose care differs so much that a passage must speak of them to answer for them. Each: its name, what names
# it in a question, and what names it in a passage.
GROUPS: tuple[tuple[str, str, str], ...] = (
    (
        "children",
        r"\b(child|children|child's|paediatric|pediatric|infants?|toddlers?|bab(y|ies)|neonat\w+|newborns?)\b"
        r"|\b(1[0-5]|[1-9])[- ]?(year|yr|month|week|day)s?[- ]old\b|\b\d+ (months|weeks|days) old\b",
        r"\b(child\w*|paediatric|pediatric|infants?|neonat\w*|newborns?|all ages|any age|young people)\b",
    ),
    (
        "pregnancy",
        r"\b(pregnan\w*|trimester|gestation\w*|weeks pregnant|antenatal)\b",
        r"\b(pregnan\w*|trimester|gestation\w*|antenatal|childbearing|conceiv\w*|conception)\b",
    ),
    ("breastfeeding", r"\b(breast-?\s?feed\w*|lactat\w+|nursing mother)\b", r"\b(breast-?\s?fe\w*|lactation)\b"),
    ("dialysis", r"\b(dialysis|ha?emodialysis)\b", r"\b(dialysis|ha?emodialysis)\b"),
)


class Term(NamedTuple):
    """One thing the question is about: the word as written, and the stems of each form that would name it."""

    word: str
    forms: tuple[tuple[str, ...], ...]


class Question(NamedTuple):
    """A question read for retrieval.

    Attributes:
        text: as it was asked.
        focus: the sentences that ask, with the condition from the rest where they name none.
        dense: `focus` with abbreviations written out: what is embedded.
        stems: of `focus` and every form of what it names: what BM25 is given.
        terms: the informative things it is about.
        drugs: drugs it asks about; not those it calls an allergy.
        conditions: conditions of the library that it names.
        groups: names of the GROUPS it is about.
        asks_dose: whether it wants a dose.
    """

    text: str
    focus: str
    dense: str
    stems: tuple[str, ...]
    terms: tuple[Term, ...]
    drugs: tuple[DrugNamed, ...]
    conditions: tuple[str, ...]
    groups: tuple[str, ...]
    asks_dose: bool


def read_question(text: str, conditions: Names, context: tuple[str, ...] = ()) -> Question:
    """Reads a question.

    Args:
        text: the user's words, with or without the case before them.
        conditions: the conditions the library is filed under.
        context: conditions the patient is known to have, used when `text` names none.
    """
    focus, rest = _split(text)
    named = _conditions(focus, conditions)
    drugs = tuple(d for d in drugs_named(focus) if not _is_allergy(focus, d.written))
    terms = _terms(focus, _forms(focus), drugs)
    if not named and not drugs:
        named = _conditions(rest, conditions) or _conditions(" ; ".join(context), conditions)
        if named:
            # A passage on any of the patient's conditions is about the case, so together they are one term.
            terms = (Term(named[0], tuple(_content(name) for name in named)), *terms)
            focus = f"{', '.join(named)}: {focus}"
    forms = _forms(focus)
    long_forms = [form for forms_of_one in forms.values() for form in forms_of_one]
    drug_forms = [form for drug in drugs for form in drug.forms]
    return Question(
        text=text,
        focus=focus,
        dense=_written_out(focus, forms, drugs),
        stems=tuple(dict.fromkeys(stems(" ".join((focus, *long_forms, *drug_forms))))),
        terms=terms,
        drugs=drugs,
        conditions=named,
        groups=tuple(name for name, asks, _ in GROUPS if re.search(asks, focus, re.IGNORECASE)),
        asks_dose=bool(_DOSE.search(focus)),
    )


def _split(text: str) -> tuple[str, str]:
    """The sentences that ask, and the rest. A short text without a question mark asks as a whole."""
    sentences = [s.strip() for s in _SENTENCE.findall(text) if s.strip()]
    asking = [s for s in sentences if s.endswith("?")]
    if not asking:
        asking = sentences if len(words(text)) <= _LONG else sentences[-1:]
    return " ".join(asking), " ".join(s for s in sentences if s not in asking)


@lru_cache(maxsize=256)
def _forms(text: str) -> dict[str, tuple[str, ...]]:
    """Every abbreviation or name with other names in `text`, as written there, and its forms."""
    written = words(text)
    found = {" ".join(written[f.start : f.end]): f.forms for f in other_names().find(text)}
    for name, forms in capital_names().items():
        if re.search(rf"\b{name}\b", text):
            found[name.lower()] = forms
    return found


def _conditions(text: str, conditions: Names) -> tuple[str, ...]:
    expanded = " ; ".join([text, *(form for forms in _forms(text).values() for form in forms)])
    return tuple(dict.fromkeys(found.forms[0] for found in conditions.find(expanded)))


def _is_allergy(text: str, drug: str) -> bool:
    """Whether the text names the drug as what the patient cannot have, not as what is asked about."""
    pattern = (
        rf"(?:{_ALLERGY.pattern})\W+(?:\w+\W+){{0,3}}?{re.escape(drug)}|{re.escape(drug)}\W+(?:{_ALLERGY.pattern})"
    )
    return re.search(pattern, text, re.IGNORECASE) is not None


def _written_out(text: str, forms: dict[str, tuple[str, ...]], drugs: tuple[DrugNamed, ...]) -> str:
    """`text` with the first long form after each short name, and the generic name after a brand."""
    extra = [next((f for f in names if run(f) != run(short)), "") for short, names in forms.items()]
    extra += [drug.name for drug in drugs if drug.name != drug.written.lower()]
    added = [e for e in dict.fromkeys(extra) if e]
    return f"{text} ({', '.join(added)})" if added else text


def _terms(text: str, forms: dict[str, tuple[str, ...]], drugs: tuple[DrugNamed, ...]) -> tuple[Term, ...]:
    """What the question is about: names with all their forms first, then the single words they leave."""
    out: list[Term] = []
    taken: set[str] = set()
    for drug in drugs:
        out.append(Term(drug.written, tuple(_content(form) for form in drug.forms)))
        taken.update(words(drug.written))
    for written, names in forms.items():
        if not taken.issuperset(written.split()):
            out.append(Term(written, tuple(dict.fromkeys(_content(name) for name in names))))
            taken.update(written.split())
    out += [Term(word, ((stem(word),),)) for word in informative(text) if word not in taken]
    return tuple(out)


def _content(name: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in words(name) if word not in STOP_WORDS)
