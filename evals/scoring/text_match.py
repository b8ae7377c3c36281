"""Short answers against references: equal, equal but for form, yes or no, and shared words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

EXACT, MATCH, SHARED = "answer equal to the letter", "answer equal but for its form", "shared words (F1)"
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS = {word: str(n) for n, word in enumerate(_DIGITS)}
_LEADS = re.compile(r"^(?:the )?(?:final |correct |right )?(?:answer|diagnosis) (?:is|would be)\b:?|^answer:", re.I)
_YES = frozenset({"yes", "true", "correct", "present", "positive"})
_NO = frozenset({"no", "not", "false", "incorrect", "absent", "negative", "none"})
_MAYBE = frozenset({"maybe", "uncertain", "unclear", "possibly"})


def match_marks(said: str, references: Sequence[str]) -> dict[str, float]:
    """The best over the references; nothing said has none of them."""
    return {
        EXACT: float(any(said.strip() == r.strip() for r in references)),
        MATCH: float(any(same_answer(said, r) for r in references)),
        SHARED: max((shared_words(said, r) for r in references), default=0.0),
    }


def same_answer(said: str, reference: str) -> bool:
    """Whether two answers are equal but for case, marks, articles, numbers in words and "The answer is"; or in yes/no.

    "Yes." and "yes, it does" are the answer yes: what stands behind a yes or a no explains it.
    """
    if not plain_answer(said):
        return False
    wanted = yes_or_no(reference)
    if wanted and len(plain_answer(reference)) == 1:
        return yes_or_no(said) == wanted
    return plain_answer(said) == plain_answer(reference)


def yes_or_no(text: str) -> str:
    """ "yes", "no" or "maybe" where a text begins with it; "" otherwise."""
    first = next(iter(plain_answer(text)), "")
    if first in _YES:
        return "yes"
    return "no" if first in _NO else "maybe" if first in _MAYBE else ""


def plain_answer(text: str) -> tuple[str, ...]:
    """Its words in lower case, without articles and what only introduces an answer; numbers as digits."""
    text = _LEADS.sub("", text.strip())
    words = re.findall(r"\d+(?:\.\d+)?|[^\W\d_]+", text.lower())
    return tuple(_NUMBERS.get(w, w) for w in words if w not in {"a", "an", "the"})


def shared_words(said: str, reference: str) -> float:
    """F1 of the words of both, each counted as often as it stands (SQuAD: Rajpurkar 2016, arXiv:1606.05250)."""
    one, other = plain_answer(said), plain_answer(reference)
    both = sum((Counter(one) & Counter(other)).values())
    if not both:
        return 0.0
    precision, recall = both / len(one), both / len(other)
    return 2 * precision * recall / (precision + recall)
