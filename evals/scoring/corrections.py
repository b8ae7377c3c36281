"""MEDEC's three tasks (Ben Abacha 2025, arXiv:2412.19260): is there an error, in which sentence, and its correction.

The answer is ``CORRECT``, or the number of a sentence, a space and the sentence corrected. Anything else is no answer:
wrong in all three.
"""

from __future__ import annotations

import re

from bedside.evals.patients.case import Gold
from bedside.evals.scoring.rouge import overlap_f1, words_of
from bedside.evals.scoring.text_match import plain_answer

FLAG, SENTENCE, WRONG, ALIKE = (
    "error flag right", "sentences with the error found", "texts with an error", "correction alike (ROUGE-1)",
)  # fmt: skip
_FORM = re.compile(r"^\W*(?:sentence\s+)?(\d+)\W+(.*)$", re.I | re.S)
NONE = -1


def correction_marks(said: str, gold: Gold) -> dict[str, float]:
    """The flag and the sentence right, and the correction's likeness; the last two of texts with an error only.

    As published, a text without an error counts in the sentence's accuracy where it is called correct; here it counts
    in the flag's alone, so that saying "CORRECT" of everything finds no sentence.
    """
    number, text = answer_of(said)
    wrong = gold.sentence is not None and gold.sentence >= 0
    flagged = number is not None and (number >= 0) == wrong
    found = wrong and number == gold.sentence
    corrects = wrong and number is not None and number >= 0
    alike = max((overlap_f1(words_of(text), words_of(r), 1) for r in gold.texts), default=0.0) if corrects else 0.0
    return {FLAG: float(flagged), WRONG: float(wrong), SENTENCE: float(found), ALIKE: alike}


def answer_of(said: str) -> tuple[int | None, str]:
    """The number of the sentence (-1: no error; None: no answer) and the correction."""
    if plain_answer(said)[:1] == ("correct",):
        return NONE, ""
    found = _FORM.match(said.strip())
    return (int(found[1]), found[2].strip()) if found else (None, "")
