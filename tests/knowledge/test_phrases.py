from __future__ import annotations

import pytest

from bedside.knowledge.phrases import Phrase, PhraseMatcher

MATCHER = PhraseMatcher(
    [
        Phrase("weakness of arm", "arm"),
        Phrase("SpO2", "sat"),
        Phrase("Na", "sodium", exact=True),
        Phrase("headache", "h"),
        Phrase("weakness of left side", "side"),
    ]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("weakness of his left arm", ["arm"]),
        ("weakness of, arm", []),
        ("weakness of her left arm", ["arm"]),
        ("weakness of the left side", ["side"]),
        ("weakness of his left", []),
        ("headache the", ["h"]),
        ("SpO2 91", ["sat"]),
        ("Na140", ["sodium"]),
        ("na", []),
        ("headaches", ["h"]),
        ("headached", []),
        ("", []),
    ],
)
def test_phrases_are_found_over_words(text: str, found: list[str]) -> None:
    assert [m.payload for m in MATCHER.find(text)] == found


@pytest.mark.parametrize(("text", "found"), [("bruises", ["b"]), ("bruises easily", ["e"]), ("a bruise", ["b"])])
def test_a_plural_is_read_where_a_longer_phrase_begins_with_it_too(text: str, found: list[str]) -> None:
    matcher = PhraseMatcher([Phrase("bruise", "b"), Phrase("bruises easily", "e")])
    assert [m.payload for m in matcher.find(text)] == found
