"""A clinician's question, read for retrieval: what it asks, what it names, and every form those names may take.

The question proper is often one sentence at the end of a case; the case must not drown it, so words are taken from the
sentences that ask, and the case lends only the condition when the question names none ("where should he be treated?").
"""

from __future__ import annotations

import re
from typing import NamedTuple

from bedside.knowledge.drugs import is_class
from bedside.retrieval.asking import sentences, split, unabbreviated
from bedside.retrieval.context import lent_conditions, named_conditions
from bedside.retrieval.denied import without_denied
from bedside.retrieval.drug_names import DrugNamed, drugs_named
from bedside.retrieval.groups import groups_in, obstetric
from bedside.retrieval.intent import intents_of
from bedside.retrieval.lexicon import Names, run
from bedside.retrieval.orders import gives_orders
from bedside.retrieval.patient import NOBODY, Patient
from bedside.retrieval.spoken import forms_in
from bedside.retrieval.words import STOP_WORDS, informative, stem, stems, words

_DOSE = re.compile(
    r"(?<!high-)(?<!high )(?<!low-)(?<!low )\b(dose|doses|dosed|dosage|dosing|how much|"
    r"how many (mg|milligrams|grams|units|micrograms|tablets|puffs)|mg/kg|units per|millilit\w+ per|infusion rate|"
    r"loading regimen)\b",
    re.IGNORECASE,
)
_ALLERGY = re.compile(r"allerg\w*|anaphyla\w* (?:to|with|after)|intoleran\w*|hypersensitiv\w*", re.IGNORECASE)
_LENT_SHOWN = 4
_PEOPLE = frozenset({
    "pregnancy", "pregnant", "pregnant woman", "pregnant women", "antenatal", "antenatal care", "child", "children",
    "infant", "baby", "newborn", "neonate", "elderly", "older people", "older adults", "breastfeeding",
})  # fmt: skip
_TAKEN = r"\b(?:on|takes|taking|took|meds|medication|dh|already on|started on)\b[^.?!;,]*"


class Term(NamedTuple):
    """One thing the question is about: the word as written, and the stems of each form that would name it."""

    word: str
    forms: tuple[tuple[str, ...], ...]


class Question(NamedTuple):
    """A question read for retrieval.

    Attributes:
        text: as it was given, with its case.
        whole: the same without the findings it says are not there and without orders to an assistant, under the
            condition that the record lends.
        asked: the part of it that asks, as written.
        focus: the sentences that ask, with the condition from the rest where they name none.
        dense: `focus` with abbreviations written out: what is embedded.
        stems: of `focus` and every form of what it names: what BM25 is given.
        terms: the informative things it is about.
        drugs: drugs it asks about; not those it calls an allergy.
        conditions: conditions of the library that it names, or that the case lends.
        groups: names of the GROUPS it is about.
        pregnant: whether it is about a pregnant patient; None where that is not known.
        asks_dose: whether it wants a dose.
    """

    text: str
    whole: str
    asked: str
    focus: str
    dense: str
    stems: tuple[str, ...]
    terms: tuple[Term, ...]
    drugs: tuple[DrugNamed, ...]
    conditions: tuple[str, ...]
    groups: tuple[str, ...]
    pregnant: bool | None
    asks_dose: bool


