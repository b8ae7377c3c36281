"""ROUGE-1, -2 and -L of a text against references (Lin 2004, https://aclanthology.org/W04-1013).

Counted here, since the package rouge-score brings nltk and absl for what these lines do. Words are lower case, letters
and digits, without stemming; ROUGE-L is of the whole text, not summed over sentences.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence


def rouge_marks(said: str, references: Sequence[str]) -> dict[str, float]:
    """F1 of each, the best over the references."""
    words = words_of(said)
    wanted = [words_of(r) for r in references]
    return {
        "ROUGE-1": max((overlap_f1(words, w, 1) for w in wanted), default=0.0),
        "ROUGE-2": max((overlap_f1(words, w, 2) for w in wanted), default=0.0),
        "ROUGE-L": max((longest_f1(words, w) for w in wanted), default=0.0),
    }


def words_of(text: str) -> tuple[str, ...]:
    """Lower case letters and digits."""
    return tuple(re.findall(r"[a-z0-9]+", text.lower()))


def overlap_f1(said: Sequence[str], wanted: Sequence[str], size: int) -> float:
    """F1 of the runs of `size` words, each counted as often as it stands in both."""
    one, other = (Counter(zip(*(w[i:] for i in range(size)), strict=False)) for w in (said, wanted))
    return _f1(sum((one & other).values()), sum(one.values()), sum(other.values()))


def longest_f1(said: Sequence[str], wanted: Sequence[str]) -> float:
    """F1 of the longest common subsequence of words."""
    return _f1(longest_common(said, wanted), len(said), len(wanted))


def longest_common(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest common subsequence, row by row."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for n, against in enumerate(other, 1):
            here = row[n]
            row[n] = before + 1 if word == against else max(row[n], row[n - 1])
            before = here
    return row[-1]


def _f1(both: int, said: int, wanted: int) -> float:
    return 2 * both / (said + wanted) if both else 0.0
