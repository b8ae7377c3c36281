"""CHA2DS2-VASc: its points, and what it does where the past history is not written down."""

from __future__ import annotations

import pytest
from support.facts import Value, asked, fact, facts, run, score, statements

from bedside.core.case import FactStatus
from bedside.tools.calculators.cha2ds2_vasc import Cha2ds2Vasc

CLEAR: dict[str, Value] = {
    "atrial_fibrillation": True, "age": 50.0, "sex": "male", "heart_failure": False, "hypertension": False,
    "diabetes": False, "stroke_tia": False, "vascular_disease": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        ({}, 0), ({"heart_failure": True}, 1), ({"hypertension": True}, 1), ({"diabetes": True}, 1),
        ({"stroke_tia": True}, 2), ({"vascular_disease": True}, 1), ({"sex": "female"}, 1),
        ({"age": 64.0}, 0), ({"age": 65.0}, 1), ({"age": 74.0}, 1), ({"age": 74.9}, 1), ({"age": 75.0}, 2),
        ({"age": 80.0, "sex": "female", "hypertension": True, "stroke_tia": True}, 6),
        ({"age": 80.0, "sex": "female", "hypertension": True, "stroke_tia": True, "heart_failure": True,
          "diabetes": True, "vascular_disease": True}, 9),
    ],
)  # fmt: skip
def test_each_item_gives_its_points(changes: dict[str, Value], points: int) -> None:
    assert score(Cha2ds2Vasc, **{**CLEAR, **changes}) == points


@pytest.mark.parametrize(
    ("changes", "group"), [({}, "low-risk"), ({"diabetes": True}, "intermediate-risk"), ({"stroke_tia": True}, "high")]
)
def test_each_score_falls_into_its_group(changes: dict[str, Value], group: str) -> None:
    assert group in run(Cha2ds2Vasc, **{**CLEAR, **changes}).evidence[1].statement


def test_with_no_history_at_all_the_score_is_a_range() -> None:
    result = run(Cha2ds2Vasc, atrial_fibrillation=True, age=50.0, sex="male")
    assert result.evidence[0].value is None
    assert "0 to 6 of 9" in result.evidence[0].statement
    assert asked(result)[0] == "stroke_tia"
    assert len(result.evidence) == 1


def test_a_taken_history_counts_the_rest_as_absent_and_says_so() -> None:
    result = run(Cha2ds2Vasc, atrial_fibrillation=True, age=70.0, sex="female", hypertension=True)
    first = result.evidence[0]
    assert first.value == 3
    assert "not recorded, counted as absent: heart failure, diabetes" in first.statement
    assert "at most 8 with them" in first.statement
    notes = {item.name: item.note for item in first.inputs}
    assert notes["diabetes"] == "not recorded, counted as absent"
    assert "high-risk" in result.evidence[1].statement
    assert "CHA2DS2-VASc could be 3 to 8" in result.missing[0].effect


def test_silence_never_makes_a_low_risk() -> None:
    result = run(Cha2ds2Vasc, atrial_fibrillation=True, age=50.0, sex="male", hypertension=False)
    assert result.evidence[0].value is None
    assert "0 to 5 of 9" in result.evidence[0].statement
    assert len(result.evidence) == 1


def test_a_missing_sex_or_age_is_never_assumed() -> None:
    result = run(Cha2ds2Vasc, **{k: v for k, v in CLEAR.items() if k not in {"sex", "age"}})
    assert result.evidence[0].value is None
    assert asked(result) == ("age", "sex")


def test_a_past_stroke_counts_however_it_is_recorded() -> None:
    base = facts(**{k: v for k, v in CLEAR.items() if k != "stroke_tia"})
    for known in (fact("stroke", status=FactStatus.HISTORICAL), fact("stroke_tia", status=FactStatus.HISTORICAL)):
        assert run(Cha2ds2Vasc, (*base, known)).evidence[0].value == 2


def test_coronary_disease_without_infarction_is_not_vascular_disease() -> None:
    known = {k: v for k, v in CLEAR.items() if k != "vascular_disease"}
    assert "vascular_disease" in asked(run(Cha2ds2Vasc, ischaemic_heart_disease=True, **known))


def test_without_a_recorded_fibrillation_the_evidence_says_so_and_asks() -> None:
    result = run(Cha2ds2Vasc, **{k: v for k, v in CLEAR.items() if k != "atrial_fibrillation"})
    assert any("not recorded" in limit for limit in result.evidence[0].limits)
    assert asked(result) == ("atrial_fibrillation",)


def test_a_denied_fibrillation_is_a_refusal() -> None:
    result = run(Cha2ds2Vasc, **{**CLEAR, "atrial_fibrillation": False})
    assert result.refusal is not None and result.refusal.code == "BED-TOOL-020"


def test_the_fibrillation_is_among_the_inputs_shown() -> None:
    result = run(Cha2ds2Vasc, **CLEAR)
    assert "atrial_fibrillation" in {item.name for item in result.evidence[0].inputs}
    assert "male sex" in statements(result)


@pytest.mark.parametrize("valve", ["mechanical_valve", "mitral_stenosis"])
def test_valvular_fibrillation_is_refused(valve: str) -> None:
    refusal = run(Cha2ds2Vasc, age=70, sex="male", atrial_fibrillation=True, **{valve: True}).refusal
    assert refusal is not None and "was not made for" in refusal.why


def test_no_mechanical_valve_is_no_refusal() -> None:
    assert run(Cha2ds2Vasc, age=70, sex="male", atrial_fibrillation=True, mechanical_valve=False).refusal is None
