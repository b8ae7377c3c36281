"""Ranges, bands and what is missing, for every score that adds points."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.facts import Value, facts, run, score

from bedside.core.settings import Settings
from bedside.tools.calculator import Outcome
from bedside.tools.calculator_inputs import InputKind, InputSpec, read_inputs
from bedside.tools.calculators.cha2ds2_vasc import Cha2ds2Vasc
from bedside.tools.calculators.curb65 import Curb65
from bedside.tools.calculators.qsofa import Qsofa
from bedside.tools.calculators.wells_pe import WellsPe
from bedside.tools.point_score import PointScore

ALL: tuple[type[PointScore], ...] = (Cha2ds2Vasc, Curb65, Qsofa, WellsPe)
TOP = {"cha2ds2_vasc": 9, "curb65": 5, "qsofa": 3, "wells_pe": 12.5}
# Values on both sides of every limit, so that each criterion is met and not met.
NUMBERS = {
    "age": (18, 64, 65, 74, 75, 99), "urea": (5, 7, 7.1, 20), "respiratory_rate": (12, 21, 22, 29, 30, 40),
    "systolic_bp": (85, 89, 90, 100, 101, 120), "diastolic_bp": (60, 61, 80), "gcs": (3, 14, 15),
    "heart_rate": (60, 100, 101),
}  # fmt: skip
each = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.card.name)


def options(spec: InputSpec) -> tuple[Value, ...]:
    if spec.kind is InputKind.PRESENCE:
        return (True, False)
    return spec.options or NUMBERS[spec.name]


def complete(kind: type[PointScore]) -> st.SearchStrategy[dict[str, Value]]:
    return st.fixed_dictionaries({spec.name: st.sampled_from(options(spec)) for spec in kind.inputs})


def partial(kind: type[PointScore]) -> st.SearchStrategy[tuple[dict[str, Value], set[str]]]:
    names = [spec.name for spec in kind.inputs]
    return st.tuples(complete(kind), st.sets(st.sampled_from(names)))


def outcome(kind: type[PointScore], values: dict[str, Any]) -> Outcome:
    return kind(Settings()).compute(read_inputs(kind.inputs, facts(**values)))


@each
def test_each_input_is_read_by_one_criterion(kind: type[PointScore]) -> None:
    read = [name for criterion in kind.criteria for name in criterion.inputs]
    assert sorted(read) == sorted(spec.name for spec in kind.inputs)
    assert sum(c.possible[-1] for c in kind.criteria) == TOP[kind.card.name]
    assert all(c.possible == tuple(sorted(c.possible)) for c in kind.criteria)


@each
def test_the_bands_of_a_scheme_cover_every_score_once(kind: type[PointScore]) -> None:
    totals = {0.0}
    for criterion in kind.criteria:
        totals = {total + points for total in totals for points in criterion.possible}
    for scheme in {band.scheme for band in kind.bands}:
        for total in totals:
            assert sum(band.holds(total) for band in kind.bands if band.scheme == scheme) == 1, (scheme, total)


@each
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_complete_record_gives_one_score_within_bounds(kind: type[PointScore], data: st.DataObject) -> None:
    found = outcome(kind, data.draw(complete(kind)))
    assert found.low == found.high == found.findings[0].value
    assert found.low is not None and 0 <= found.low <= TOP[kind.card.name]
    assert not found.missing


@each
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_is_missing_the_true_score_lies_in_the_range(kind: type[PointScore], data: st.DataObject) -> None:
    values, hidden = data.draw(partial(kind))
    if kind is Qsofa and len(hidden & {"gcs", "confusion"}) == 1:
        hidden -= {"gcs", "confusion"}  # one normal sign settles mentation by the documented rule
    truth = outcome(kind, values).low
    known = outcome(kind, {k: v for k, v in values.items() if k not in hidden})
    if known.findings:
        assert known.low is not None and known.high is not None and truth is not None
        assert known.low <= truth <= known.high
        assert {m.name for m in known.missing} <= hidden
        true_words = {i.statement for i in outcome(kind, values).interpretations}
        assert {i.statement for i in known.interpretations} <= true_words


@each
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_adding_a_finding_never_lowers_the_score(kind: type[PointScore], data: st.DataObject) -> None:
    values = data.draw(complete(kind))
    flags = [s.name for s in kind.inputs if s.kind is InputKind.PRESENCE]
    name = data.draw(st.sampled_from(flags))
    # The one judgement of Wells that counts against: its absence is the criterion.
    worse, better = (False, True) if name == "alternative_diagnosis_likely" else (True, False)
    high, low = outcome(kind, {**values, name: worse}).low, outcome(kind, {**values, name: better}).low
    assert high is not None and low is not None and high >= low


@each
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_learning_more_never_widens_the_range(kind: type[PointScore], data: st.DataObject) -> None:
    values, hidden = data.draw(partial(kind))
    known = {k: v for k, v in values.items() if k not in hidden}
    before, after = outcome(kind, known), outcome(kind, values)
    if before.findings and not (kind is Qsofa and len(hidden & {"gcs", "confusion"}) == 1):
        assert before.low is not None and before.high is not None and after.low is not None and after.high is not None
        assert before.low <= after.low <= after.high <= before.high


def test_what_moves_the_score_most_is_asked_first() -> None:
    order = [m.name for m in run(WellsPe, heart_rate=110).missing]
    assert order[:2] == ["dvt_signs", "alternative_diagnosis_likely"]
    assert len(order) == 3


def test_the_past_history_is_asked_for_in_one_line() -> None:
    missing = run(Cha2ds2Vasc, age=70, sex="male", atrial_fibrillation=True).missing
    assert [m.label for m in missing] == [
        "comorbidities: previous stroke or thromboembolism, heart failure, hypertension, diabetes, vascular disease"
    ]
    assert missing[0].effect == "CHA2DS2-VASc could be 1 to 7; this settles up to 6 of it."


def test_an_open_score_has_no_single_value() -> None:
    assert score(Curb65, age=70) is None
