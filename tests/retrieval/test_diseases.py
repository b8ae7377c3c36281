from __future__ import annotations

import pytest

from bedside.retrieval.diseases import is_disease_word


@pytest.mark.parametrize("word", ["croup", "Malaria", "bacteraemia", "bacteremia", "endocarditis", "measles"])
def test_the_name_of_a_disease_is_known_in_either_spelling(word: str) -> None:
    assert is_disease_word(word)


@pytest.mark.parametrize("word", ["fast", "rise", "rising", "starting", "elderly", "dose", "tablet"])
def test_a_word_that_only_stands_in_titles_names_no_disease(word: str) -> None:
    assert not is_disease_word(word)
