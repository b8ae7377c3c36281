"""CURB-65, at every limit from both sides."""

from __future__ import annotations

import pytest
from support.facts import Value, asked, facts, run, score, statements

from bedside.tools.calculators.curb65 import Curb65

WELL: dict[str, Value] = {
    "confusion": False, "urea": 5.0, "respiratory_rate": 16.0, "systolic_bp": 125.0, "diastolic_bp": 80.0, "age": 40.0,
}  # fmt: skip
SICK: dict[str, Value] = {
    "confusion": True, "urea": 9.1, "respiratory_rate": 32.0, "systolic_bp": 88.0, "diastolic_bp": 56.0, "age": 67.0,
}  # fmt: skip


def test_the_sample_case_scores_five_and_says_why() -> None:
    result = run(Curb65, **SICK)
    assert result.evidence[0].value == 5
    assert result.evidence[0].statement == (
        "CURB-65 is 5 of 5: confusion, urea 9.1 mmol/L (above 7), respiratory rate 32 (30 or more), blood pressure "
        "88/56 (below 90 systolic or 60 or less diastolic), age 67 (65 or more)."
    )
    assert "3 to 5 is the high-severity group" in result.evidence[1].statement
    assert "22 %" in result.evidence[1].statement
    assert not result.missing


def test_a_well_young_adult_scores_none_and_the_statement_lists_why() -> None:
    result = run(Curb65, **WELL)
    assert result.evidence[0].value == 0
    assert "no points for confusion (absent), urea 5 mmol/L (not above 7)" in result.evidence[0].statement
    assert "low-severity" in result.evidence[1].statement


@pytest.mark.parametrize(
    ("name", "value", "points"),
    [
        ("confusion", True, 1), ("confusion", False, 0),
        ("urea", 7.0, 0), ("urea", 7.01, 1),
        ("respiratory_rate", 29.0, 0), ("respiratory_rate", 30.0, 1),
        ("systolic_bp", 90.0, 0), ("systolic_bp", 89.0, 1),
        ("diastolic_bp", 61.0, 0), ("diastolic_bp", 60.0, 1),
        ("age", 64.0, 0), ("age", 65.0, 1),
    ],
)  # fmt: skip
def test_each_limit_holds_from_both_sides(name: str, value: Value, points: int) -> None:
    assert score(Curb65, **{**WELL, name: value}) == points


@pytest.mark.parametrize(
    ("points", "group"), [(0, "low"), (1, "low"), (2, "intermediate"), (3, "high"), (4, "high"), (5, "high")]
)
def test_each_score_falls_into_its_group(points: int, group: str) -> None:
    order = ("confusion", "urea", "respiratory_rate", "age", "systolic_bp")
    result = run(Curb65, **{**WELL, **{name: SICK[name] for name in order[:points]}})
    assert result.evidence[0].value == points
    assert group in result.evidence[1].statement


def test_a_missing_urea_widens_the_range_and_is_asked_for() -> None:
    result = run(Curb65, **{k: v for k, v in SICK.items() if k != "urea"})
    assert result.evidence[0].value is None
    assert "CURB-65 is 4 or 5 of 5" in result.evidence[0].statement
    assert "not recorded: urea" in result.evidence[0].statement
    assert asked(result) == ("urea",)
    assert result.missing[0].effect == "CURB-65 could be 4 or 5."
    assert "high-severity" in result.evidence[1].statement
    assert result.evidence[1].inputs[0].note == "between 4 and 5"


def test_no_group_is_stated_for_a_range_across_groups() -> None:
    result = run(Curb65, confusion=True, age=70.0, respiratory_rate=20.0, systolic_bp=120.0, diastolic_bp=70.0)
    assert "2 or 3 of 5" in result.evidence[0].statement
    assert len(result.evidence) == 1


def test_confusion_that_nobody_mentioned_is_missing_not_absent() -> None:
    result = run(Curb65, **{k: v for k, v in WELL.items() if k != "confusion"})
    assert result.evidence[0].value is None
    assert asked(result) == ("confusion",)


@pytest.mark.parametrize(
    ("pressure", "missing"),
    [
        ({"systolic_bp": 88.0}, ()),
        ({"diastolic_bp": 60.0}, ()),
        ({"systolic_bp": 120.0}, ("diastolic_bp",)),
        ({"diastolic_bp": 80.0}, ("systolic_bp",)),
        ({}, ("systolic_bp", "diastolic_bp")),
    ],
)
def test_half_a_blood_pressure_decides_only_when_it_is_low(
    pressure: dict[str, Value], missing: tuple[str, ...]
) -> None:
    rest = {k: v for k, v in WELL.items() if not k.endswith("_bp")}
    assert asked(run(Curb65, **rest, **pressure)) == missing


@pytest.mark.parametrize(("systolic", "diastolic"), [(80.0, 80.0), (60.0, 120.0)])
def test_a_systolic_pressure_not_above_the_diastolic_is_refused(systolic: float, diastolic: float) -> None:
    result = run(Curb65, **{**SICK, "systolic_bp": systolic, "diastolic_bp": diastolic})
    assert result.refusal is not None and result.refusal.code == "BED-TOOL-021"


def test_a_correction_changes_the_score() -> None:
    before = facts(**{**SICK, "age": 60.0})
    assert run(Curb65, before).evidence[0].value == 4
    assert run(Curb65, before, age=76.0).evidence[0].value == 5


def test_the_statement_names_every_value_used() -> None:
    assert "blood pressure 125/80 (90 or more systolic and above 60 diastolic)" in statements(run(Curb65, **WELL))
