"""What is told of another time, person or case, and what only looks like it."""

from __future__ import annotations

import pytest

from bedside.core.case import FactStatus
from bedside.tools.notes.read import read_facts
from bedside.tools.redflags.engine import red_flags


def statuses(text: str) -> dict[str, FactStatus]:
    return {fact.name: fact.status for fact in read_facts(text, "m1")}


def flags(text: str) -> set[str]:
    return {flag.id for flag in red_flags(read_facts(text, "m1"))}


@pytest.mark.parametrize(
    ("text", "name", "status"),
    [
        ("Told to attend if he vomits, becomes confused or has a seizure", "seizure", FactStatus.POSSIBLE),
        ("Return if there is a fever, chest pain or melaena", "melaena", FactStatus.POSSIBLE),
        ("Return if worse, he has chest pain", "chest_pain", FactStatus.PRESENT),
        ("Come back if no better, now fever", "fever", FactStatus.PRESENT),
        ("I had a seizure when I was 7", "seizure", FactStatus.HISTORICAL),
        ("She had a seizure when she was a little girl", "seizure", FactStatus.HISTORICAL),
        ("I had chest pain when I was walking", "chest_pain", FactStatus.PRESENT),
        ("I don't hear voices", "psychosis_told", FactStatus.ABSENT),
        ("I hear voices", "psychosis_told", FactStatus.PRESENT),
        ("Urinalysis: nitrites pending", "nitrites_positive", FactStatus.POSSIBLE),
        ("Nitrites: not done", "nitrites_positive", FactStatus.POSSIBLE),
        ("Sepsis with cultures pending", "sepsis", FactStatus.PRESENT),
        ("My aunt went blind in one eye suddenly. I am well", "sight_lost", FactStatus.FAMILY),
    ],
)
def test_advice_youth_relatives_and_denials_are_told_from_today(text: str, name: str, status: FactStatus) -> None:
    assert statuses(text)[name] is status


@pytest.mark.parametrize(
    ("emergency", "none"),
    [
        ("He is not breathing", "He is not breathing any faster"),
        ("I had chemo last week and I have a fever of 38.4", "I had chemo last year and I feel well. T 36.8"),
        ("Drinks 2 bottles of vodka a day, shaking, sweating, seeing spiders", "Drinks 2 bottles of vodka a day"),
        ("33 weeks and baby is moving less than usual", "33 weeks and baby is moving as usual"),
        ("Why is he hypotensive? Tension pneumothorax on film, BP 70/40", "Explain why tension pneumothorax kills"),
        ("Head feels as if hit with a hammer, sudden, worst headache of her life", "If I hit my head I would ring you"),
    ],
)
def test_the_words_around_an_emergency_decide(emergency: str, none: str) -> None:
    assert flags(emergency)
    assert not flags(none)
