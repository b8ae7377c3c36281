"""Corrected QT by four formulas, and the adult bands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import asked, run, statements

from bedside.tools.calculators.corrected_qt import CorrectedQt, corrections, reading


@given(qt=st.floats(200, 700))
def test_at_sixty_no_formula_changes_the_qt(qt: float) -> None:
    assert all(value == pytest.approx(qt) for value in corrections(qt, 60).values())


@pytest.mark.parametrize(
    ("qt", "rate", "fridericia", "bazett", "framingham", "hodges"),
    [
        (400, 78, 436.6, 456.1, 435.5, 431.5),
        (360, 100, 426.8, 464.8, 421.6, 430.0),
        (440, 50, 414.1, 401.7, 409.2, 422.5),
        (300, 120, 378.0, 424.3, 377.0, 405.0),
    ],
)
def test_the_formulas_give_hand_worked_values(
    qt: float, rate: float, fridericia: float, bazett: float, framingham: float, hodges: float
) -> None:
    found = corrections(qt, rate)
    expected = {"Fridericia": fridericia, "Bazett": bazett, "Framingham": framingham, "Hodges": hodges}
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=0.1), name


def test_all_four_are_shown_and_fridericia_is_the_headline() -> None:
    result = run(CorrectedQt, qt_interval=400.0, heart_rate=78.0, sex="male")
    assert (result.evidence[0].value, result.evidence[0].unit) == (437, "ms")
    assert result.evidence[0].statement == (
        "Corrected QT (Fridericia) is 437 ms, from QT 400 ms at 78/min; by other formulas: Bazett 456, Framingham 436, "
        "Hodges 432 ms."
    )
    assert "not prolonged" in result.evidence[1].statement
    assert "AHA/ACCF/HRS" in result.evidence[1].source.citation


@pytest.mark.parametrize(
    ("qtc", "sex", "words"),
    [
        (390, "", "is short"), (391, "", "not prolonged"), (449, "", "not prolonged"), (449, "male", "not prolonged"),
        (450, "male", "prolonged in a man"), (450, "female", "not prolonged in a woman"),
        (459, "female", "not prolonged in a woman"), (460, "female", "is prolonged"), (460, "", "is prolonged"),
    ],
)  # fmt: skip
def test_each_band_holds_from_both_sides(qtc: float, sex: str, words: str) -> None:
    assert words in reading(qtc, sex)


def test_between_450_and_459_the_sex_is_asked_for() -> None:
    result = run(CorrectedQt, qt_interval=455.0, heart_rate=60.0)
    assert asked(result) == ("sex",)
    assert len(result.evidence) == 1
    assert asked(run(CorrectedQt, qt_interval=455.0, heart_rate=60.0, sex="female")) == ()


def test_a_child_gets_the_number_without_the_adult_band() -> None:
    result = run(CorrectedQt, qt_interval=455.0, heart_rate=60.0, age=9.0)
    assert len(result.evidence) == 1 and result.refusal is None
    assert any("adults" in limit for limit in result.evidence[0].limits)


@pytest.mark.parametrize("gone", ["qt_interval", "heart_rate"])
def test_without_qt_or_rate_there_is_no_number(gone: str) -> None:
    known = {"qt_interval": 400.0, "heart_rate": 70.0}
    result = run(CorrectedQt, **{k: v for k, v in known.items() if k != gone})
    assert result.evidence == () and asked(result) == (gone,)


@pytest.mark.parametrize(("name", "value"), [("qt_interval", 40.0), ("qt_interval", 4000.0), ("heart_rate", 5.0)])
def test_an_impossible_interval_or_rate_is_refused(name: str, value: float) -> None:
    assert run(CorrectedQt, **{"qt_interval": 400.0, "heart_rate": 70.0, name: value}).refusal is not None


@given(qt=st.floats(200, 600), rate=st.floats(61, 180))
def test_a_fast_heart_is_corrected_upward_and_by_bazett_most(qt: float, rate: float) -> None:
    found = corrections(qt, rate)
    assert found["Bazett"] > found["Fridericia"] > qt


def test_the_band_is_of_the_headline() -> None:
    assert "437 ms is not prolonged" in statements(run(CorrectedQt, qt_interval=400.0, heart_rate=78.0))
