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
from bedside.retrieval.lexicon import Run, run
from bedside.retrieval.query import GROUPS, Question
from bedside.retrieval.words import has_run

# A number with a unit in which drugs are given, ranges included. Concentrations ("mmol/L", "mg/dL") and clearances
# ("mL/min") are measurements, not doses.
_DOSE = re.compile(
    r"\b\d+(?:[.,]\d+)*(?:\s*(?:to|-|–)\s*\d+(?:[.,]\d+)*)?\s*"
    r"(?:mg|milligrams?|g|grams?|micrograms?|mcg|µg|μg|nanograms?|international units|units?|IU|mL|ml|mmol|mEq|"
    r"drops?|puffs?|tablets?|capsules?|sachets?|L)\b"
    r"(?!\s*/\s*(?:d?L|dl|mmol|g\b|mol|min\b))",
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

    A dose is quoted only in the sentence that gives it for that drug; other questions may quote any.
    """
    return not question.asks_dose or _doses(question, sentence)


def names_any(row: Run, forms: tuple[str, ...]) -> bool:
    """Whether a row of stems holds any of the forms, unbroken."""
    return any(has_run(row, run(form)) for form in forms)


def _missing_drugs(question: Question, passage: Passage) -> tuple[str, ...]:
    """A question that compares two drugs is served by a passage on either."""
    # Only what it recommends counts: the guideline's other topics are not advice on the drug.
    named = drug_set(" ; ".join((passage.text, *(drug.name for drug in passage.recommendation.drugs))))
    if not question.drugs or any(drug.kin & named for drug in question.drugs):
        return ()
    return tuple(drug.written for drug in question.drugs)


def _missing_dose(question: Question, passage: Passage) -> tuple[str, ...]:
    """A dose answers only in the sentence that names the drug itself: another of its class has another dose."""
    if not question.asks_dose:
        return ()
    if any(_doses(question, sentence) for sentence in passage.recommendation.sentences):
        return ()
    return tuple(f"a dose of {drug.written}" for drug in question.drugs) or ("a dose",)


def _doses(question: Question, sentence: str) -> bool:
    if not _DOSE.search(sentence):
        return False
    named = drug_set(sentence)
    return not question.drugs or any(drug.itself & named for drug in question.drugs)


def _missing_conditions(question: Question, passage: Passage) -> tuple[str, ...]:
    """A question that names several conditions is served by a passage on any."""
    if not question.conditions or names_any(_row(passage), question.conditions):
        return ()
    return question.conditions


def _missing_groups(question: Question, passage: Passage) -> tuple[str, ...]:
    text = lexical_text(passage)
    return tuple(
        name for name, _, speaks in GROUPS if name in question.groups and not re.search(speaks, text, re.IGNORECASE)
    )


def _row(passage: Passage) -> Run:
    return _stemmed(lexical_text(passage))


@lru_cache(maxsize=4096)
def _stemmed(text: str) -> Run:
    return run(text)
