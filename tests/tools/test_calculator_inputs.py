"""Which facts a calculator counts."""

from __future__ import annotations

import math

import pytest
from support.facts import fact, facts, run

from bedside.core.case import FactStatus
from bedside.tools.calculator_inputs import (
    InputKind,
    InputSpec,
    age,
    comorbidity,
    finding,
    quantity,
    read_inputs,
    show,
    shown,
)
from bedside.tools.calculators.curb65 import Curb65
from bedside.tools.calculators.wells_pe import WellsPe

UREA = quantity("urea", "urea", "mmol/L", (0.2, 120), "")
CONFUSION = finding("confusion", "confusion", "")
STROKE = comorbidity("stroke_tia", "previous stroke", "", shown_by=("stroke",))
WELL = {"urea": 5, "respiratory_rate": 16, "systolic_bp": 120, "diastolic_bp": 80, "age": 40}


def test_the_latest_value_wins() -> None:
    assert read_inputs((UREA,), facts(urea=5) + facts(urea=9)).number("urea") == 9


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (FactStatus.PRESENT, True),
        (FactStatus.ABSENT, False),
        (FactStatus.POSSIBLE, None),
        (FactStatus.FAMILY, None),
        (FactStatus.HISTORICAL, None),
    ],
)
def test_only_present_and_absent_count_for_a_sign(status: FactStatus, expected: bool | None) -> None:
    assert read_inputs((CONFUSION,), (fact("confusion", status=status),)).flag("confusion") is expected


@pytest.mark.parametrize("status", [FactStatus.POSSIBLE, FactStatus.FAMILY, FactStatus.HISTORICAL])
def test_a_fact_that_does_not_count_replaces_none_that_does(status: FactStatus) -> None:
    known = (*facts(confusion=True), fact("confusion", status=status))
    assert read_inputs((CONFUSION,), known).flag("confusion") is True


def test_a_historical_fact_counts_where_the_score_asks_for_history() -> None:
    assert read_inputs((STROKE,), (fact("stroke_tia", status=FactStatus.HISTORICAL),)).flag("stroke_tia") is True


@pytest.mark.parametrize("status", [FactStatus.PRESENT, FactStatus.HISTORICAL])
def test_another_fact_can_show_a_comorbidity(status: FactStatus) -> None:
    assert read_inputs((STROKE,), (fact("stroke", status=status),)).flag("stroke_tia") is True


def test_the_absence_of_another_fact_shows_nothing() -> None:
    assert read_inputs((STROKE,), facts(stroke=False)).flag("stroke_tia") is None


def test_a_present_pulmonary_embolism_is_not_a_previous_one() -> None:
    assert "previous_vte" in {m.name for m in run(WellsPe, heart_rate=90, pulmonary_embolism=True).missing}
    past = (fact("pulmonary_embolism", status=FactStatus.HISTORICAL),)
    assert "previous_vte" not in {m.name for m in run(WellsPe, past, heart_rate=90).missing}


@pytest.mark.parametrize("status", [FactStatus.HISTORICAL, FactStatus.FAMILY, FactStatus.ABSENT])
def test_a_value_that_is_not_of_now_is_not_used(status: FactStatus) -> None:
    assert "urea" not in read_inputs((UREA,), (fact("urea", 9, status),))


def test_a_quantity_without_a_number_is_not_recorded() -> None:
    assert "urea" not in read_inputs((UREA,), (fact("urea"), fact("urea", "raised")))


def test_a_word_outside_the_options_is_not_recorded() -> None:
    spec = InputSpec(name="sex", label="sex", kind=InputKind.CATEGORY, options=("male", "female"))
    assert read_inputs((spec,), facts(sex="Female")).word("sex") == "female"
    assert read_inputs((spec,), facts(sex="unknown")).word("sex") == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("urea", 0.1), ("urea", 121), ("urea", math.nan), ("urea", math.inf), ("respiratory_rate", 0),
        ("respiratory_rate", 320), ("systolic_bp", 8), ("diastolic_bp", 300), ("age", -1), ("age", 670),
    ],
)  # fmt: skip
def test_an_impossible_value_is_refused_and_named(name: str, value: float) -> None:
    result = run(Curb65, confusion=False, **{**WELL, name: value})
    assert result.refusal is not None
    assert result.refusal.code == "BED-TOOL-021"
    assert f"{value:.6g}" in result.refusal.why
    assert not result.evidence


def test_an_impossible_value_that_was_corrected_is_not_refused() -> None:
    assert run(Curb65, facts(urea=900), confusion=False, **WELL).refusal is None


def test_a_unit_that_is_not_canonical_is_refused_not_guessed() -> None:
    result = run(Curb65, (fact("urea", 25, unit="mg/dL", as_written="BUN 25 mg/dL"),), age=70)
    assert result.refusal is not None
    assert result.refusal.code == "BED-TOOL-022"
    assert "mmol/L" in result.refusal.do


def test_values_print_with_their_units() -> None:
    assert show(9.1, "mmol/L") == "9.1 mmol/L"
    assert show(120.0, "umol/L") == "120 µmol/L"
    assert show(3.0, "{score}") == "3"
    assert age("").unit == "a"


@pytest.mark.parametrize(
    ("value", "text"),
    [(167.998, "168"), (9.9911, "10"), (38.8889, "38.9"), (7.25, "7.25"), (138.5, "138.5"), (0.115, "0.115")],
)
def test_a_converted_number_is_shown_as_a_laboratory_prints_it(value: float, text: str) -> None:
    assert shown(value) == text
