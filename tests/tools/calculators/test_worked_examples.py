"""Worked examples of the published formulas, and what each calculator does with what is missing or impossible."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.facts import facts, run

from bedside.core.settings import Settings
from bedside.knowledge.terms import finding
from bedside.tools.calculator import Calculator
from bedside.tools.calculator_inputs import InputKind, InputSpec
from bedside.tools.calculators.cockcroft_gault import CockcroftGault
from bedside.tools.calculators.corrected_calcium import CorrectedCalcium
from bedside.tools.calculators.mdrd import Mdrd
from bedside.tools.contract import ToolRequest
from bedside.tools.equation import Equation
from bedside.tools.point_score import PointScore
from bedside.tools.registry import Toolbox, cards

ROWS: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("worked_examples.yaml").read_text(encoding="utf-8")
)
OWN_TESTS = {
    "anion_gap", "bmi_bsa", "cha2ds2_vasc", "ckd_epi_2021", "corrected_qt", "crb65", "curb65", "qsofa", "wells_pe",
}  # fmt: skip


def kind(name: str) -> type[Calculator]:
    tool = Toolbox(Settings()).get(name)
    assert isinstance(tool, Calculator)
    return type(tool)


NAMES = sorted({card.name for card in cards() if card.kind == "calculator"} - OWN_TESTS)
GIVEN = {row["tool"]: row["given"] for row in ROWS}
each = pytest.mark.parametrize("name", NAMES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["tool"])
def test_a_worked_example_comes_out(row: dict[str, Any]) -> None:
    result = run(kind(row["tool"]), **row["given"])
    assert result.refusal is None and result.evidence, result
    headline = result.evidence[0]
    if "says" in row:
        assert row["says"] in headline.statement
    else:
        assert headline.value == pytest.approx(row["gives"], abs=1e-6), headline.statement


@each
def test_every_calculator_has_an_example_and_a_whole_card(name: str) -> None:
    assert name in GIVEN
    cls = kind(name)
    card = cls.card
    assert card.purpose.endswith("?") and card.limits and card.topics and card.citation
    assert all(topic == topic.lower() for topic in card.topics)
    text = __import__(cls.__module__, fromlist=["x"]).__doc__
    assert cls.link.startswith("https://") and cls.link.removeprefix("https://doi.org/") in text
    assert "Source" in text


@each
def test_inputs_are_known_facts_in_canonical_units(name: str) -> None:
    cls = kind(name)
    names = [spec.name for spec in cls.inputs]
    assert len(names) == len(set(names))
    for spec in (*cls.inputs, *(rule.spec for rule in cls.population)):
        row = finding(spec.name)
        assert spec.unit == row.unit and spec.kind.value == row.kind, spec.name
        assert spec.contributes, spec.name
        if spec.kind is InputKind.CATEGORY:
            assert spec.options, spec.name


@each
def test_a_score_reads_each_input_once_and_its_bands_hold_every_sum_once(name: str) -> None:
    cls = kind(name)
    if not issubclass(cls, PointScore):
        return
    read = [n for criterion in cls.criteria for n in criterion.inputs]
    assert sorted(read) == sorted(set(read)) == sorted(spec.name for spec in cls.inputs)
    totals = {0.0}
    for criterion in cls.criteria:
        totals = {total + points for total in totals for points in criterion.possible}
    for scheme in {band.scheme for band in cls.bands}:
        assert all(sum(b.holds(t) for b in cls.bands if b.scheme == scheme) == 1 for t in totals), scheme


@each
def test_nothing_recorded_gives_no_number_and_says_what_is_missing(name: str) -> None:
    cls = kind(name)
    result = run(cls)
    assert not result.evidence and result.refusal is None
    assert result.missing and all(m.why and m.effect for m in result.missing)


@each
def test_without_one_input_the_range_of_results_is_said(name: str) -> None:
    cls = kind(name)
    whole = run(cls, **GIVEN[name]).evidence[0].value
    for spec in cls.inputs:
        if not spec.required or spec.name not in GIVEN[name] or spec.kind is InputKind.DATE or whole is None:
            continue
        result = run(cls, **{k: v for k, v in GIVEN[name].items() if k != spec.name})
        if issubclass(cls, Equation):
            assert not result.evidence
            assert "would give" in result.missing[0].effect and " to " in result.missing[0].effect
        elif result.evidence[0].value is None:
            low, high = result.evidence[0].low, result.evidence[0].high
            assert low is not None and high is not None and low <= whole <= high
            assert result.missing


def _beyond(spec: InputSpec) -> float:
    return spec.high * 10 + 1


@each
def test_an_impossible_value_is_refused_by_name_with_what_would_be_accepted(name: str) -> None:
    cls = kind(name)
    for spec in cls.inputs:
        if spec.kind is InputKind.QUANTITY and spec.name in GIVEN[name]:
            result = run(cls, **{**GIVEN[name], spec.name: _beyond(spec)})
            assert result.refusal is not None and not result.evidence, spec.name
            if result.refusal.code == "BED-TOOL-021":
                assert spec.label.lower() in result.refusal.why.lower()
            assert result.refusal.do


@each
def test_the_wrong_patient_is_refused(name: str) -> None:
    cls = kind(name)
    given = dict(GIVEN[name])
    if cls.minimum_age > 0:
        refusal = run(cls, **{**given, "age": cls.minimum_age - 0.5}).refusal
        assert refusal is not None and refusal.code == "BED-TOOL-020" and refusal.do
    if cls.maximum_age < 120:
        refusal = run(cls, **{**given, "age": cls.maximum_age + 1}).refusal
        assert refusal is not None and refusal.code == "BED-TOOL-020"
    if cls.only_sex:
        refusal = run(cls, **{**given, "sex": "male"}).refusal
        assert refusal is not None and "male" in refusal.why


@each
def test_the_same_facts_give_the_same_evidence_with_source_inputs_and_limits(name: str) -> None:
    cls = kind(name)
    once, again = run(cls, **GIVEN[name]), run(cls, **GIVEN[name])
    assert once.evidence == again.evidence
    for item in once.evidence:
        assert item.statement.endswith(".") and item.source.citation and item.source.link.startswith("https://")
        assert item.inputs and item.limits and len(item.input_hash) == 64


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("apache2", {"ph": 74}, "pH 74"),
        ("mdrd", {"age": 400}, "Age 400 years"),
        ("serum_osmolality", {"sodium": -5}, "Sodium -5 mmol/L"),
        ("sofa", {"systolic_bp": 60, "diastolic_bp": 900}, "Diastolic blood pressure 900"),
        ("map_from_cuff", {"systolic_bp": 60, "diastolic_bp": 80}, "not above diastolic"),
        ("delta_ratio", {"bicarbonate": 24}, "no fall to compare"),
        ("ldl_friedewald", {"triglycerides": 9}, "measure LDL directly"),
        ("age_of_pregnancy", {"last_period": "2021-01-01"}, "before the last period"),
        ("age_of_pregnancy", {"last_period": "03/04/2020"}, "can be 3 April or 4 March"),
        ("naegele_due_date", {"last_period": "31 February 2024"}, "on no calendar"),
        ("naegele_due_date", {"last_period": "last spring"}, "not a date"),
    ],
)
def test_what_cannot_be_is_refused_with_why(name: str, changes: dict[str, Any], words: str) -> None:
    refusal = run(kind(name), **{**GIVEN[name], **changes}).refusal
    assert refusal is not None and refusal.code in {"BED-TOOL-021", "BED-TOOL-023"}
    assert words in refusal.why and refusal.do


def test_pregnancy_is_no_place_for_news2_and_a_man_has_no_due_date() -> None:
    assert run(kind("news2"), pregnancy=True, **GIVEN["news2"]).refusal is not None
    refusal = run(kind("naegele_due_date"), sex="male", **GIVEN["naegele_due_date"]).refusal
    assert refusal is not None and "female patients" in refusal.why


def test_thoughts_of_self_harm_are_pointed_out_whatever_the_sum() -> None:
    low = {f"phq9_{n}": 0 for n in range(1, 9)}
    assert any("suicide now" in limit for limit in run(kind("phq9"), phq9_9=1, **low).evidence[0].limits)
    assert not any("suicide now" in limit for limit in run(kind("phq9"), phq9_9=0, **low).evidence[0].limits)


def test_a_response_that_cannot_be_tested_leaves_the_coma_scale_open() -> None:
    result = run(kind("gcs_from_responses"), eye_response="none", verbal_response="not testable", motor_response="none")
    assert result.evidence[0].value is None
    assert (result.evidence[0].low, result.evidence[0].high) == (3, 7)


def test_the_label_of_a_drug_is_given_at_its_clearance_and_another_drug_is_not_called_safe() -> None:
    result = run(kind("renal_dosing"), **GIVEN["renal_dosing"])
    assert any("1 mg/kg once daily" in item.statement for item in result.evidence)
    assert any("not thereby safe" in limit for limit in result.evidence[0].limits)


def test_all_calculators_over_a_note_take_under_50_ms() -> None:
    tools = [Toolbox(Settings()).get(card.name) for card in cards() if card.kind == "calculator"]
    note = {**GIVEN["apache2"], **GIVEN["news2"], **GIVEN["has_bled"], "sex": "male", "weight": 80, "height": 178}
    request = ToolRequest(facts=facts(**note))

    def once() -> float:
        started = time.thread_time()
        for tool in tools:
            tool.run(request)
        return time.thread_time() - started

    assert len(request.facts) > 30
    assert min(once() for _ in range(8)) < 0.05


def test_a_missing_input_leaves_a_range_of_results_that_holds_the_true_one() -> None:
    effect = run(CorrectedCalcium, calcium=2.1457).missing[0].effect
    assert effect == (
        "Corrected calcium cannot be calculated without it; every possible value of what is missing would give "
        "5.4 to 11.64 mg/dL."
    )
    sexes = run(Mdrd, creatinine=88.42, age=60).missing[0]
    assert sexes.name == "sex" and "56.6 to 76.2" in sexes.effect


def test_too_much_missing_is_not_ranged() -> None:
    assert all("would give" not in m.effect for m in run(CockcroftGault).missing)
