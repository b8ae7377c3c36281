"""Whether a passage can answer a question at all, decided by what both name, not by how alike they sound.

Vectors find a passage on heparin near a question on vancomycin. A wrong drug, a dose that is not there, another
disease or a child's question under an adult's recommendation are each refused here, whatever the similarity.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bedside.core.base import Frozen
from bedside.knowledge.library import Passage
from bedside.retrieval.chunk import lexical_text
from bedside.retrieval.drug_names import drug_set
from bedside.retrieval.groups import about_pregnant, adolescent, excludes_pregnant, only_for_pregnant, speaks_of
from bedside.retrieval.lexicon import Run, run
from bedside.retrieval.query import Question
from bedside.retrieval.spoken import forms_in
from bedside.retrieval.words import has_run

# A number with a unit in which drugs are given, ranges included. Concentrations ("mmol/L", "mg/dL") and clearances
# ("mL/min") are measurements, not doses.
_DOSE = re.compile(
    r"\b\d+(?:[.,]\d+)*(?:\s*(?:to|-|–)\s*\d+(?:[.,]\d+)*)?\s*"
    r"(?:mg|milligrams?|g|grams?|micrograms?|mcg|µg|μg|nanograms?|international units|units?|IU|mL|ml|mmol|mEq|"
    r"drops?|puffs?|tablets?|capsules?|sachets?|L)\b"
    r"(?!\s*/\s*(?:d?L|dl|mmol|g\b|mol|min\b))",
)

_PROPHYLACTIC = re.compile(r"\bprophyla|\bthromboprophyla", re.IGNORECASE)
_PREVENTS = re.compile(r"prophyla|prevent", re.IGNORECASE)

# Diseases of one guideline whose treatments differ: a passage on one does not answer a question on the other.
_APART: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("hospital-acquired pneumonia", "HAP"), ("community-acquired pneumonia", "CAP")),
    (("pyelonephritis", "upper UTI", "upper urinary tract infection"), ("lower UTI", "lower urinary tract infection")),
    (("ischaemic stroke",), ("haemorrhagic stroke", "intracerebral haemorrhage")),
)


class Coverage(Frozen):
    """Whether a passage speaks of what the question names.

    Attributes:
        ok: nothing that decides is missing.
        missing: what is, in words a user reads: "vancomycin", "a dose of vancomycin", "children".
    """

    ok: bool
    missing: tuple[str, ...] = ()


def covers(question: Question, passage: Passage) -> Coverage:
    """Checks drugs, dose, condition and group in turn; what the question does not name is not asked for."""
    missing = (
        *_missing_drugs(question, passage),
        *_missing_dose(question, passage),
        *_missing_conditions(question, passage),
        *_missing_groups(question, passage),
    )
    return Coverage(ok=not missing, missing=tuple(dict.fromkeys(missing)))


def covers_sentence(question: Question, sentence: str) -> bool:
    """Whether a sentence of a passage that covers the question may be quoted for it.

    A dose is quoted only in the sentence that gives it for that drug; other questions may quote any. What is for
    pregnant women is quoted only where pregnancy is asked about or known, and what excludes them then not.
    """
    if about_pregnant(sentence) and not question.pregnant:
        return False
    if excludes_pregnant(sentence) and question.pregnant:
        return False
    return not question.asks_dose or _doses(question, sentence)


def prescribes(question: Question, passage: Passage) -> bool:
    """Whether the recommendation gives a dose of the very drug asked about, and does not only mention it by the way."""
    dosed = {name for drug in passage.recommendation.drugs if drug.dose for name in _names_of(drug.name)}
    return any(name.lower() in dosed for drug in question.drugs for name in drug.itself)


def _names_of(drug: str) -> set[str]:
    """A drug as a guideline names it, and the drugs in that name ("hypertonic saline 3%" is hypertonic saline)."""
    return {drug.lower(), *(name.lower() for name in drug_set(drug))}


def names_any(row: Run, forms: tuple[str, ...]) -> bool:
    """Whether a row of stems holds any of the forms, unbroken."""
    return any(has_run(row, run(form)) for form in forms)


def _missing_drugs(question: Question, passage: Passage) -> tuple[str, ...]:
    """A question that compares two drugs is served by a passage on either."""
    # Only what it recommends counts, and where no dose is wanted what it is asked about ("started on an SSRI, when do I
    # see him again?"): the guideline's other topics are not advice on the drug.
    told = (passage.text, *(drug.name for drug in passage.recommendation.drugs))
    named = drug_set(" ; ".join(told if question.asks_dose else (*told, *passage.asked)))
    if not question.drugs or any(drug.kin & named for drug in question.drugs):
        return ()
    return tuple(drug.written for drug in question.drugs)


def _missing_dose(question: Question, passage: Passage) -> tuple[str, ...]:
    """A dose answers only in the sentence that names the drug itself: another of its class has another dose."""
    if not question.asks_dose:
        return ()
    dosed = any(drug.dose for drug in passage.recommendation.drugs)
    others = question.drugs and dosed and not prescribes(question, passage)
    if not others and any(_doses(question, sentence) for sentence in passage.recommendation.sentences):
        return ()
    return tuple(f"a dose of {drug.written}" for drug in question.drugs) or ("a dose",)


def _doses(question: Question, sentence: str) -> bool:
    if not _DOSE.search(sentence):
        return False
    # A prophylactic dose treats nothing: it is given only where prevention is asked about.
    if _PROPHYLACTIC.search(sentence) and not _PREVENTS.search(question.text):
        return False
    named = drug_set(sentence)
    return not question.drugs or any(drug.itself & named for drug in question.drugs)


def _missing_conditions(question: Question, passage: Passage) -> tuple[str, ...]:
    """A question that names several conditions is served by a passage on any.

    A dose belongs to its indication: the recommendation itself must name it, not only the guideline's list, and the
    guideline must be on it: sepsis is named in passing where prostatitis is treated.
    """
    if not question.conditions:
        return ()
    told = (passage.text, passage.recommendation.population)
    own = _stemmed(" ; ".join(told if question.asks_dose else (*told, *passage.asked)))
    about = not question.asks_dose or (
        names_any(own, _all_forms(question.conditions)) and names_any(_filed(passage), _all_forms(question.conditions))
    )
    if not about or not names_any(_row(passage), question.conditions) or _other_side(question, own):
        return question.conditions
    return ()


def _other_side(question: Question, own: Run) -> bool:
    """Whether the question is on one of two diseases that are kept apart, and the passage on the other alone."""
    for pair in _APART:
        for this, other in (pair, pair[::-1]):
            asks = {c.lower() for c in question.conditions}
            asked = asks.intersection(t.lower() for t in this) and not asks.intersection(o.lower() for o in other)
            if asked and names_any(own, other) and not names_any(own, this):
                return True
    return False


@lru_cache(maxsize=1024)
def _all_forms(conditions: tuple[str, ...]) -> tuple[str, ...]:
    further = (form for name in conditions for forms in forms_in(name).values() for form in forms)
    return tuple(dict.fromkeys((*conditions, *further)))


def _missing_groups(question: Question, passage: Passage) -> tuple[str, ...]:
    text = lexical_text(passage)
    missing = [name for name in question.groups if not speaks_of(name, text)]
    if question.asks_dose and adolescent(question.text) and not speaks_of("children", text):
        missing.append("children")
    recommendation = passage.recommendation
    if question.pregnant and excludes_pregnant(f"{recommendation.population} ; {'; '.join(recommendation.exclusions)}"):
        missing.append("pregnancy")
    if not question.pregnant and only_for_pregnant(recommendation.population):
        missing.append("patients who are not pregnant")
    if not any(covers_sentence(question, sentence) for sentence in recommendation.sentences):
        missing.append("this patient")
    return tuple(missing)


def _filed(passage: Passage) -> Run:
    """What the guideline is about, and for whom the recommendation is."""
    guideline = passage.guideline
    return _stemmed(" ; ".join((guideline.title, *guideline.conditions, passage.recommendation.population)))


def _row(passage: Passage) -> Run:
    return _stemmed(lexical_text(passage))


@lru_cache(maxsize=4096)
def _stemmed(text: str) -> Run:
    return run(text)
