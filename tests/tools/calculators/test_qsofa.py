"""qSOFA, at every limit from both sides."""

from __future__ import annotations

import pytest
from support.facts import Value, asked, run, score, statements

from bedside.tools.calculators.qsofa import Qsofa

WELL: dict[str, Value] = {"confusion": False, "gcs": 15.0, "respiratory_rate": 16.0, "systolic_bp": 125.0}


@pytest.mark.parametrize(
    ("name", "value", "points"),
    [
        ("confusion", True, 1), ("confusion", False, 0),
        ("gcs", 15.0, 0), ("gcs", 14.0, 1), ("gcs", 3.0, 1),
        ("respiratory_rate", 21.0, 0), ("respiratory_rate", 22.0, 1),
        ("systolic_bp", 101.0, 0), ("systolic_bp", 100.0, 1),
    ],
)  # fmt: skip
def test_each_limit_holds_from_both_sides(name: str, value: Value, points: int) -> None:
    assert score(Qsofa, **{**WELL, name: value}) == points


def test_the_sample_case_has_three_of_three() -> None:
    result = run(Qsofa, confusion=True, respiratory_rate=32.0, systolic_bp=88.0, age=67.0)
    assert result.evidence[0].value == 3
    assert result.evidence[0].statement == (
        "qSOFA is 3 of 3: altered mentation (confusion), respiratory rate 32 (22 or more), systolic blood pressure 88 "
        "(100 or less)."
    )
    assert "positive" in result.evidence[1].statement
    assert "10.1001/jama.2016.0288" in result.evidence[1].source.citation


@pytest.mark.parametrize(("rate", "group"), [(21.0, "negative"), (22.0, "positive")])
def test_two_is_positive_and_one_is_not(rate: float, group: str) -> None:
    result = run(Qsofa, **{**WELL, "confusion": True, "respiratory_rate": rate})
    assert group in result.evidence[1].statement


def test_confusion_and_a_low_coma_score_are_one_point() -> None:
    result = run(Qsofa, **{**WELL, "confusion": True, "gcs": 13.0})
    assert result.evidence[0].value == 1
    assert "confusion and Glasgow Coma Scale 13, below 15" in statements(result)


@pytest.mark.parametrize("mentation", [{"confusion": False}, {"gcs": 15.0}])
def test_one_normal_sign_of_mentation_is_enough(mentation: dict[str, Value]) -> None:
    assert score(Qsofa, respiratory_rate=16.0, systolic_bp=125.0, **mentation) == 0


def test_mentation_that_nobody_mentioned_is_missing() -> None:
    result = run(Qsofa, respiratory_rate=24.0, systolic_bp=125.0)
    assert "1 or 2 of 3" in result.evidence[0].statement
    assert asked(result) == ("confusion",)
    assert len(result.evidence) == 1


def test_two_known_points_are_positive_whatever_is_missing() -> None:
    result = run(Qsofa, respiratory_rate=24.0, systolic_bp=95.0)
    assert result.evidence[0].value is None
    assert "positive" in result.evidence[1].statement


@pytest.mark.parametrize("gcs", [2.0, 16.0])
def test_an_impossible_coma_score_is_refused(gcs: float) -> None:
    assert run(Qsofa, **{**WELL, "gcs": gcs}).refusal is not None
