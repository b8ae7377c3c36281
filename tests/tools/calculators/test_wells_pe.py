"""Wells score for pulmonary embolism."""

from __future__ import annotations

import pytest
from support.facts import Value, asked, fact, facts, run, score, statements

from bedside.core.case import FactStatus
from bedside.tools.calculators.wells_pe import WellsPe

CLEAR: dict[str, Value] = {
    "age": 50.0, "dvt_signs": False, "alternative_diagnosis_likely": True, "heart_rate": 80.0, "immobilisation": False,
    "recent_surgery": False, "previous_vte": False, "haemoptysis": False, "active_cancer": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        ({}, 0), ({"dvt_signs": True}, 3), ({"alternative_diagnosis_likely": False}, 3),
        ({"heart_rate": 100.0}, 0), ({"heart_rate": 101.0}, 1.5),
        ({"immobilisation": True}, 1.5), ({"recent_surgery": True}, 1.5),
        ({"immobilisation": True, "recent_surgery": True}, 1.5),
        ({"previous_vte": True}, 1.5), ({"haemoptysis": True}, 1), ({"active_cancer": True}, 1),
        ({"dvt_signs": True, "alternative_diagnosis_likely": False, "heart_rate": 120.0, "immobilisation": True,
          "previous_vte": True, "haemoptysis": True, "active_cancer": True}, 12.5),
    ],
)  # fmt: skip
def test_each_item_gives_its_points(changes: dict[str, Value], points: float) -> None:
    assert score(WellsPe, **{**CLEAR, **changes}) == points


@pytest.mark.parametrize(
    ("changes", "points", "three", "two"),
    [
        ({"heart_rate": 110.0}, 1.5, "low-probability", "unlikely"),
        ({"haemoptysis": True, "active_cancer": True}, 2, "moderate-probability", "unlikely"),
        ({"dvt_signs": True, "haemoptysis": True}, 4, "moderate-probability", "unlikely"),
        ({"dvt_signs": True, "heart_rate": 110.0}, 4.5, "moderate-probability", " likely "),
        ({"dvt_signs": True, "alternative_diagnosis_likely": False}, 6, "moderate-probability", " likely "),
        ({"dvt_signs": True, "alternative_diagnosis_likely": False, "haemoptysis": True}, 7, "high-prob", " likely "),
        ({"dvt_signs": True, "heart_rate": 110.0, "immobilisation": True, "haemoptysis": True}, 7, "high", " likely "),
    ],
)
def test_both_readings_hold_at_their_limits(changes: dict[str, Value], points: float, three: str, two: str) -> None:
    result = run(WellsPe, **{**CLEAR, **changes})
    assert result.evidence[0].value == points
    assert three in result.evidence[1].statement
    assert two in result.evidence[2].statement


def test_one_of_bed_rest_and_surgery_decides_only_when_it_is_there() -> None:
    rest = {k: v for k, v in CLEAR.items() if k != "recent_surgery"}
    assert asked(run(WellsPe, **rest)) == ("recent_surgery",)
    assert asked(run(WellsPe, **{**rest, "immobilisation": True})) == ()


def test_the_judgement_that_nobody_made_leaves_three_points_open() -> None:
    result = run(WellsPe, **{k: v for k, v in CLEAR.items() if k != "alternative_diagnosis_likely"})
    assert "0 or 3 of 12.5" in result.evidence[0].statement
    assert [item.source.section for item in result.evidence] == ["", "interpretation"]
    assert "unlikely" in result.evidence[1].statement


def test_an_unrecorded_history_is_counted_as_absent_only_when_it_cannot_matter() -> None:
    known = {k: v for k, v in CLEAR.items() if k not in {"active_cancer"}}
    settled = run(WellsPe, **known)
    assert settled.evidence[0].value == 0
    assert "counted as absent: active cancer (at most 1 with them)" in statements(settled)
    open_score = run(WellsPe, **{**known, "heart_rate": 110.0})
    assert open_score.evidence[0].value is None
    assert "1.5 or 2.5" in statements(open_score)


def test_an_old_cancer_and_an_old_operation_do_not_score() -> None:
    known = facts(**{k: v for k, v in CLEAR.items() if k not in {"active_cancer", "recent_surgery"}})
    past = (fact("active_cancer", status=FactStatus.HISTORICAL), fact("recent_surgery", status=FactStatus.HISTORICAL))
    assert set(asked(run(WellsPe, known + past))) == {"active_cancer", "recent_surgery"}


@pytest.mark.parametrize(("pregnant", "refused"), [(True, True), (False, False)])
def test_pregnancy_is_refused(pregnant: bool, refused: bool) -> None:
    assert (run(WellsPe, pregnancy=pregnant, **CLEAR).refusal is not None) == refused
