from __future__ import annotations

import pytest

from bedside.knowledge.phrases import Phrase, PhraseMatcher

MATCHER = PhraseMatcher(
    [
        Phrase("weakness of arm", "arm"),
        Phrase("SpO2", "sat"),
        Phrase("Na", "sodium", exact=True),
        Phrase("headache", "h"),
    ]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("weakness of his left arm", ["arm"]),
        ("weakness of, arm", []),
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
