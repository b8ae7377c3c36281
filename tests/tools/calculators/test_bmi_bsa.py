"""Body mass index, its WHO bands, and body surface area."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import asked, run, statements

from bedside.tools.calculators.bmi_bsa import BmiBsa, bmi, du_bois, mosteller


def test_a_worked_example() -> None:
    result = run(BmiBsa, weight=70.0, height=170.0, age=40.0)
    index, area, band = result.evidence
    assert (index.value, index.unit, index.source.section) == (24.2, "kg/m2", "")
    assert (area.value, area.unit, area.source.section) == (1.82, "m2", "body surface area")
    assert area.statement == "Body surface area is 1.82 m² (Mosteller) or 1.81 m² (Du Bois), from 70 kg and 170 cm."
    assert "Mosteller" in area.source.citation
    assert "the normal range" in band.statement


@pytest.mark.parametrize(
    ("weight", "height", "expected"), [(81, 180, 25.0), (100, 200, 25.0), (50, 160, 19.53), (3.5, 50, 14.0)]
)
def test_the_index_is_weight_over_height_squared(weight: float, height: float, expected: float) -> None:
    assert bmi(weight, height) == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(
    ("weight", "height", "first", "second"), [(36, 100, 1.0, 0.929), (80, 180, 2.0, 1.996), (60, 165, 1.658, 1.660)]
)
def test_both_areas_match_hand_worked_values(weight: float, height: float, first: float, second: float) -> None:
    assert mosteller(weight, height) == pytest.approx(first, abs=0.002)
    assert du_bois(weight, height) == pytest.approx(second, abs=0.002)


# At a height of 100 cm the weight in kg is the index.
@pytest.mark.parametrize(
    ("index", "band"),
    [
        (18.4, "underweight"), (18.5, "the normal range"), (24.9, "the normal range"), (25.0, "pre-obese"),
        (29.9, "pre-obese"), (30.0, "obesity class I "), (34.9, "obesity class I "), (35.0, "obesity class II "),
        (39.9, "obesity class II "), (40.0, "obesity class III "),
    ],
)  # fmt: skip
def test_each_band_holds_from_both_sides(index: float, band: str) -> None:
    assert band in run(BmiBsa, weight=index, height=100.0).evidence[-1].statement


@pytest.mark.parametrize("change", [{"age": 17.0}, {"pregnancy": True}])
def test_a_child_and_a_pregnant_woman_get_numbers_without_a_band(change: dict[str, float | bool]) -> None:
    result = run(BmiBsa, weight=60.0, height=160.0, **change)
    assert [item.source.section for item in result.evidence] == ["", "body surface area"]
    assert any("No band is given" in limit for limit in result.evidence[0].limits)


@pytest.mark.parametrize("gone", ["weight", "height"])
def test_without_weight_or_height_there_is_no_number(gone: str) -> None:
    known = {"weight": 70.0, "height": 170.0}
    result = run(BmiBsa, **{k: v for k, v in known.items() if k != gone})
    assert result.evidence == () and asked(result) == (gone,)


@pytest.mark.parametrize(("name", "value"), [("height", 1.7), ("weight", 7000.0)])
def test_an_impossible_size_is_refused(name: str, value: float) -> None:
    assert run(BmiBsa, **{"weight": 70.0, "height": 170.0, name: value}).refusal is not None


@given(weight=st.floats(30, 200), height=st.floats(120, 210), more=st.floats(0.5, 20))
def test_more_weight_never_lowers_any_of_them(weight: float, height: float, more: float) -> None:
    for formula in (bmi, mosteller, du_bois):
        assert formula(weight + more, height) > formula(weight, height)


def test_the_statement_shows_weight_and_height() -> None:
    assert "Body mass index is 24.2 kg/m², from 70 kg and 170 cm." in statements(run(BmiBsa, weight=70.0, height=170.0))
