"""Dates as records write them."""

from __future__ import annotations

from datetime import date

import pytest

from bedside.tools.dates import DateError, read_date, words


@pytest.mark.parametrize(
    "text",
    ["2024-03-25", "2024-3-25", "25 March 2024", "25th Mar 2024", "March 25, 2024", "mar 25 2024", "25/03/2024",
     "03/25/2024", "25.3.2024", " 25 march 2024 "],
)  # fmt: skip
def test_one_day_is_read_however_it_is_written(text: str) -> None:
    assert read_date(text) == date(2024, 3, 25)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("03/04/2024", "can be 3 April or 4 March"), ("31 April 2024", "on no calendar"),
        ("2023-02-29", "on no calendar"),
        ("25/03/24", "not a date"), ("in May", "not a date"), ("12 Foo 2024", "names no month"), ("", "not a date"),
        ("13/13/2024", "on no calendar"),
    ],
)  # fmt: skip
def test_what_is_no_day_or_could_be_two_is_refused_with_why(text: str, why: str) -> None:
    with pytest.raises(DateError, match=why):
        read_date(text)


def test_a_day_that_reads_the_same_both_ways_is_no_riddle() -> None:
    assert read_date("05/05/2024") == date(2024, 5, 5)


def test_a_date_is_shown_in_words_and_in_iso_form() -> None:
    assert words(date(2024, 3, 5)) == "5 March 2024 (2024-03-05)"
