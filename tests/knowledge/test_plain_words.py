"""Words are told from names of drugs, with endings and slips."""

from __future__ import annotations

import pytest

from bedside.knowledge.drugs import drug_table, generic
from bedside.knowledge.plain_words import is_plain_word
from bedside.knowledge.terms import TERMINOLOGY, findings


@pytest.mark.parametrize(
    "word", ["breakfast", "Exercises", "pnuemonia", "infecton", "walking", "Stevens-Johnson", "tablets"]
)
def test_words_are_known_with_endings_and_slips(word: str) -> None:
    assert is_plain_word(word)


@pytest.mark.parametrize("word", ["zuranolone", "suzetrigine", "leqembi", "Kisunla", "resmetirom", "xqzvw"])
def test_names_of_drugs_are_no_words(word: str) -> None:
    assert not is_plain_word(word)


def test_the_list_holds_no_drug_and_most_words_of_the_findings() -> None:
    words = (TERMINOLOGY / "plain_words.txt").read_text(encoding="utf-8").split()
    assert words == sorted(set(words)) and len(words) > 15_000
    assert [w for w in words if generic(w) and generic(w) not in drug_table().classes] == []
    of_findings = {w for row in findings().values() for w in row.label.lower().split() if w.isalpha() and len(w) > 4}
    known = [w for w in of_findings if is_plain_word(w)]
    assert len(known) > 0.97 * len(of_findings)
