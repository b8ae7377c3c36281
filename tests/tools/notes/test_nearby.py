"""Findings told in everyday words, and whom a message is about."""

from __future__ import annotations

import pytest

from bedside.core.case import FactStatus
from bedside.tools.notes.read import read_facts
from bedside.tools.notes.told_of import told_of


def statuses(text: str) -> dict[str, FactStatus]:
    return {fact.name: fact.status for fact in read_facts(text, "m1")}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("There is a dark curtain coming across my eye", "curtain"),
        ("My eye has a shadow over it", "curtain"),
        ("voices that he hears", "psychosis_told"),
        ("He can't swallow his own saliva", "drooling_told"),
        ("I pressed a glass on the spots", "spots_do_not_fade"),
        ("her jaw aches when she chews", "jaw_pain_chewing"),
    ],
)
def test_words_near_each_other_are_read_in_any_order(text: str, name: str) -> None:
    fact = next(f for f in read_facts(text, "m1") if f.name == name)
    assert fact.status is FactStatus.PRESENT
    assert text[fact.span.start : fact.span.end] == fact.span.text


@pytest.mark.parametrize(
    "text",
    [
        "He closed the curtain. His eye is red",
        "The curtain was blue and later on that day in town she was told by the man that an eye is brown",
        "eye swollen but no pain on moving",
    ],
)
def test_words_of_two_sentences_far_apart_or_parted_by_a_denial_are_nothing(text: str) -> None:
    assert not {"curtain", "eye_hurts_to_move"} & set(statuses(text))


def test_a_denial_before_them_counts() -> None:
    assert statuses("no curtain across her vision")["curtain"] is FactStatus.ABSENT
    assert statuses("denies hearing voices")["psychosis_told"] is FactStatus.ABSENT


def test_what_they_imply_is_read_too() -> None:
    read = statuses("his face has dropped on one side")
    assert read["facial_droop"] is FactStatus.PRESENT


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("My son is 6 and he is wheezing. I don't have a pen with me.", "son"),
        ("My husband's face has dropped. I'm worried.", "husband"),
        ("My sister has meningitis. I feel fine.", ""),
        ("My dad died of a heart attack and I want my cholesterol checked.", ""),
        ("45F, my mother had a stroke", ""),
        ("mother had pneumonia. RR 24", ""),
    ],
)
def test_a_message_about_a_relative_takes_the_relative_for_the_patient(text: str, who: str) -> None:
    assert told_of(text) == who


def test_the_relative_who_is_the_patient_is_no_family_history() -> None:
    assert statuses("My husband has chest pain and is sweating")["chest_pain"] is FactStatus.PRESENT
    assert statuses("My sister has meningitis. I feel fine.")["meningitis"] is FactStatus.FAMILY


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("our baby is five weeks old", 5 / 52.1775),
        ("7/52 old boy", 7 / 52.1775),
        ("a baby of ten weeks", 10 / 52.1775),
        ("My son is six months old and hot", 0.5),
    ],
)
def test_the_age_of_a_baby_is_read_in_words(text: str, years: float) -> None:
    ages = [f.value for f in read_facts(text, "m1") if f.name == "age"]
    assert ages == [pytest.approx(years, abs=1e-3)]


def test_the_age_of_a_sibling_is_not_the_patients() -> None:
    assert not [f for f in read_facts("his brother is five years old. T 37", "m1") if f.name == "age"]
