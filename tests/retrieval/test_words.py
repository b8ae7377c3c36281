from __future__ import annotations

import pytest

from bedside.retrieval.words import informative, mentions, stem, stems


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("haemorrhage", "hemorrhage"),
        ("anaemia", "anemia"),
        ("oedema", "edema"),
        ("diarrhoea", "diarrhea"),
        ("tumour", "tumor"),
        ("stabilise", "stabilize"),
        ("hospitalisation", "hospitalization"),
        ("sulphate", "sulfate"),
        ("litres", "liters"),
        ("thrombolyse", "thrombolyze"),
    ],
)
def test_british_and_american_spellings_are_one_word(british: str, american: str) -> None:
    assert stem(british) == stem(american)


@pytest.mark.parametrize(
    ("one", "other"), [("warfarin", "heparin"), ("hypertension", "hypotension"), ("hyper", "hypo")]
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_stop_words_and_frame_words_say_nothing() -> None:
    assert informative("What is the recommended treatment for gout in adults?") == ["gout"]
    assert stems("What is it?") == []


@pytest.mark.parametrize(
    ("text", "name", "is_there"),
    [
        ("Deep-vein thromboses are common.", "deep vein thrombosis", True),
        ("The vein is deep; thrombosis follows.", "deep vein thrombosis", False),
        ("Score CURB-65.", "curb 65", True),
        ("Nothing here.", "", False),
    ],
)
def test_a_name_is_an_unbroken_run_of_stems(text: str, name: str, is_there: bool) -> None:
    assert mentions(text, name) is is_there