def read_question(text: str, conditions: Names, patient: Patient = NOBODY) -> Question:
    """Reads a question.

    Args:
        text: the user's words, with or without the case before them.
        conditions: the conditions the library is filed under.
        patient: what the record says; it lends the condition where `text` names none, and the groups.
    """
    said = without_denied(text)
    asked, told = split(said)
    whole = unabbreviated(" ".join(s for s in sentences(said) if not gives_orders(s)))
    focus, rest = unabbreviated(asked), unabbreviated(told)
    named = _diseases_first(named_conditions(focus, conditions))
    drugs = tuple(
        d for d in drugs_named(focus) if not _is_allergy(focus, d.written) and not _at_home(focus, d, patient)
    )
    terms = _terms(focus, forms_in(focus), drugs, _home_words(focus, patient))
    if patient.said and not asked.endswith("?"):
        # A note that asks as a whole: what the record has read from it is the case.
        terms, rest, named = _unrecorded(terms, drugs, patient), f"{focus} ; {rest}", ()
    lent: tuple[str, ...] = ()
    if not named and not _general(focus, drugs, patient):
        lent = lent_conditions(rest, conditions, patient, contentless=not terms)
    if lent:
        # A passage on any of the patient's conditions is about the case, so together they are one term.
        terms = (Term(lent[0], tuple(_content(name) for name in lent)), *terms)
        focus = f"{', '.join(lent[:_LENT_SHOWN])}: {focus}"
        whole = f"{', '.join(lent[:_LENT_SHOWN])}: {whole}"
    forms = forms_in(focus)
    long_forms = [form for forms_of_one in forms.values() for form in forms_of_one]
    drug_forms = [form for drug in drugs for form in drug.forms]
    groups = groups_in(focus)
    return Question(
        text=text,
        whole=whole,
        asked=asked,
        focus=focus,
        dense=_written_out(focus, forms, drugs),
        stems=tuple(dict.fromkeys(stems(" ".join((focus, *long_forms, *drug_forms))))),
        terms=terms,
        drugs=drugs,
        conditions=named or lent,
        groups=tuple(dict.fromkeys((*groups, *_recorded_groups(rest, patient)))),
        pregnant=True if "pregnancy" in groups or obstetric(focus) or _expecting(told) else patient.pregnant,
        asks_dose=bool(_DOSE.search(focus)),
    )


def _diseases_first(named: tuple[str, ...]) -> tuple[str, ...]:
    """The conditions named, without a bare group of people beside a disease: "malaria in pregnancy" is on malaria."""
    diseases = tuple(name for name in named if name.lower() not in _PEOPLE)
    return diseases or named


def _recorded_groups(rest: str, patient: Patient) -> tuple[str, ...]:
    """The groups of the record, and dialysis from the case's text, which no fact records. Pregnancy is no bar here:
    what holds for everybody holds for a pregnant patient too, unless it says otherwise."""
    dialysis = (
        ("dialysis",) if "dialysis" in groups_in(rest) and not re.search(r"\b(not|no)\b[^.]*dialysis", rest) else ()
    )
    return (*patient.groups, *dialysis)


def _expecting(told: str) -> bool:
    """Whether the case, told in the question's own text, is of a pregnant patient ("has just found out she is")."""
    clauses = re.split(r"[.;?!\n]", told)
    return any("pregnancy" in groups_in(c) and not re.search(r"\b(not|no|never|neg\w*)\b", c, re.I) for c in clauses)


def _general(focus: str, drugs: tuple[DrugNamed, ...], patient: Patient) -> bool:
    """Whether a question is on a drug in a group of people ("Is ramipril safe in pregnancy?"): it needs no disease."""
    return bool(groups_in(focus)) and any(not is_class(drug.name) for drug in drugs)


def _at_home(focus: str, drug: DrugNamed, patient: Patient) -> bool:
    """Whether a drug is only what the patient takes: the record has it so, and something else is asked after it."""
    if drug.name not in patient.medicines:
        return False
    match = re.search(rf"{_TAKEN}\b{re.escape(drug.written)}\b", focus, re.IGNORECASE)
    if match is None:
        return False
    after = focus[match.end() :]
    return bool(intents_of(after) or drugs_named(after) or len(informative(after)) > 1)


def _home_words(focus: str, patient: Patient) -> frozenset[str]:
    """The words of drugs that are only taken at home: they are not what a passage must name."""
    return frozenset(w for d in drugs_named(focus) if _at_home(focus, d, patient) for w in words(d.written))


def _unrecorded(terms: tuple[Term, ...], drugs: tuple[DrugNamed, ...], patient: Patient) -> tuple[Term, ...]:
    """The terms of a note without what the record has read from it: "BP 76/40" in it is not asked for."""
    kept = {drug.written for drug in drugs}
    said = {word for text in patient.said for word in words(text)} - kept
    return tuple(term for term in terms if term.word in kept or not said.issuperset(term.word.split()))


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


def _terms(
    text: str, forms: dict[str, tuple[str, ...]], drugs: tuple[DrugNamed, ...], apart: frozenset[str]
) -> tuple[Term, ...]:
    """What the question is about, but the words set apart: names with all their forms, then the words they leave."""
    out: list[Term] = []
    taken: set[str] = set(apart)
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
