"""Anion gap, plain and corrected for albumin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import asked, run, score, statements

from bedside.tools.calculators.anion_gap import AnionGap, corrected, reading


def test_the_gap_is_sodium_minus_chloride_minus_bicarbonate() -> None:
    result = run(AnionGap, sodium=140.0, chloride=100.0, bicarbonate=10.0)
    assert result.evidence[0].value == 30
    assert result.evidence[0].statement == (
        "Anion gap is 30 mmol/L: sodium 140 minus chloride 100 minus bicarbonate 10."
    )
    assert asked(result) == ("albumin",)
    assert any("Not corrected" in limit for limit in result.evidence[0].limits)


def test_low_albumin_uncovers_a_hidden_gap() -> None:
    result = run(AnionGap, sodium=135.0, chloride=105.0, bicarbonate=20.0, albumin=12.0)
    plain, adjusted, meaning = result.evidence
    assert (plain.value, adjusted.value) == (10, 17)
    assert adjusted.source.section == "albumin-corrected" and "Figge" in adjusted.source.citation
    assert "17 mmol/L: 10 plus 0.25 times (40 minus albumin 12 g/L)" in adjusted.statement
    assert "raised" in meaning.statement and "albumin-corrected" in meaning.statement
    assert not result.missing


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (16.1, ": raised"), (16.0, "within the older one"), (11.1, "within the older one"), (11.0, "not above"),
        (2.0, "not above"), (1.9, "low (below 2)"), (-3.0, "low (below 2)"),
    ],
)  # fmt: skip
def test_each_range_holds_from_both_sides(gap: float, words: str) -> None:
    assert words in reading(gap, "anion gap").statement


def test_an_albumin_of_forty_changes_nothing() -> None:
    assert corrected(12.5, 40) == 12.5


@given(gap=st.floats(-20, 60), albumin=st.floats(5, 80), less=st.floats(0.1, 5))
def test_less_albumin_never_lowers_the_corrected_gap(gap: float, albumin: float, less: float) -> None:
    assert corrected(gap, albumin - less) > corrected(gap, albumin)


@pytest.mark.parametrize("gone", ["sodium", "chloride", "bicarbonate"])
def test_without_an_electrolyte_there_is_no_number(gone: str) -> None:
    known = {"sodium": 140.0, "chloride": 100.0, "bicarbonate": 24.0, "albumin": 40.0}
    result = run(AnionGap, **{k: v for k, v in known.items() if k != gone})
    assert result.evidence == () and asked(result) == (gone,)


def test_decimals_do_not_leak_into_the_result() -> None:
    assert score(AnionGap, sodium=138.1, chloride=104.4, bicarbonate=23.1) == 10.6
    assert "10.6 mmol/L" in statements(run(AnionGap, sodium=138.1, chloride=104.4, bicarbonate=23.1))


def test_it_is_computed_for_a_child_too() -> None:
    assert run(AnionGap, sodium=140.0, chloride=100.0, bicarbonate=10.0, age=6.0).refusal is None


def test_an_impossible_sodium_is_refused() -> None:
    assert run(AnionGap, sodium=14.0, chloride=100.0, bicarbonate=10.0).refusal is not None
